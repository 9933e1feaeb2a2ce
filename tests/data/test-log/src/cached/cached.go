package cached

func F() int {
	return 1
}
