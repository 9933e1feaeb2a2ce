// Package gen makes names.
package gen

// Name of a number.
func Name(n int) string {
	if n == 0 {
		return "zero"
	}
	return "many"
}
