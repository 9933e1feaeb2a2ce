package kinds

// CRLF has lines that end with CR LF.
func CRLF(n int) string {
	if n > 1 {
		return `raw

string`
	}

	// comment

	return "x"
}
