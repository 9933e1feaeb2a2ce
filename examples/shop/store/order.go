package store

import (
	"errors"
	"fmt"

	"example.com/shop/price"
)

// ErrEmpty is returned for an order without items.
var ErrEmpty = errors.New("store: the order is empty")

// Line is one row of an order.
type Line struct {
	Item  string
	Count int
	Cents int
}

// Order is what a customer wants.
type Order struct {
	Lines    []Line
	Voucher  string
	Currency price.Currency
}

// Total is the price of the order in cents, after the voucher.
func (o Order) Total() (int, error) {
	if len(o.Lines) == 0 {
		return 0, ErrEmpty
	}
	sum := 0
	for _, line := range o.Lines {
		if line.Count <= 0 || line.Cents < 0 {
			return 0, fmt.Errorf("store: bad line %q", line.Item)
		}
		sum += line.Count * line.Cents
	}
	return price.Apply(o.Voucher, sum)
}

// Pack takes the items of the order from the shelf. Either all of them are there, or none is taken.
func (o *Order) Pack(shelf *Shelf[string]) (err error) {
	taken := make([]Line, 0, len(o.Lines))
	defer func() {
		if err == nil {
			return
		}
		for _, line := range taken {
			shelf.Put(line.Item, line.Count)
		}
	}()
	for _, line := range o.Lines {
		got := shelf.Take(line.Item, line.Count)
		taken = append(taken, Line{Item: line.Item, Count: got})
		if got < line.Count {
			return fmt.Errorf("store: %d of %q missing", line.Count-got, line.Item)
		}
	}
	return nil
}

// Refund is not tested yet: a reader of the report should find it among the worst places.
func (o Order) Refund(days int) (int, error) {
	total, err := o.Total()
	if err != nil {
		return 0, err
	}
	switch {
	case days < 0:
		return 0, errors.New("store: a refund cannot come before the order")
	case days <= 14:
		return total, nil
	case days <= 30:
		return total / 2, nil
	}
	return 0, nil
}
