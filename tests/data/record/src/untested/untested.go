// Package untested has no test file, and nothing imports it.
package untested

// Sum adds up.
func Sum(numbers ...int) (total int) {
	for _, n := range numbers {
		total += n
	}
	return
}
