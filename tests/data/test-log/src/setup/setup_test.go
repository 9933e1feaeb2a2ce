package setup

import "testing"

func TestF(t *testing.T) {}
