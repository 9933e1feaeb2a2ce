package bare

import "testing"

func TestC(t *testing.T) {
	_ = C
}
