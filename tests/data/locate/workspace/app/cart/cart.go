// Package cart adds up.
package cart

import (
	"strings"

	"example.com/orig/price"
	"example.com/there/v2"
)

// Total of some prices.
func Total(names string) int {
	sum := 0
	for _, name := range strings.Fields(names) {
		sum += price.Of(name)
	}
	if sum > 100 {
		return there.Less(sum)
	}
	return sum
}
