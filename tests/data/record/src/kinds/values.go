package kinds

import "example.com/rec/lib"

// Box is a generic type.
type Box[T any] struct{ value T }

func (b *Box[T]) Set(v T) { b.value = v }
func (b Box[T]) Get() T   { return b.value }

// Pair has two type parameters.
type Pair[A, B any] struct {
	a A
	b B
}

func (p *Pair[A, B]) Swap() *Pair[B, A] {
	return &Pair[B, A]{p.b, p.a}
}

func Map[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

type counter int

func (c *counter) Inc()     { *c++ }
func (c counter) Get() int  { return int(c) }
func (counter) Nothing()    {}
func (c counter) _(int) int { return 1 }

var order []string

func init() { order = append(order, "first") }

func init() {
	order = append(order, "second")
	if len(order) > 5 {
		order = nil
	}
}

// Double is a literal of the package level.
var Double = func(n int) int {
	if n > 100 {
		return n
	}
	return func() int { return 2 * n }()
}

var table = map[string]func(int) int{
	"same":  func(n int) int { return n },
	"never": func(n int) int { return -n },
	"nothing": func(int) int {
		return 0
	},
}

var (
	left, right = func() int { return 1 }, func() int { return 2 }
	ready       = func() bool { return true }()
)

func Literals(n int) func() int {
	twice := func(a int) int { return a + n }
	f, g := func() {}, func() int {
		return 2
	}
	defer func() {
		recover()
	}()
	done := make(chan bool)
	go func() { f(); close(done) }()
	<-done
	if k := func() int { return 1 }(); k > 0 {
		n++
	}
	for i := 0; func() bool { return i < 1 }(); i++ {
		n++
	}
	switch func() int { return 3 }() {
	case func() int { return 3 }():
		n++
	}
	lib.Words("a bb ccc", 2, func(word string) {
		n += len(word)
	})
	return func() int {
		return twice(n) + g()
	}
}

// Nested has literals whose blocks lie inside the block before them.
func Nested(v any) int {
	switch x := func() any { return v }().(type) {
	case int:
		return x
	}
	var k [1]int
	for k[func() int { return 0 }()] = range []int{1, 2} {
		k[0]++
	}
	return k[0]
}
