// Command shop prints the price of an order: shop [-voucher NAME] ITEM=CENTS...
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"example.com/shop/price"
	"example.com/shop/store"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("shop", flag.ContinueOnError)
	voucher := flags.String("voucher", "", "take this voucher off the price")
	if err := flags.Parse(args); err != nil {
		return err
	}
	order := store.Order{Voucher: *voucher, Currency: price.Euro}
	for _, word := range flags.Args() {
		line, err := parseLine(word)
		if err != nil {
			return err
		}
		order.Lines = append(order.Lines, line)
	}
	total, err := order.Total()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, price.Format(total, order.Currency))
	return err
}

func parseLine(word string) (store.Line, error) {
	item, cents, found := strings.Cut(word, "=")
	if !found {
		return store.Line{}, fmt.Errorf("shop: %q is not ITEM=CENTS", word)
	}
	n, err := strconv.Atoi(cents)
	if err != nil {
		return store.Line{}, fmt.Errorf("shop: %q: %w", word, err)
	}
	return store.Line{Item: item, Count: 1, Cents: n}, nil
}
