// Command tiny shares package util with command app. With a word it stays until it is killed.
package main

import (
	"os"
	"time"

	"example.com/covapp/util"
)

func main() {
	println(util.Sel("tiny"))
	if len(os.Args) > 1 {
		time.Sleep(time.Hour)
	}
}
