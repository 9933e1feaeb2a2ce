package lib

import "testing"

func TestClamp(t *testing.T) {
	for i := 0; i < 3; i++ {
		if Clamp(i, 1, 5) < 1 {
			t.Fail()
		}
	}
}
