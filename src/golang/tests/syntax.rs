//! Syntax that is easily got wrong. Numbers are the answers of cmd/cover, Go 1.26.

use super::super::*;

/// The blocks of rule set A behind `package p\nfunc f() `.
fn blocks(body: &str) -> Vec<String> {
    let text = format!("package p\nfunc f() {body}\n");
    let source = read(text.as_bytes(), super::ALL);
    assert_eq!(source.broken, None, "{text}");
    source.blocks_a.iter().map(|block| format!("{} {}", block.extent, block.stmts)).collect()
}

#[test]
fn a_brace_in_a_head_opens_the_body_unless_a_type_stands_before_it() {
    for body in [
        "{\nfor range []int{1, 2} { x() }\n}",
        "{\nfor range map[K]V{1: {}} { x() }\n}",
        "{\nfor range [...]struct{ a int }{{1}, {2}} { x() }\n}",
        "{\nfor range ([]int{1, 2}) { x() }\n}",
        "{\nfor range []func(){a, b} { x() }\n}",
        "{\nfor range []*pkg.T[int]{nil, b} { x() }\n}",
        "{\nfor range struct{ a int }{1}.m { x() }\n}",
        "{\nfor range f(T{1}, []T{{}}) { x() }\n}",
        "{\nfor range a[T{1}.x] { x() }\n}",
        "{\nfor range (*struct{ J }).m { x() }\n}",
        "{\nfor range struct{ J }.m { x() }\n}",
    ] {
        let found = blocks(body);
        assert_eq!(found.len(), 2, "{body}: {found:?}");
        assert!(found[1].ends_with(" 1") && found[0].ends_with(" 1"), "{body}: {found:?}");
    }
}

#[test]
fn literals_in_heads_are_bodies() {
    assert_eq!(
        blocks("{\nif f := func() bool { return a }; f() { x() }\n}"),
        ["2.10,3.21 1", "3.21,3.33 1", "3.39,3.46 1",]
    );
    assert_eq!(
        blocks("{\nfor range func() []int { return []int{1} }() { x() }\n}"),
        ["2.10,3.24 1", "3.24,3.43 1", "3.46,3.53 1",]
    );
}

#[test]
fn new_syntax_is_understood() {
    for text in [
        "package p\nfunc (t *T) M[K comparable, V any](k K) V { return *new(V) }\n",
        "package p\nvar p1, p2 = new(42), new(f(\"x\"))\n",
        "package p\ntype A[K comparable] = map[K]struct{}\nfunc f() {}\n",
        "package p\nfunc f() { for i := range 10 { _ = i }; for range seq { } }\n",
        "package p\nfunc f() { if ; x { }; switch ; { }; for ;; { } }\n",
        "package p\nfunc f() { ;; ; }\n",
        "package p\nfunc f() { F[int, func() int](1); _ = G[[]int]{}; x := y[0].(func(int)) }\n",
        "package p\ntype I interface { ~int | ~string; M[T](T) }\n",
        "package p\nfunc f[P *T,](x P) {}\n",
        "package p\nfunc f() (func(), error) { return func() {}, nil }\n",
        "package p\nfunc f() chan<- func() { return make(chan<- func()) }\n",
        "package p\nfunc f() { var x, y struct{ a, b int }; type T [2]func() int; const c = 1 << 3 }\n",
        "package p\nfunc f() { select { case v, ok := <-c: _ = v; case d <- 1: default: } }\n",
        "package p\nfunc f() { switch x := y.(type) { case nil, *T, func() int, []struct{ a int }: } }\n",
        "package p\nfunc f() { a, b = b, a; c <- <-d; *p++; (*p).q--; x.y.z(1)(2)[3]; <-c }\n",
        "package p\nfunc f() { _ = 0x1p-2 + 1e+5 + .5 + 1_000i + 0b1 + 0x1e+2 + '\\'' + '\"' }\n",
        "package p\nfunc é(ß int) { ü: for { break ü } }\n",
        "package p; import \"C\"; import (\n. \"a\"\n_ `b`\n)\n",
        "package p\nfunc f()\nfunc g() {}",
        "\u{feff}package p\nfunc f() {}\n",
        "package p\r\nfunc f() {\r\n\tg()\r\n}\r\n",
        "package p\nfunc f() { goto L; L: }\n",
        "package p\nvar x interface{ M(); fmt.Stringer } = struct{ T }{}\n",
        "package p\nfunc f() { _ = map[string]func(){\"a\": func() {}}[\"a\"]; _ = [...]func(){func() {}} }\n",
        "package p\nfunc f() { if x == (T{}) { }; if (struct{}{}) == x { } }\n",
        "package p\nfunc f() { if v := struct{ a int }{1}; v.a > 0 { } }\n",
        "package p\nfunc f() { return\n}\n",
        "package p\nfunc f() { x := func() func() int { return func() int { return 1 } }()() }\n",
        "package p\nfunc f() { x := func() (a []int) { return }; y := func() map[K][]V { return nil } }\n",
    ] {
        let source = read(text.as_bytes(), super::ALL);
        assert_eq!(source.broken, None, "{text}");
    }
}

#[test]
fn what_go_rejects_is_flagged_at_its_place() {
    for (text, place) in [
        ("", "1.1"),
        ("func f() {}\n", "1.1"),
        ("package p\nfunc f() {\n", "3.1"),
        ("package p\nfunc f() { x( }\n", "2.15"),
        ("package p\nfunc f() { if x \n y() }\n", "3.6"),
        ("package p\nfunc f() { \"abc\n }\n", "2.12"),
        ("package p\n}\n", "2.1"),
        ("package p\nfunc f() { /* \n", "2.12"),
        ("package p\nvar s = `abc\n", "2.9"),
        ("package p\nfunc f() { x = \0 }\n", "2.16"),
        ("package p\nfunc f() { case 1: }\n", "2.12"),
    ] {
        let found = read(text.as_bytes(), super::ALL).broken.map(|place| place.to_string());
        assert_eq!(found.as_deref(), Some(place), "{text:?}");
    }
}

#[test]
fn functions_behind_a_fault_are_still_found() {
    let text = "package p\nfunc a() { x( }\nfunc b() { y() }\nvar c = ]\nfunc d() {}\n";
    let source = read(text.as_bytes(), super::ALL);
    let names: Vec<&str> = source.functions.iter().map(|function| &*function.name).collect();
    assert_eq!(names, ["a", "b", "d"]);
}

#[test]
fn a_call_of_panic_ends_a_block_only_with_one_argument() {
    let count = |statement: &str| blocks(&format!("{{\n{statement}\ny()\n}}")).len();
    for ends in ["panic(x)", "panic(x,)", "panic(f(a, b))", "panic( T{a, b} )", "panic(x...)"] {
        assert_eq!(count(ends), 2, "{ends}");
    }
    for stays in
        ["panic()", "panic(a, b)", "(panic)(x)", "x.panic(y)", "panic(x).y()", "panics(x)", "panic[T](x)"]
    {
        assert_eq!(count(stays), 1, "{stays}");
    }
}
