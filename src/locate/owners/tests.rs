//! Both dialects, case by case. The source of each fact stands above its cases: "docs" is the platform's own page (see
//! `owners.rs`), "errors" the list of GitHub's REST API, "code" GitLab's `ee/lib/gitlab/code_owners`.

use proptest::prelude::*;

use super::*;

fn owned(dialect: Dialect, text: &str, path: &str) -> Vec<String> {
    parse(text, dialect).owners.of(path)
}

/// Whether a line with this pattern owns each path.
fn check(dialect: Dialect, cases: &[(&str, &[&str], &[&str])]) {
    for (pattern, inside, outside) in cases {
        let text = format!("{pattern} @x\n");
        assert_eq!(parse(&text, dialect).odd, [0u32; 0], "{pattern} is a rule");
        for path in *inside {
            assert_eq!(owned(dialect, &text, path), ["@x"], "{pattern} owns {path}");
        }
        for path in *outside {
            assert_eq!(owned(dialect, &text, path), [""; 0], "{pattern} does not own {path}");
        }
    }
}

#[test]
fn patterns_of_github() {
    check(
        Dialect::GitHub,
        &[
            // docs, the example: `*` is everything, `*.js` by its ending, `/build/logs/` at the root only.
            ("*", &["a", "a/b", "a/.b/c.go"], &[]),
            ("*.js", &["a.js", "x/y/a.js", "x/.js"], &["a.jsx", "js", "a.js.go"]),
            ("/build/logs/", &["build/logs/a", "build/logs/x/y"], &["build/logs", "x/build/logs/a"]),
            // docs: `docs/*` takes no file further down.
            ("docs/*", &["docs/getting-started.md"], &["docs/build-app/troubleshooting.md", "x/docs/a.md"]),
            // docs: `apps/` anywhere, `/docs/` at the root with what is below.
            ("apps/", &["apps/a", "x/apps/y/z"], &["apps", "x/apps", "myapps/a"]),
            ("/docs/", &["docs/a", "docs/x/y"], &["x/docs/a", "docs.md"]),
            // docs: `**/logs` is any directory of that name.
            (
                "**/logs",
                &["build/logs/a", "scripts/logs/a", "deeply/nested/logs/x/y", "logs/a"],
                &["logs2/a"],
            ),
            // docs: `/apps/github` without a slash at its end is the directory as well.
            ("/apps/github", &["apps/github/x", "apps/github"], &["apps/githubs/x", "x/apps/github/y"]),
            // gitignore(5): a slash in the beginning or the middle ties a pattern to the root.
            ("foo/bar", &["foo/bar", "foo/bar/baz"], &["foo/bart", "baz/foo/bar"]),
            ("foo", &["foo", "foo/bar", "bar/foo", "bar/foo/baz"], &["foo.txt", "bar/foo.txt"]),
            ("/foo", &["foo", "foo/bar/baz"], &["bar/foo", "fool"]),
            ("f*", &["foo", "bar/foo/baz", "f"], &["xfoo"]),
            ("/*", &["foo", "bar"], &["foo/bar"]),
            ("/*/", &["foo/bar", "foo/bar/baz"], &["foo"]),
            ("/f*/", &["foo/bar/baz"], &["foo", "bar/foo/x"]),
            ("foo/*.txt", &["foo/bar.txt"], &["foo/bar/baz.txt", "qux/foo/bar.txt"]),
            ("foo/*/baz", &["foo/bar/baz", "foo/bar/baz/qux"], &["foo/baz", "foo/a/b/baz"]),
            ("f?o", &["foo", "fäo"], &["fo", "fooo", "f/o"]),
            // gitignore(5): `**/`, `/**/` and `/**`.
            ("**/foo/bar", &["foo/bar", "qux/foo/bar/baz"], &["foo/baz/bar"]),
            ("foo/**", &["foo/bar", "foo/bar/baz"], &["foo", "qux/foo/bar"]),
            ("foo/**/bar", &["foo/bar", "foo/a/b/bar", "foo/bar/c"], &["qux/foo/bar", "foo/barn"]),
            ("foo/**/", &["foo/bar", "foo/bar/baz"], &["foo", "x/foo/bar"]),
            ("foo/**/*.go", &["foo/a.go", "foo/x/y/a.go"], &["foo/a.js", "a.go"]),
            ("**", &["a", "a/b"], &[]),
            ("a**b", &["ab", "axxb", "x/ab"], &["a/b"]),
            // gitignore(5): a backslash takes the meaning of what follows, and keeps a space.
            ("f\\*o", &["f*o"], &["foo"]),
            ("path\\ with\\ spaces/", &["path with spaces/a"], &["path"]),
            // docs: paths are told by upper and lower case.
            ("/Docs/", &["Docs/a"], &["docs/a"]),
            // gitignore(5) knows no braces.
            ("*.{go,js}", &["a.{go,js}"], &["a.go"]),
        ],
    );
}

