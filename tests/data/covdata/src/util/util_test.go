package util

import "testing"

func TestSel(t *testing.T) {
	if Sel("y") != "got y" {
		t.Fatal(Sel("y"))
	}
}
