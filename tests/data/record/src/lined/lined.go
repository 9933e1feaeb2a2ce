// Package lined holds line directives, as generators of parsers write them.
package lined

func Plain(n int) int {
	if n > 1 {
		return n
	}
	return 1
}

//line grammar.y:100
func Rule(n int) int {
	if n > 2 {
		return 2
	}
//line grammar.y:50
	return n
}

/*line table.y:7:3*/ func Table(n int) int {
	n++
	return n
}
