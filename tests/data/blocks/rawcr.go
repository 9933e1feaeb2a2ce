package p

//line x.y:10
func f() {
	x := `a

b
`
	if x {
		g(`
`)
	}

	y := `



`; z := ``
	z = `q`; if x { return `` }
	go f()(`



`)
	const k = `




`

	switch { case x: _ = `
`; case `` == x: return `

` }
	label: _ = ``
	return `
`
}
func g() {
	switch ``{ case x: }
	if `` == x{}
	for range ``{ _ = 1 }
	L: switch `
`{}
	M: for range``{}
}
