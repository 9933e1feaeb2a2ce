package failed

import "testing"

func TestF(t *testing.T) {
	t.Errorf("got %d, want 2", F())
}
