package exits

import "testing"

func TestF(t *testing.T) {
	F()
}
