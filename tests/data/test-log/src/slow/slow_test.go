package slow

import "testing"

func TestF(t *testing.T) {
	F(make(chan int))
}
