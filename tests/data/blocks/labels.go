package p

func f(n int) {
a:
	n++
b:
c:
	for {
		break c
	}
d:
	{
		n--
	}
e:
	if n > 0 {
		goto a
	}
g:
h:
	n++
	goto b
i:
	switch n {
	case 1:
	j:
		n++
		fallthrough
	case 2:
	k:
		for {
			continue k
		}
	case 3:
		goto j
	l:
		{
		}
	}
m:
	;
	n++
o: n++; n--
	panic("x"); n++
	panic("a", "b")
	panic()
	{
	}
	{ n++ }
	;;
	;
p: q: r: n = 3; s:
}

func end() {
	goto x
x:
}

func two() {
x: y:
}
