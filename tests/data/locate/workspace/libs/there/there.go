// Package there is far away.
package there

// Less by a tenth.
func Less(sum int) int {
	return sum - sum/10
}
