package store

import (
	"testing"

	"example.com/shop/price"
)

func TestShelf(t *testing.T) {
	shelf := NewShelf[string]()
	shelf.Put("tea", 3)
	if got := shelf.Take("tea", 2); got != 2 {
		t.Errorf("took %d, want 2", got)
	}
	if got := shelf.Take("tea", 2); got != 1 {
		t.Errorf("took %d, want 1", got)
	}
	if got := shelf.Len(); got != 0 {
		t.Errorf("%d left, want 0", got)
	}
}

func TestTotal(t *testing.T) {
	order := Order{
		Lines:    []Line{{Item: "tea", Count: 2, Cents: 450}, {Item: "cup", Count: 1, Cents: 1100}},
		Voucher:  "HALF",
		Currency: price.Euro,
	}
	total, err := order.Total()
	if err != nil || total != 1000 {
		t.Errorf("total %d, %v; want 1000", total, err)
	}
	if _, err := (Order{}).Total(); err != ErrEmpty {
		t.Errorf("got %v, want ErrEmpty", err)
	}
}

func TestPack(t *testing.T) {
	shelf := NewShelf[string]()
	shelf.Put("tea", 1)
	order := Order{Lines: []Line{{Item: "tea", Count: 2}}}
	if err := order.Pack(shelf); err == nil {
		t.Error("packed two of one")
	}
	if got := shelf.Len(); got != 1 {
		t.Errorf("%d on the shelf after a failed order, want 1", got)
	}
}
