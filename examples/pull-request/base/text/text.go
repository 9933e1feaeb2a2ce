// Package text writes what is printed on a parcel.
package text

import (
	"fmt"
	"strings"
)

// Lines gives the address as it is printed, one line for each part that there is.
func Lines(name, street, town string) string {
	var lines []string
	for _, part := range []string{name, street, town} {
		if part = strings.TrimSpace(part); part != "" {
			lines = append(lines, part)
		}
	}
	return strings.Join(lines, "\n")
}

// Weight gives a weight in kilograms.
func Weight(grams int) string {
	return fmt.Sprintf("%d.%03d kg", grams/1_000, grams%1_000)
}
