package failed

func F() int {
	return 1
}
