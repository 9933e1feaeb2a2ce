package greet

import "testing"

func TestHello(t *testing.T) {
	for language, want := range map[string]string{"": "Hello, Ada", "de": "Guten Tag, Ada"} {
		got, err := Hello(" Ada ", language)
		if err != nil || got != want {
			t.Errorf("Hello in %q: %q, %v; want %q", language, got, err, want)
		}
	}
}

func TestNobody(t *testing.T) {
	if _, err := Hello(" ", ""); err != ErrNobody {
		t.Errorf("got %v", err)
	}
}
