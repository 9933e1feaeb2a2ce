package lined

import "testing"

func TestRules(t *testing.T) {
	if Plain(2)+Rule(3)+Table(1) != 6 {
		t.Fail()
	}
}
