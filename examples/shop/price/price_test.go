package price

import "testing"

func TestFormat(t *testing.T) {
	if got := Format(1250, Euro); got != "12.50 Euro" {
		t.Errorf("got %q", got)
	}
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		voucher    string
		from, want int
	}{
		{"", 900, 900},
		{"FIVE", 900, 400},
	} {
		got, err := Apply(c.voucher, c.from)
		if err != nil || got != c.want {
			t.Errorf("Apply(%q, %d) = %d, %v; want %d", c.voucher, c.from, got, err, c.want)
		}
	}
	if _, err := Apply("FREE", 100); err == nil {
		t.Error("an unknown voucher was taken")
	}
}
