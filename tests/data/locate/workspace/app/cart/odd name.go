package cart

// Empty says whether nothing is named.
func Empty(names string) bool {
	return names == ""
}
