// Package price knows money and vouchers.
package price

import "fmt"

//go:generate enumnames -type Currency

// Currency is what an order is paid in.
type Currency int

// The currencies that the shop takes.
const (
	Euro Currency = iota
	Dollar
	Pound
)

// vouchers says what a voucher makes of a sum of cents. Its closures belong to no declared function:
// `go tool cover -func` leaves their statements out of its total, `go test` counts them.
var vouchers = map[string]func(int) int{
	"": func(cents int) int { return cents },
	"HALF": func(cents int) int {
		return cents / 2
	},
	"FIVE": func(cents int) int {
		if cents < 500 {
			return 0
		}
		return cents - 500
	},
}

// names is filled before main: initialisers count as covered code like any other.
var names = map[Currency]string{}

func init() {
	for _, currency := range []Currency{Euro, Dollar, Pound} {
		names[currency] = currency.String()
	}
}

// Apply takes a voucher off a sum.
func Apply(voucher string, cents int) (int, error) {
	change, known := vouchers[voucher]
	if !known {
		return 0, fmt.Errorf("price: unknown voucher %q", voucher)
	}
	observe(voucher)
	return change(cents), nil
}

// Format prints an amount, such as "12.50 Euro".
func Format(cents int, currency Currency) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d %s", sign, cents/100, cents%100, names[currency])
}

// observe is where a real shop would count vouchers. An empty function has a block without statements.
func observe(string) {}
