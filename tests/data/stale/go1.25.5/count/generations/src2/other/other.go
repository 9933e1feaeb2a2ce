// Package other is another.
package other

func Other() int {
	return 7
}
