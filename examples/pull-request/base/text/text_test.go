package text

import "testing"

func TestLines(t *testing.T) {
	if got, want := Lines("Ada", " ", "London"), "Ada\nLondon"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWeight(t *testing.T) {
	if got, want := Weight(2_050), "2.050 kg"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
