package fee

import (
	"errors"
	"testing"
)

func TestOf(t *testing.T) {
	for grams, want := range map[int]int{200: 450, 1_000: 450, 3_000: 770} {
		if got, err := Of(grams); got != want || err != nil {
			t.Errorf("Of(%d) = %d, %v, want %d", grams, got, err, want)
		}
	}
	if _, err := Of(31_000); !errors.Is(err, ErrTooHeavy) {
		t.Error(err)
	}
}

func TestExpress(t *testing.T) {
	if got, err := Express(200, false); got != 900 || err != nil {
		t.Errorf("Express = %d, %v, want 900", got, err)
	}
}
