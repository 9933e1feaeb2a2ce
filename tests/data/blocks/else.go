package p

func f(a bool) {
	if a {
	} else /* else { */ if a {
		g()
	} else// why
	{
	}
	if a {
	} else{}
	if a {
	} else/*x*/{}
	if a {
	} else/*x*/{g()}
	if a {} else{/*x*/}
	if a {

	} else {

		// only this
	}
	if func() bool { return a }() {
		g()
	} else if b := func() bool { return a }; b() && func() bool { return !a }() {
		g()
	} else if a {
	} else {
		g(); g()
	}
}
