//! Tokens are read many at a time, and an expression that is cut by the end of such a batch is passed over another way: what
//! is found must not depend on where that is.

use super::super::*;
use crate::model::Extent;

const TEXT: &str = r#"package p

var table = map[string][]int{"a": {1, 2}, "b": nil}
var runs, stops = func(a, b int) (int, error) { return a, nil }, T{Close: func() { x() }}

func (t *T[K]) f(a int, b func(c chan<- int) []struct{ d int }) (r map[string]int, err error) {
	defer func() { recover() }()
	if a := t.x[1:len(t.y)-1]; a == nil && (b != nil || !c) {
		return nil, fmt.Errorf("%v: %w", a, err)
	} else if v, ok := a.(interface{ Is(error) bool }); ok {
		panic(v)
	}
L:
	for i, x := range []int{1, 2, 3} {
		switch y := x.(type) {
		case int, *T, []byte:
			go t.g(y, func(z int) { w.z += z << 2 })
			continue L
		default:
			s := struct{ a, b int }{a: 1, b: m["k"][i]}
			panic("no")
		}
	}
	for k := range f(func() bool { return true })[0].m {
		select {
		case c <- *p.q.r(&k):
		case v, ok := <-d:
			if v == (T{1}) || ok {
				x = [...]string{
					1: "a",
					2: g(a, b, T{
						c: d,
					}),
				}[k]
			}
		}
		if f([]int{1}) { k++ }
	}
	return
}
"#;

#[test]
fn no_batch_ends_at_a_wrong_place() {
    let whole = read(TEXT.as_bytes(), super::ALL);
    assert_eq!((whole.broken, whole.functions.len(), whole.literals.len()), (None, 3, 5));
    for lines in 1..300_u32 {
        // Each line is a token more before what is looked at.
        let moved = TEXT.replacen("\n\n", &format!("\n{}\n", ";\n".repeat(lines as usize)), 1);
        let source = read(moved.as_bytes(), super::ALL);
        assert_eq!(source.broken, None, "{lines}");
        let up = |extent: Extent| {
            let Extent { start, end } = extent;
            Extent::new(start.line - lines, start.col, end.line - lines, end.col)
        };
        let blocks: Vec<_> = source.blocks_a.iter().map(|block| (up(block.extent), block.stmts)).collect();
        let expected: Vec<_> = whole.blocks_a.iter().map(|block| (block.extent, block.stmts)).collect();
        assert_eq!(blocks, expected, "{lines}");
        let statements: Vec<_> = source.statements.iter().map(|at| (at.end - at.start, at.basic)).collect();
        let expected: Vec<_> = whole.statements.iter().map(|at| (at.end - at.start, at.basic)).collect();
        assert_eq!(statements, expected, "{lines}");
        let functions: Vec<_> =
            source.functions.iter().map(|func| (&*func.name, &*func.signature, func.complexity)).collect();
        let expected: Vec<_> =
            whole.functions.iter().map(|func| (&*func.name, &*func.signature, func.complexity)).collect();
        assert_eq!(functions, expected, "{lines}");
    }
}
