package gen

import "testing"

func TestName(t *testing.T) {
	if Name(0) != "zero" {
		t.Fatal("wrong")
	}
}
