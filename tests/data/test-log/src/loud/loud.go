package loud

func F() int {
	return 1
}
