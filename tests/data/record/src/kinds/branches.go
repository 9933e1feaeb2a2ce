// Package kinds has one of each construct that the block rules tell apart.
package kinds

import (
	"errors"
	"fmt"
)

func Empty() {}

func OnlyComment() {
	// nothing here
}

func OneLine() int { return 1 }

func Gap() int {
	a := 1

	// a comment between

	a++
	return a
}

func _() { println("never counted") }

func If(a, b int) int {
	if a == 0 && b == 0 {
		return 0
	} else if c := a; c > 3 {
		return 1
	} else {
		b++
	}
	if a > 1 {
	} else {
	}
	if a < 0 { // why
		// only a comment

		return -1
		// after it
	}
	return b
}

func Loops(n int) (sum int) {
	for i := 0; i < n; i++ {
		if i == 2 {
			continue
		}
		sum += i
	}
	for range make([]int, 3) {
	}
	for {
		sum++
		break
	}
outer:
	for i := range []int{1, 2} {
		for {
			sum += i
			break outer
		}
	}
	for i, j := 0, 9; i < j &&

		i < 3; i++ {
		sum++
	}
	return
}

func Switch(v any, n int, ch chan int) string {
	switch x := n; x {
	case 1, 2:
		return "small"
	case 3:
	case 4:
		n++
		fallthrough
	default:
		n--
	}
	switch {
	}
	switch t := v.(type) {
	case int:
		n += t
	case string, []byte:

		n = 1

		// trailing
	}
	select {
	case got := <-ch:
		n += got
	case ch <- 1:
	default:
		return fmt.Sprint("idle ", n)
	}
	return fmt.Sprint(n)
}

func Labels(n int) int {
start:
	n++
	if n < 3 {
		goto start
	}
	n--
again:
	if n > 9 {
		n = 0
		goto again
	}
	{
		n++
	}
	{
		n--
		{
			n += 2
		}
	}
	if n < 0 {
		goto end
	}
	n = 7
end:
	return n
}

func Panics(ok bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("recovered")
		}
	}()
	if !ok {
		panic("not ok")
	}
	return nil
}

func Declares() (int, string) {
	const (
		first = 1

		second = 2
	)
	type pair struct {
		a int

		b string
	}
	var list = []pair{
		{first, "a"},

		// between
		{second, "b"},
	}
	;
	n := 0; n++
	return list[n].a, list[n].
		b
}

func Raw() string {
	text := `line one

line three
`
	return text +
		"end"
}

func Crammed(a int) int { if a > 0 { a++ } else { a-- }; for a < 3 { a++ }; return a }

func Unused(x, y int) (z int) {
	/* lead */ z = x /* trail */
	/* several
	lines */ z += y

	return z
}
