// Package lib is used by the other packages and by their tests.
package lib

import "strings"

// Words splits a text and calls f for each word that is long enough.
func Words(text string, least int, f func(string)) int {
	n := 0
	for _, word := range strings.Fields(text) {
		if len(word) < least {
			continue
		}
		f(word)
		n++
	}
	return n
}

// Clamp keeps n between low and high.
func Clamp(n, low, high int) int {
	if n < low {
		return low
	} else if n > high {
		return high
	}
	return n
}

// Untested is called by nobody.
func Untested() string {
	parts := []string{
		"one",

		"two",
	}

	return strings.Join(parts, " ")
}