#[test]
fn patterns_of_gitlab() {
    check(
        Dialect::GitLab,
        &[
            // docs, "Absolute paths".
            ("/README.md", &["README.md"], &["docs/README.md"]),
            ("/docs/README.md", &["docs/README.md"], &["README.md", "x/docs/README.md"]),
            // docs, "Relative paths": without a slash in front at any depth, also with one in the middle.
            ("README.md", &["README.md", "internal/README.md", "app/lib/README.md"], &["README.md/x"]),
            ("internal/README.md", &["internal/README.md", "docs/api/internal/README.md"], &["README.md"]),
            // docs, "Directory paths": a slash at the end is everything below …
            ("/docs/", &["docs/a", "docs/x/y"], &["x/docs/a", "docs"]),
            ("lib/", &["lib/a", "x/lib/y/z"], &["lib"]),
            // … and, code, without it a directory is nothing.
            ("/docs", &["docs"], &["docs/a"]),
            ("docs", &["docs", "x/docs"], &["docs/a"]),
            // docs, "Wildcard paths".
            ("/docs/*.md", &["docs/a.md"], &["docs/x/a.md"]),
            ("/docs/index.*", &["docs/index.md", "docs/index."], &["docs/index"]),
            ("/docs/*spec*", &["docs/qa_specs.rb", "docs/spec"], &["docs/x/spec"]),
            ("/docs/*/README.md", &["docs/api/README.md"], &["docs/README.md", "docs/a/b/README.md"]),
            ("/docs/*", &["docs/a"], &["docs/x/a"]),
            // docs, "Globstar paths".
            ("/docs/**/index.md", &["docs/index.md", "docs/api/graphql/index.md"], &["index.md"]),
            ("**/*.rb", &["config/database.rb", "a/b/c.rb", "a.rb"], &["a.rbs"]),
            ("*", &["a", "a/b", ".x/.y"], &[]),
            // docs, "Pattern matching": FNM_DOTMATCH, so that `*` takes names with a dot in front.
            ("/*", &[".gitignore", "a"], &["a/b"]),
            ("/.x/**/*", &[".x/a", ".x/.y/.z"], &[".x"]),
            // code: `**` without a slash behind it is `*` for File.fnmatch.
            ("/docs/**", &["docs/a"], &["docs/x/y"]),
            ("/d**s/a", &["docs/a", "ds/a"], &["d/s/a"]),
            // code: a slash at the end is `**/*`, also of the root itself.
            ("/", &["a", "a/b"], &[]),
            // docs: `\#` and `\ `.
            ("\\#file.rb", &["#file.rb", "x/#file.rb"], &["file.rb"]),
            ("path\\ with\\ spaces/*.md", &["path with spaces/a.md"], &["path/a.md"]),
            // File.fnmatch: classes, `?` and escapes, no braces (FNM_EXTGLOB is not set).
            ("/[ab-d]x", &["ax", "cx"], &["ex", "[x"]),
            ("/x[^a]", &["xb"], &["xa", "x"]),
            ("/x[!a]", &["xb"], &["xa"]),
            ("/x[\\]]", &["x]"], &["x\\"]),
            ("/x[a", &[], &["x[a", "xa"]),
            ("/a?c", &["abc"], &["a/c", "ac"]),
            ("/a\\*", &["a*"], &["ab"]),
            ("/a.{go,js}", &["a.{go,js}"], &["a.go"]),
            // docs: upper and lower case differ.
            ("/Docs/", &["Docs/a"], &["docs/a"]),
        ],
    );
}

