package silent

func F() int {
	return 1
}
