//! Paths of files -> names of their pages.
//!
//! Input: paths as printed, in the order of the report. Output: a name for each, `files/PATH.html` where the path is plain, so
//! that a link can be guessed. Invariants: names are unique even where upper and lower case are one, hold nothing but letters,
//! digits, `.`, `_`, `-` and `/`, have no part that a file system reserves or hides, are at most 200 bytes long, and no name is
//! a folder of another. So they need no escaping in a link, and no name of a profile reaches a file system as it is.

use std::borrow::Cow;
use std::fmt::Write as _;

use hashbrown::HashMap;
use md5::{Digest, Md5};

const LONGEST_PART: usize = 100;
const LONGEST: usize = 200;
/// Where pages of files are.
const FOLDER: &str = "files";
/// What their names end with.
const PAGE: &str = ".html";

/// The names of the pages of these files: paths, and names in the profile to tell equal paths apart.
pub(super) fn page_names(files: &[(&str, &str)]) -> Vec<String> {
    let mut names: Vec<String> = files.iter().map(|(path, name)| plain(path, name)).collect();
    for at in alike(&names) {
        if let (Some(shown), Some((path, name))) = (names.get_mut(at), files.get(at)) {
            // The position tells apart what even the profile does not.
            *shown = with_mark(shown.trim_end_matches(PAGE), &mark(path, name, at));
        }
    }
    names
}

/// The places of names that are those of others too.
fn alike(names: &[String]) -> Vec<usize> {
    let lower: Vec<Cow<'_, str>> = names.iter().map(|name| lowercase(name)).collect();
    let mut taken: HashMap<&str, usize> = HashMap::with_capacity(names.len());
    for name in &lower {
        *taken.entry(name).or_default() += 1;
    }
    (0..).zip(&lower).filter(|(_, name)| taken.get(&***name) > Some(&1)).map(|(at, _)| at).collect()
}

/// A name where upper and lower case are one.
fn lowercase(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

/// Pages beside those of files, without `.html`. A view of many rows has parts: `files-2.html`.
const PAGES: [&str; 9] =
    ["index", "tree", "packages", "files", "functions", "owners", "lost", "treemap", "health"];

/// Whether a report could have a page, a style or a script of this name.
pub fn is_page(path: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let view = path.strip_suffix(".html").map(|stem| match stem.rsplit_once('-') {
        Some((view, part)) if is_number(part) => view,
        _ => stem,
    });
    let top = path.split_once('/').map_or(path, |(top, _)| top);
    view.is_some_and(|view| PAGES.contains(&view)) || matches!(top, "assets" | "files")
}

fn plain(path: &str, name: &str) -> String {
    let mut exact = true;
    let mut plain = String::with_capacity(FOLDER.len() + path.len() + PAGE.len());
    plain.push_str(FOLDER);
    for part in path.split('/') {
        plain.push('/');
        plain.push_str(&part_of(part, &mut exact));
    }
    match (exact, plain.len() > LONGEST) {
        (true, false) => plain + PAGE,
        (false, false) => with_mark(&plain, &mark(path, name, 0)),
        (_, true) => format!("{FOLDER}/{}{PAGE}", mark(path, name, 0)),
    }
}

fn with_mark(stem: &str, mark: &str) -> String {
    format!("{stem}-{mark}{PAGE}")
}

/// A part of a path, made plain; `exact` becomes false when it had to change.
fn part_of<'p>(part: &'p str, exact: &mut bool) -> Cow<'p, str> {
    if stays(part) {
        return Cow::Borrowed(part);
    }
    let safe = made_plain(part);
    *exact &= safe == part;
    Cow::Owned(safe)
}

/// A part of a path with nothing in it that a link or a file system could take amiss.
fn made_plain(part: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut safe: String =
        part.chars().map(|c| if is_plain(c) { c } else { '_' }).take(LONGEST_PART).collect();
    // Hidden names are left out by stores of artifacts; a dash is an option to tools.
    if safe.starts_with(['.', '-']) {
        safe.replace_range(..1, "_");
    }
    let lower = safe.to_ascii_lowercase();
    // In front: a device is told by what stands before the first dot.
    if is_reserved(&lower) {
        safe.insert(0, '_');
    }
    // Windows drops a last dot. A folder that ends like a page could be a page's name.
    if safe.is_empty() || safe.ends_with('.') || lower.rsplit('.').next() == Some("html") {
        safe.push('_');
    }
    safe
}