#[test]
fn the_last_line_decides_on_github_and_one_without_owners_takes_back() {
    let text = "* @global\n*.go @go @second # inline comments are allowed\n/apps/ @octocat\n/apps/github\n";
    let of = |path| owned(Dialect::GitHub, text, path);
    // docs: order matters, the last pattern that matches has the most weight, and all its owners own.
    assert_eq!(of("a.txt"), ["@global"]);
    assert_eq!(of("x/a.go"), ["@go", "@second"]);
    assert_eq!(of("apps/a.go"), ["@octocat"]);
    // docs: owners left empty are nobody.
    assert_eq!(of("apps/github/a.go"), [""; 0]);
}

#[test]
fn lines_that_github_refuses_are_skipped_and_told() {
    let text = "# comment\n\n* @a\n!x @b\n[a-z].go @b\n\\#x @b\n***/*.rb @b\n/ @b\n* user\n*.c docs@\n*.d @a/b/c\n*.e @@owner\n \t\n*.f a@b.c\n";
    let parsed = parse(text, Dialect::GitHub);
    // docs: `!`, `[ ]` and `\#` do not work; errors: `***` and `/` are invalid patterns, `user` and `docs@` invalid owners.
    // docs: a line with invalid syntax is skipped.
    assert_eq!(parsed.odd, [4, 5, 6, 7, 8, 9, 10, 11, 12]);
    assert_eq!(parsed.rules, 2);
    for path in ["x", "b.go", "#x", "a/b.rb", "a.c", "a.d", "a.e"] {
        assert_eq!(parsed.owners.of(path), ["@a"], "{path}");
    }
    assert_eq!(parsed.owners.of("x.f"), ["a@b.c"]);
}

#[test]
fn every_section_of_gitlab_gives_its_owners() {
    // docs, "Sections".
    let text = "* @admin\n\n[README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n\n[README other owners]\nREADME.md @user3\n";
    assert_eq!(owned(Dialect::GitLab, text, "README.md"), ["@admin", "@user1", "@user2", "@user3"]);
    assert_eq!(owned(Dialect::GitLab, text, "internal/README.md"), ["@admin", "@user4", "@user3"]);
    assert_eq!(owned(Dialect::GitLab, text, "main.go"), ["@admin"]);
}

#[test]
fn sections_have_default_owners_numbers_and_an_optional_mark() {
    // docs, "Set default Code Owner for a section" and "Default Code Owners and optional sections".
    let text = "[Documentation][2] @docs-team\ndocs/\nREADME.md\n\n^[Database] @database-team @agarcia\nmodel/db/\nconfig/db/database-setup.md @docs-team\n";
    let of = |path| owned(Dialect::GitLab, text, path);
    assert_eq!(of("docs/a.md"), ["@docs-team"]);
    assert_eq!(of("model/db/x.go"), ["@database-team", "@agarcia"]);
    assert_eq!(of("config/db/database-setup.md"), ["@docs-team"]);
    assert_eq!(of("main.go"), [""; 0]);
    assert_eq!(parse(text, Dialect::GitLab).rules, 4);
}

#[test]
fn sections_of_one_name_are_one() {
    // docs, "Sections with duplicate names": upper and lower case are the same.
    let text =
        "[Documentation]\ndocs/ @docs\n\n[Database]\nmodel/ @database\n\n[DOCUMENTATION]\ndocs/x @other\n";
    assert_eq!(owned(Dialect::GitLab, text, "docs/x"), ["@other"]);
    assert_eq!(owned(Dialect::GitLab, text, "docs/y"), ["@docs"]);
    // code: each header has default owners of its own.
    let text = "[A] @one\nx\n[B] @two\ny\n[a] @three\nz\n";
    let of = |path| owned(Dialect::GitLab, text, path);
    assert_eq!(
        (of("x"), of("y"), of("z")),
        (vec!["@one".into()], vec!["@two".into()], vec!["@three".into()])
    );
    // code: a pattern that comes again changes its owners and keeps its place.
    let text = "*.go @a\n/x.go @b\n*.go @c\n";
    assert_eq!(owned(Dialect::GitLab, text, "x.go"), ["@b"]);
    assert_eq!(owned(Dialect::GitLab, text, "y.go"), ["@c"]);
}

