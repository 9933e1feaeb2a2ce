package fee

import "testing"

func TestOf(t *testing.T) {
	for grams, want := range map[int]int{200: 450, 1_000: 450, 3_000: 770} {
		if got, err := Of(grams); got != want || err != nil {
			t.Errorf("Of(%d) = %d, %v, want %d", grams, got, err, want)
		}
	}
}

func TestExpress(t *testing.T) {
	if got, err := Express(200, false); got != 900 || err != nil {
		t.Errorf("Express = %d, %v, want 900", got, err)
	}
}

func TestExpressToAnIsland(t *testing.T) {
	if got, err := Express(200, true); got != 2_550 || err != nil {
		t.Errorf("Express = %d, %v, want 2550", got, err)
	}
}
