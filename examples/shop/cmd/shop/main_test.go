package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	var out strings.Builder
	if err := run([]string{"-voucher", "FIVE", "tea=450", "cup=1100"}, &out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "10.50 Euro\n" {
		t.Errorf("got %q", got)
	}
}
