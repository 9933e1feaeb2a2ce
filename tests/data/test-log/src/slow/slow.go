package slow

func F(stop chan int) int {
	return <-stop
}
