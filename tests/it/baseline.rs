//! `baseline save` and `baseline show`, through the front door: what is kept, what is told, and what no file can do.

mod file;
mod save;
mod show;

/// Two functions: the first with a branch that did not run, the second not run at all.
const A: &str = "package m\n\nfunc F(x int) int {\n\tif x > 1 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n\nfunc G() int {\n\treturn 3\n}\n";
/// Its profile as Go 1.26 writes it: 2 of 4 statements.
const A_COV: &str =
    "mode: count\nm/a.go:3.19,4.11 1 7\nm/a.go:4.11,6.3 1 0\nm/a.go:7.2,7.10 1 7\nm/a.go:10.14,12.2 1 0\n";
/// The same with one more test.
const A_MORE: &str =
    "mode: count\nm/a.go:3.19,4.11 1 7\nm/a.go:4.11,6.3 1 1\nm/a.go:7.2,7.10 1 7\nm/a.go:10.14,12.2 1 0\n";
/// A second file.
const B: &str = "package m\n\nfunc H() {\n\tprintln(1)\n}\n";
const B_COV: &str = "m/b.go:3.10,5.2 1 1\n";
/// The file that is written when nobody says where.
const FILE: &str = "coverdict-baseline.json";
