package untested

func F() int {
	return 1
}
