package panics

func F(numbers []int) int {
	return numbers[len(numbers)]
}