/// Whether a part is plain beyond doubt, as most are: letters, digits and `_`, perhaps `.go` behind them, and no name of a device,
/// which are short.
fn stays(part: &str) -> bool {
    let (stem, extension) = part.split_once('.').unwrap_or((part, "go"));
    let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_short = stem.len() < 5;
    (1..LONGEST_PART - 4).contains(&stem.len())
        && is_word(stem)
        && extension == "go"
        && part != "html"
        && !(is_short && (stem.bytes().any(|byte| byte.is_ascii_uppercase()) || is_reserved(stem)))
}

/// Names of devices on Windows, with any extension.
fn is_reserved(lower: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or_default();
    let numbered = |device| {
        stem.strip_prefix(device)
            .is_some_and(|digit| digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit())
    };
    matches!(stem, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// Twelve hexadecimal digits that stand for a file.
fn mark(path: &str, name: &str, at: usize) -> String {
    short_hash(format!("{path}\0{name}\0{at}").as_bytes())
}

/// Twelve hexadecimal digits that stand for these bytes.
pub(super) fn short_hash(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn names(paths: &[&str]) -> Vec<String> {
        page_names(&paths.iter().map(|path| (*path, *path)).collect::<Vec<_>>())
    }

    #[test]
    fn plain_paths_are_mirrored() {
        assert_eq!(
            names(&["internal/store/order.go", "main.go", "a-b/c_d.pb.go"]),
            ["files/internal/store/order.go.html", "files/main.go.html", "files/a-b/c_d.pb.go.html"]
        );
    }

    #[test]
    fn what_a_file_system_could_take_amiss_gets_a_mark() {
        for path in [
            "a b.go",
            "ä.go",
            ".hidden/a.go",
            "a\\b.go",
            "con.go",
            "LPT1.go",
            "x./a.go",
            "-a.go",
            "a.html/b.go",
            "a\u{202e}.go",
            "...",
        ] {
            let name = names(&[path]).remove(0);
            let tail = name.strip_suffix(".html").and_then(|stem| stem.rsplit_once('-')).expect("a mark").1;
            assert!(tail.len() == 12 && tail.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        }
    }

    #[test]
    fn names_that_differ_in_case_alone_do_not_meet() {
        let names = names(&["a/X.go", "a/x.go", "A/x.go", "b/x.go"]);
        assert_eq!(names[3], "files/b/x.go.html");
        let lower: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        assert_eq!(lower.len(), 4, "{names:?}");
    }

    #[test]
    fn long_names_become_short() {
        let long = format!("{}/{}.go", "d".repeat(150), "e".repeat(300));
        let deep = vec!["dir"; 100].join("/");
        for name in names(&[&long, &deep]) {
            assert!(name.len() <= LONGEST + 20, "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn what_is_plain_beyond_doubt_is_plain(part in "(con|AUX|nul|com1|Lpt9|html|_|[a-zA-Z0-9_.]{0,6})(|[.]go|[.]html|[.])") {
            prop_assert!(!stays(&part) || made_plain(&part) == part, "{}", part);
        }

        #[test]
        fn every_name_is_plain_unique_and_no_folder(paths in proptest::collection::vec("[abAB./ \\\\<&é\u{202e}-]{1,12}|(con|a.html|aux.go)(/x)?", 1..12)) {
            let paths: Vec<String> = paths.iter().filter_map(|path| crate::model::RepoPath::new(path)).map(|path| path.to_string()).collect();
            let names = page_names(&paths.iter().map(|path| (path.as_str(), "n")).collect::<Vec<_>>());
            let mut seen = BTreeSet::new();
            for name in &names {
                prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte)), "{}", name);
                prop_assert!(name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !is_reserved(&part.to_ascii_lowercase())), "{}", name);
                prop_assert!(seen.insert(name.to_ascii_lowercase()), "{} twice", name);
            }
            for name in &names {
                let folder = format!("{}/", name.to_ascii_lowercase());
                prop_assert!(!seen.iter().any(|other| other.starts_with(&folder)), "{} is a folder too", name);
            }
        }
    }
}
