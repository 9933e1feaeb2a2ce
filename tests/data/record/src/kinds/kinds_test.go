package kinds

import "testing"

func TestBranches(t *testing.T) {
	Empty()
	Gap()
	If(0, 0)
	If(5, 1)
	If(1, 1)
	Loops(4)
	Switch(1, 1, nil)
	Switch("s", 4, make(chan int, 1))
	Labels(0)
	if Panics(false) == nil {
		t.Fail()
	}
	Declares()
	Crammed(0)
	CRLF(1)
	Größe(1)
}

func TestValues(t *testing.T) {
	var box Box[int]
	box.Set(3)
	if box.Get() != 3 || len(Map([]int{1, 2}, Double)) != 2 || table["same"](4) != 4 {
		t.Fail()
	}
	var c counter
	c.Inc()
	c.Nothing()
	if Literals(1)() == 0 || Nested("x") < 0 {
		t.Fail()
	}
	for i := 0; i < 1000; i++ {
		c.Inc()
	}
}