#[test]
fn exclusions_hold_in_their_section_and_cannot_be_taken_back() {
    // docs, "Exclusion patterns".
    let text = "* @default\n!*.rb\n/special/*.rb @ruby\n\n[Ruby]\n*.rb @ruby-team\n!/config/**/*.rb\n/config/routes.rb @ops\n\n[Config]\n/config/ @ops-team\n";
    let of = |path| owned(Dialect::GitLab, text, path);
    assert_eq!(of("a.go"), ["@default"]);
    assert_eq!(of("special/a.rb"), ["@ruby-team"]);
    assert_eq!(of("config/routes.rb"), ["@ops-team"]);
    assert_eq!(of("config/x/y.rb"), ["@ops-team"]);
    assert_eq!(parse(text, Dialect::GitLab).odd, [0u32; 0]);
}

#[test]
fn owners_of_gitlab_are_taken_from_whatever_stands_behind_the_pattern() {
    let of = |line: &str| owned(Dialect::GitLab, line, "path/a");
    // docs, "Malformed owners".
    assert_eq!(
        of("/path/* @group user_without_at_symbol @user_with_at_symbol"),
        ["@group", "@user_with_at_symbol"]
    );
    // docs: groups in groups, mail, roles in singular and plural; code: no other role.
    assert_eq!(of("/path/* @group/with-nested/sub me@x.org"), ["@group/with-nested/sub", "me@x.org"]);
    assert_eq!(of("/path/* @@maintainer @@Developers @@owner"), ["@@maintainer", "@@Developers", "@@owner"]);
    assert_eq!(of("/path/* @@reporter @a"), ["@a"]);
    // docs: there are no comments within a line; owners in one are owners.
    assert_eq!(of("/path/* @a # and (@b)"), ["@a", "@b"]);
    // docs, "Entries with spaces": the pattern ends at a space that is not escaped.
    assert_eq!(owned(Dialect::GitLab, "folder with spaces/*.md @group", "folder"), ["@group"]);
    // One owner in two spellings is one, under the first.
    assert_eq!(of("/path/* @Team/Core @team/core"), ["@Team/Core"]);
    let text = "* @Team/Core\n[x]\n* @team/core @b\n";
    assert_eq!(owned(Dialect::GitLab, text, "a"), ["@Team/Core", "@b"]);
}

#[test]
fn lines_that_gitlab_reports_are_told() {
    // docs, "Unparsable sections": the header is an entry, `[Section`, here of nobody; "Zero owners".
    let parsed = parse("* @group\n\n[Section name\ndocs/ @docs_group\n*.x\n*.y nobody\n", Dialect::GitLab);
    assert_eq!(parsed.odd, [3, 5, 6]);
    assert_eq!(parsed.owners.of("docs/a"), ["@docs_group"]);
    // An entry that nobody owns still is the last one that matches.
    assert_eq!(parsed.owners.of("a.x"), [""; 0]);
    // code: a name is asked for, and anything in brackets is a header.
    assert_eq!(parse("[ ]\n*.go @x\n", Dialect::GitLab).odd, [1]);
    assert_eq!(owned(Dialect::GitLab, "[a-z]*.go @x\nmain.go\n", "main.go"), [""; 0]);
    assert_eq!(owned(Dialect::GitLab, "[a-z] @x\nmain.go\n", "main.go"), ["@x"]);
}

