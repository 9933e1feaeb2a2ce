//! Names, signatures, complexity and extents of functions.

use super::super::*;
use crate::model::Function;

fn signature(function: &Function) -> &str {
    function.signature.as_deref().expect("it was asked for")
}

fn functions(text: &str) -> Vec<String> {
    let source = read(text.as_bytes(), Wanted::default());
    assert_eq!(source.broken, None, "{text}");
    source
        .functions
        .iter()
        .map(|function| format!("{} | {} | {}", function.name, function.meta(), signature(function)))
        .collect()
}

#[test]
fn receivers_give_readable_names_and_those_of_the_meta_data() {
    let text = "package p
func F(x int) error { return nil }
func (t T) A() {}
func (t *T) B() {}
func (T) C() {}
func (*T) D() {}
func (t T[K]) E() {}
func (t *T[K, V]) G() {}
func (T[K]) H() {}
func (t (T)) I() {}
func (t *(T)) J() {}
func (a, b T) L() {}
func (a T, b U) M() {}
func () N() {}
func (t *T) _() {}
func (t T,) O() {}
func (t *T) P[K any](k K) {}
";
    assert_eq!(
        functions(text),
        [
            "F | F | (x int) error",
            "T.A | T.A | ()",
            "(*T).B | *T.B | ()",
            "T.C | T.C | ()",
            "(*T).D | *T.D | ()",
            "T[...].E | E | ()",
            "(*T[...]).G | G | ()",
            "T[...].H | H | ()",
            "T.I | I | ()",
            "(*T).J | J | ()",
            "T.L | T.L | ()",
            "M | M | ()",
            "N | N | ()",
            "(*T)._ | *T._ | ()",
            "T.O | T.O | ()",
            "(*T).P | *T.P | (k K)",
        ]
    );
}

#[test]
fn names_are_unique_in_a_file() {
    let text =
        "package p\nfunc init() {}\nfunc init() {}\nfunc f() {}\nfunc init() {}\nfunc _() {}\nfunc _() {}\n";
    let names: Vec<_> = read(text.as_bytes(), Wanted::default())
        .functions
        .into_iter()
        .map(|function| function.name)
        .collect();
    assert_eq!(names, ["init", "init.2", "f", "init.3", "_", "_.2"]);
}

#[test]
fn signatures_are_left_out_where_nobody_wants_them() {
    let functions = |wanted| read(b"package p\nfunc f(x int) {}\nfunc (t T) g() {}\n", wanted).functions;
    let with = functions(Wanted::default());
    assert_eq!(with.iter().map(signature).collect::<Vec<_>>(), ["(x int)", "()"]);
    let without = functions(Wanted { no_signatures: true, ..Wanted::default() });
    assert!(without.iter().all(|function| function.signature.is_none()));
    let named = |functions: &[Function]| functions.iter().map(|one| one.name.to_string()).collect::<Vec<_>>();
    assert_eq!(named(&with), named(&without));
}

#[test]
fn a_signature_is_one_line_without_comments() {
    let text = "package p
func F(
\ta int, // first
\tb  map[string][]func(x int) error,
\tc ...string,
) (
\tn int,
\terr error,
) {
}
func G[T interface{ ~int | ~string }, U any](t T, f func(U) (T, error)) <-chan T { return nil }
func H() func(int) (int, error) { return nil }
func I() struct{ A, B int } { return struct{ A, B int }{} }
func K(x interface {
\tM()
\tN() // c
}) {}
func J(/* nothing */) [2]map[string]interface{ M() } { return nil }
";
    let signatures: Vec<String> = read(text.as_bytes(), Wanted::default())
        .functions
        .into_iter()
        .map(|function| format!("{}{}", function.bare(), signature(&function)))
        .collect();
    assert_eq!(
        signatures,
        [
            "F(a int, b map[string][]func(x int) error, c ...string) (n int, err error)",
            "G(t T, f func(U) (T, error)) <-chan T",
            "H() func(int) (int, error)",
            "I() struct{ A, B int }",
            "K(x interface { M(); N() })",
            "J() [2]map[string]interface{ M() }",
        ]
    );
}

#[test]
fn literals_outside_functions_are_named_by_the_way_to_them() {
    let text = "package p
var rootCmd = &cobra.Command{
\tUse: \"x\",
\tRunE: func(cmd *cobra.Command) error { return nil },
\tInner: T{Deep: (func() {})},
\tList: []func(){func() {}},
\tMap: map[string]func(){\"a\": func() {}},
}
var a, b = func() {}, func() { _ = func() {} }
var _ = func() {}
var (
\tc func() = func() {}
\td = wrap(func() {})
\te = []func(){0: func() {}}
)
type T struct { f func() }
var f func() struct{} = func() struct{} { return struct{}{} }
";
    let found: Vec<String> = read(text.as_bytes(), Wanted::default())
        .functions
        .into_iter()
        .inspect(|function| assert!(function.literal && function.bare().is_empty()))
        .map(|function| format!("{} {} {}", function.name, function.meta(), signature(&function)))
        .collect();
    assert_eq!(
        found,
        [
            "rootCmd.RunE func.L4.C8 (cmd *cobra.Command) error",
            "rootCmd.Inner.Deep func.L5.C18 ()",
            "func.L6.C17 func.L6.C17 ()",
            "func.L7.C30 func.L7.C30 ()",
            "a func.L9.C12 ()",
            "b func.L9.C23 ()",
            "func.L10.C9 func.L10.C9 ()",
            "c func.L12.C13 ()",
            "func.L13.C11 func.L13.C11 ()",
            "func.L14.C18 func.L14.C18 ()",
            "f func.L17.C25 () struct{}",
        ]
    );
}

#[test]
fn complexity_counts_decisions() {
    let text = "package p
func plain() {}
func many(a, b bool, c chan int) {
\tif a && b || a {
\t} else if b {
\t}
\tfor range 3 {
\t}
\tswitch {
\tcase a:
\tcase b:
\tdefault:
\t}
\tselect {
\tcase <-c:
\tdefault:
\t}
\t_ = func() bool { return a && b }
}
";
    let source = read(text.as_bytes(), Wanted::default());
    let complexity: Vec<u32> = source.functions.iter().map(|function| function.complexity).collect();
    // 1 + two ifs + two logical operators + for + two cases + one communication + the literal's operator
    assert_eq!(complexity, [1, 10]);
}

#[test]
fn extents_run_from_the_keyword_to_behind_the_brace() {
    let text = "package p\n\nfunc F() {\n\treturn\n}\n\nvar f = func() {}\nfunc noBody()\n";
    let source = read(text.as_bytes(), Wanted::default());
    let found: Vec<String> =
        source.functions.iter().map(|function| format!("{} {}", function.extent, function.body)).collect();
    assert_eq!(found, ["3.1,5.2 3.10", "7.9,7.18 7.16"]);
}
