package p

func f(n int) (
	m int,
) {

	// a comment before

	n++ // behind
	/* between */ n++

	/* before */ n++ /*
		over lines
	*/
	n++ /* over
	lines */ ; n++


	const (
		a = 1

		b = 2

		// c
		c = 3
	)

	g(
		1,

		2,

	)
	s := `

	raw

`
	t := `x` + `

`

	u := "a" +

		"b"
	if n > 0 &&

		n < 10 {

		return

	}

	;

	{

		n++

	}

	return n +

		1

}

func g(...int) { ; }
func h() { }
func i() {}
func j() { /* c */ }
func k() {
}; func l() { n := 1; _ = n }; func m() { // c
	return }
func n() { return /*

*/ }
func o() {
	x := []int{

		1,

		2,
	}

	// done
	_ = x // {
	}
