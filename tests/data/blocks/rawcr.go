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
