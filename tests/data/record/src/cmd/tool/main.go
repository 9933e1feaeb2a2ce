// Command tool is built with coverage and run, so that its data comes from a program and not from a test.
package main

import (
	"fmt"
	"os"

	"example.com/rec/lib"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Println("no words")
		return
	}
	n := lib.Words(os.Args[1], 3, func(word string) { fmt.Println(word) })
	fmt.Println(lib.Clamp(n, 0, 9))
}
