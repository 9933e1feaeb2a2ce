package cached

import "testing"

func TestF(t *testing.T) {
	F()
}
