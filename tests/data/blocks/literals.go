package p

var a, b = func() int { return 1 }, []func(){func() { g(1) }, func() {}}

var (
	c = T{
		f: func() (n int) {
			h := func() { n++ }
			h()
			return
		},
	}
	d = g(func() {}, func() { g() })
)

const k = len([1]func(){})

func _() {
	g(func() { g() })
}

func (t *T) _() { g() }

func f() {
	g(func() { g(func() { g() }) }, func() {
		g()

		g()
	}, 3)
	go func() {}()
	defer func() { recover() }()
	for i := func() int { return 0 }(); i < func() int { return 1 }(); i = func() int { return 2 }() {
		g()
	}
	for i, j := range func() []int { return nil }() {
		_, _ = i, j
	}
	switch x := func() int { return 1 }(); func() int { return x }() {
	case func() int { return 1 }(), func() int { return 2 }():
		g()
	case 2:
	default:
		func() {}()
	}
	switch x := func() int { return 1 }(); y := any(func() int { return x }()).(type) {
	case int:
		_ = y
	}
	switch func() int { return 1 }() {
	}
	switch any(func() int { return 1 }()).(type) {
	}
	select {
	case <-func() chan int { return nil }():
		g()
	case func() chan int { return nil }() <- func() int { return 1 }():
	default:
		g()
	}
	select {}
	return func() (int, error) {
		return 1, nil
	}()
}

func g[T interface{ ~[]func() }](x T) func() {
	return func() {
		var z = func() {
		}
		type U struct{ f func() }
		_ = U{func() {}}
		const k = 1
		z()
	}
}
