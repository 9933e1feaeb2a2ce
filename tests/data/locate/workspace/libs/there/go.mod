module example.com/there/v2

go 1.24
