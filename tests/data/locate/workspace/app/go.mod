module example.com/shop // the main one

go 1.24

require (
	example.com/orig v1.2.3
	example.com/there/v2 v2.0.0
)

replace (
	example.com/orig v1.2.3 => ../libs/fork
	example.com/there/v2 => "../libs/there"
)
