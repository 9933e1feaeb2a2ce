// Package fee tells what a parcel costs to send.
package fee

import "errors"

// ErrTooHeavy is what Of says of a parcel that nobody carries.
var ErrTooHeavy = errors.New("too heavy")

// Of gives the fee of a parcel in cents.
func Of(grams int) (int, error) {
	if grams > 30_000 {
		return 0, ErrTooHeavy
	}
	if grams <= 1_000 {
		return 450, nil
	}
	return 450 + (grams-1_000)/500*80, nil
}
