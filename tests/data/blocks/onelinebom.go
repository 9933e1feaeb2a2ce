//line x.y:3
package p;func f(){g();é:=`é`;if é {};/*é*/h()}