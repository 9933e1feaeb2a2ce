// Package store keeps what the shop has on its shelves and takes orders for it.
package store

import "sort"

// Shelf counts items of any comparable kind.
type Shelf[K comparable] struct {
	items map[K]int
}

// NewShelf returns an empty shelf.
func NewShelf[K comparable]() *Shelf[K] {
	return &Shelf[K]{items: map[K]int{}}
}

// Put adds n items. A negative n is ignored.
func (s *Shelf[K]) Put(item K, n int) {
	if n < 0 {
		return
	}
	s.items[item] += n
}

// Take removes up to n items and tells how many were there.
func (s *Shelf[K]) Take(item K, n int) int {
	have := s.items[item]
	switch {
	case n <= 0:
		return 0
	case have > n:
		s.items[item] = have - n
		return n
	default:
		delete(s.items, item)
		return have
	}
}

// Len counts all items.
func (s *Shelf[K]) Len() int {
	total := 0
	for _, n := range s.items {
		total += n
	}
	return total
}

// Sorted lists the kinds of items in the order that less defines.
func (s *Shelf[K]) Sorted(less func(a, b K) bool) []K {
	kinds := make([]K, 0, len(s.items))
	for kind := range s.items {
		kinds = append(kinds, kind)
	}
	sort.Slice(kinds, func(i, j int) bool { return less(kinds[i], kinds[j]) })
	return kinds
}
