package cart

import "testing"

func TestTotal(t *testing.T) {
	if Total("a bb") != 3 || Empty("a") {
		t.Fatal("wrong")
	}
}
