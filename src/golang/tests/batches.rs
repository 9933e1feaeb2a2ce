//! Tokens are read many at a time, and an expression that is cut by the end of such a batch is passed over another way: what
//! is found must not depend on where that is.

use proptest::prelude::*;

use super::super::*;
use crate::golang::lexer::Lexer;
use crate::model::{CodeMap, CodeMarks, Pos};

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

/// What Go rejects is flagged at the same place too.
const REJECTED: &str = r"package p

func a() && []string { return nil }
func b() ...[c ()[0]]int { x() }
func d(e, f [2]int) (g [3]T{}) { if h := (i[j)]; k { l = []int{m} } }
func n(o []p, q ...[]r) *[]s { for t := range ([]u{v}) { w[x] = y{z} } }
func a2(b2 func() c2) []d2 { switch e2 := [1]f2{g2}; h2 {} }
func i2() (j2 k2 { l2 := m2{n2: [](o2)} ; p2 <- q2[r2:s2:] && t2 }
func u2() { v2(w2, []x2{y2}[z2:]...) }
";

/// What there is to know of a text, with all lines counted from `lines` on.
fn found(text: &str, lines: u32) -> String {
    let source = read(text.as_bytes(), super::ALL);
    let up = |at: Pos| (at.line - lines, at.col);
    let blocks: Vec<_> = source
        .blocks_a
        .iter()
        .map(|block| (up(block.extent.start), up(block.extent.end), block.stmts))
        .collect();
    let statements: Vec<_> = source.statements.iter().map(|at| (at.end - at.start, at.basic)).collect();
    let functions: Vec<_> =
        source.functions.iter().map(|func| (func.bare(), &func.signature, func.complexity)).collect();
    format!("{:?}\n{functions:?}\n{blocks:?}\n{statements:?}", source.broken.map(up))
}

#[test]
fn no_batch_ends_at_a_wrong_place() {
    let whole = read(TEXT.as_bytes(), super::ALL);
    assert_eq!((whole.broken, whole.functions.len(), whole.literals.len()), (None, 3, 5));
    for text in [TEXT, REJECTED] {
        let expected = found(text, 0);
        for lines in 1..300_u32 {
            // Each line is a token more before what is looked at.
            let moved = text.replacen("\n\n", &format!("\n{}\n", ";\n".repeat(lines as usize)), 1);
            assert_eq!(found(&moved, lines), expected, "{lines}");
        }
    }
}

/// All tokens of a text, so many at a time, with what the lexer collects on the side.
fn lexed(text: &str, at_once: usize) -> (Vec<(lexer::Kind, u32, u32)>, CodeMap, Vec<u32>) {
    let length = u32::try_from(text.len()).unwrap();
    let mut lexer = Lexer::new(text.as_bytes(), CodeMarks::new(length, vec![0]));
    let (mut kinds, mut spans) = (vec![lexer::Kind::Illegal; at_once], vec![(0, 0); at_once]);
    let mut tokens: Vec<(lexer::Kind, u32, u32)> = Vec::new();
    while tokens.last().is_none_or(|&(kind, ..)| kind != lexer::Kind::Eof) {
        lexer.fill(&mut kinds, &mut spans);
        tokens.extend(kinds.iter().zip(&spans).map(|(&kind, &(start, end))| (kind, start, end)));
    }
    let all = tokens.iter().position(|&(kind, ..)| kind == lexer::Kind::Eof).unwrap();
    assert!(tokens[all..].iter().all(|&token| token == tokens[all]), "nothing is behind the end");
    tokens.truncate(all + 1);
    (tokens, lexer.code.finish(), lexer.counted)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

    #[test]
    fn tokens_are_the_same_one_by_one_and_many_at_once(
        pieces in proptest::collection::vec(proptest::sample::select(&[
            "x", "return", "x9", "_", "é", "ends_well", "interfaces", ".", "..", "...", ".5", "1", "(", ")", "[", "]", "{", "}", ",",
            ";", ":=", "+", "\"s\"", "`r\n`", " ", "\t", "\n", "// c\n", "/* d\n */",
        ][..]), 0..60),
        at_once in 2_usize..20,
    ) {
        let text = pieces.concat();
        prop_assert_eq!(lexed(&text, at_once), lexed(&text, 1));
    }
}
