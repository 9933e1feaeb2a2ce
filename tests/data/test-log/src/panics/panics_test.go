package panics

import "testing"

func TestF(t *testing.T) {
	F(nil)
}