#[test]
fn the_place_decides_the_dialect_then_a_header_then_the_ci() {
    let plain = "* @a\n";
    let header = "* @a\n^[Docs][2] @b\n";
    for (place, text, ci, expected) in [
        (".github/CODEOWNERS", header, Some("gitlab"), Dialect::GitHub),
        (".gitlab/CODEOWNERS", plain, Some("github"), Dialect::GitLab),
        ("CODEOWNERS", header, Some("github"), Dialect::GitLab),
        ("docs/CODEOWNERS", plain, Some("gitlab"), Dialect::GitLab),
        ("CODEOWNERS", plain, Some("jenkins"), Dialect::GitHub),
        ("CODEOWNERS", plain, None, Dialect::GitHub),
    ] {
        assert_eq!(dialect(place, text, ci), expected, "{place} {ci:?}");
    }
    // GitHub: `.github`, root, `docs`. GitLab (gitlab-org/gitlab issue 366394): root, `docs`, `.gitlab`.
    assert_eq!(places(Some("github"))[..3], [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]);
    assert_eq!(places(Some("gitlab"))[..3], ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"]);
    assert!(!places(Some("forgejo")).contains(&"CODEOWNERS"));
}

#[test]
fn line_ends_and_a_byte_order_mark_are_no_matter() {
    for dialect in [Dialect::GitHub, Dialect::GitLab] {
        let parsed = parse("\u{feff}*.go @a\r\n\r\n\t/x/ @b\t@c \r\n", dialect);
        assert_eq!((parsed.owners.of("y.go"), parsed.odd), (vec!["@a".to_owned()], vec![]));
        assert_eq!(parsed.owners.of("x/y"), ["@b", "@c"]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20_240_611), ..Default::default() })]

    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200), path in "[a-c/.*]{0,16}") {
        let text = String::from_utf8_lossy(&bytes);
        for dialect in [Dialect::GitHub, Dialect::GitLab] {
            let _ = parse(&text, dialect).owners.of(&path);
        }
    }

    #[test]
    fn no_line_breaks_it_and_every_line_is_accounted_for(
        lines in proptest::collection::vec("[]!^#\\\\\\[*?/a-c@ .-]{0,24}", 0..12),
        path in "[a-c/.]{0,16}",
    ) {
        for dialect in [Dialect::GitHub, Dialect::GitLab] {
            let parsed = parse(&lines.join("\n"), dialect);
            let _ = parsed.owners.of(&path);
            let said = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#'));
            let headers = |line: &&str| dialect == Dialect::GitLab && gitlab::Header::of(line).is_some();
            let named = said.clone().filter(headers).count();
            let (rules, odd) = (usize::try_from(parsed.rules).expect("few"), parsed.odd.len());
            prop_assert!(rules + odd + named >= said.clone().count());
            prop_assert!(rules + odd <= said.count());
        }
    }

    /// GitHub's index gives what asking every rule in turn gives.
    #[test]
    fn the_index_changes_nothing(
        patterns in proptest::collection::vec("/?(\\*\\*/)?[a-c*]{1,2}(/[a-c*]{1,2}){0,2}/?", 1..8),
        path in "[a-c](/[a-c]{1,2}){0,3}",
    ) {
        let lines: Vec<String> = patterns.iter().enumerate().map(|(at, pattern)| format!("{pattern} @o{at}")).collect();
        let text = lines.join("\n");
        let alone = |at: usize| owned(Dialect::GitHub, &format!("{} @o{at}\n", patterns[at]), &path);
        let last = (0..patterns.len()).rev().map(alone).find(|owners| !owners.is_empty());
        prop_assert_eq!(owned(Dialect::GitHub, &text, &path), last.unwrap_or_default());
    }

    /// The matcher agrees with the plain definition, which tries every length of every wildcard.
    #[test]
    fn going_back_to_the_last_wildcard_is_enough(pattern in "/[ab*?]{1,7}", path in "[ab]{1,8}") {
        fn plain(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern, text) {
                ([], []) => true,
                ([b'*', rest @ ..], _) => (0..=text.len()).any(|at| plain(rest, &text[at..])),
                ([b'?', rest @ ..], [_, text @ ..]) => plain(rest, text),
                ([first, rest @ ..], [own, text @ ..]) => first == own && plain(rest, text),
                _ => false,
            }
        }
        let mine = !owned(Dialect::GitLab, &format!("{pattern} @x"), &path).is_empty();
        prop_assert_eq!(mine, plain(&pattern.as_bytes()[1..], path.as_bytes()));
    }
}
