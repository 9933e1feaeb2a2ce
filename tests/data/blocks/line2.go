package p

//line /abs/dir/a.y:10:5
func a() { g(); if x { g() } }
func b() {
	/*line b.y:3*/g()/*line :7:9*/;if x {
		g() }
//line b.y:3:1
	if x { g() }
//line b.y:3:1
	if x { g() }
//line b.y:3
	if x { g() }
//line b.y:3
	if x { g() }
 //line c.y:8
	g()
}

//line ../x.y:1
func c() { g() } //line y.y:1
//line C:\dir\x.y:5
func d() { g() }
//line :20
func e() { g() }
//line :21:3
func f() { g() }
//line foo:1073741824
func h() { g() }
/*line x.y:9:9*/ func i() { /*line x.y:9:9*/ g() }
/*line line2.go:31*/
func j() {
	g()
}
