package kinds

func Größe(n int) string { s := "äöü"; if n > 0 { s += "é" }; return s }
