package exits

import "os"

func F() {
	os.Exit(3)
}
