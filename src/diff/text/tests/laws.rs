//! Laws that hold for any two texts: what is read of their diff leads from the one to the other.

use std::io::BufReader;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

/// Lines that look like parts of a diff, or like each other.
const LINES: [&str; 14] = [
    "a",
    "b",
    "",
    " ",
    "-- a/x.go",
    "++ b/x.go",
    "@@ -1 +1 @@",
    "a\r",
    "a  ",
    "\ta",
    "\\ No newline",
    "b b",
    "\u{2028}\x0c",
    "\r\r",
];

/// Lines, and whether the last one has its newline.
type Text = (Vec<&'static str>, bool);

fn text() -> impl Strategy<Value = Text> {
    (proptest::collection::vec((0..LINES.len()).prop_map(|at| LINES[at]), 0..14), any::<bool>())
}

fn written(text: &Text) -> String {
    let whole = text.0.join("\n");
    // An unended empty line is no line.
    if (text.1 || text.0.last() == Some(&"")) && !text.0.is_empty() { whole + "\n" } else { whole }
}

/// A step from the old to the new text.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Keep,
    Delete,
    Add,
}

/// The steps of a longest common subsequence, lines with their newlines.
fn steps(old: &[&str], new: &[&str]) -> Vec<Step> {
    let mut longest = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut steps) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            steps.push(Step::Keep);
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            steps.push(Step::Delete);
            i += 1;
        } else {
            steps.push(Step::Add);
            j += 1;
        }
    }
    steps
}

/// A diff with this many lines of context, as git writes it.
fn diff(old: &str, new: &str, context: usize) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let steps = steps(&old, &new);
    let near = |at: usize| {
        let end = (at + context + 1).min(steps.len());
        steps[at.saturating_sub(context)..end].iter().any(|step| *step != Step::Keep)
    };
    let mut hunks = String::new();
    let (mut i, mut j, mut at) = (0, 0, 0);
    while at < steps.len() {
        if !near(at) {
            (i, j, at) = (i + 1, j + 1, at + 1);
            continue;
        }
        let (first_old, first_new, mut body) = (i, j, String::new());
        while at < steps.len() && near(at) {
            let (sign, line) = match steps[at] {
                Step::Keep => (' ', new[j]),
                Step::Delete => ('-', old[i]),
                Step::Add => ('+', new[j]),
            };
            body.push(sign);
            body.push_str(line);
            if !line.ends_with('\n') {
                body.push_str("\n\\ No newline at end of file\n");
            }
            i += usize::from(steps[at] != Step::Add);
            j += usize::from(steps[at] != Step::Delete);
            at += 1;
        }
        let span = |first: usize, end: usize| match end - first {
            0 => format!("{first},0"),
            1 => format!("{}", first + 1),
            count => format!("{},{count}", first + 1),
        };
        hunks.push_str(&format!("@@ -{} +{} @@ func\n{body}", span(first_old, i), span(first_new, j)));
    }
    if hunks.is_empty() { hunks } else { of_x(&hunks) }
}

fn without<'a>(text: &'a str, set: &LineSet) -> Vec<&'a str> {
    let numbered = text.split_inclusive('\n').zip(1..);
    numbered.filter(|(_, number)| !set.contains(*number)).map(|(line, _)| line).collect()
}

/// What `git diff` would compare.
fn normal(line: &str, whitespace: Whitespace) -> String {
    let space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}');
    let end = line.trim_end_matches(space);
    match whitespace {
        Whitespace::Significant => line.to_owned(),
        Whitespace::Eol => end.to_owned(),
        Whitespace::All => end.replace(space, ""),
        Whitespace::Change => {
            let words: Vec<&str> = end
                .split(space)
                .enumerate()
                .filter(|(at, word)| *at == 0 || !word.is_empty())
                .map(|(_, word)| word)
                .collect();
            words.join(" ")
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, rng_seed: RngSeed::Fixed(1_234_567), ..ProptestConfig::default() })]

    #[test]
    fn without_what_changed_both_sides_are_the_same(old in text(), new in text(), context in 0..4usize, buffer in 1..40usize) {
        let (old, new) = (written(&old), written(&new));
        let diff = diff(&old, &new, context);
        let tree = Files::of(&[("x.go", &new)]);
        let whole = read_bytes(diff.as_bytes(), &tree).map_err(|error| TestCaseError::fail(format!("{error}\n{diff}")))?;
        let mut input = BufReader::with_capacity(buffer, diff.as_bytes());
        let pieces = read(&mut input, &tree, Whitespace::Significant).expect("the same");
        prop_assert_eq!(&pieces, &whole);
        let Some(file) = whole.first() else {
            prop_assert_eq!(&old, &new);
            return Ok(());
        };
        prop_assert_eq!(without(&old, &file.deleted), without(&new, &file.added), "{}", diff);
        // Nothing that is on both sides was called changed: the generator finds the longest common text.
        let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
        let count = |wanted: Step| steps(&old, &new).iter().filter(|step| **step == wanted).count() as u64;
        prop_assert_eq!((file.added.count(), file.deleted.count()), (count(Step::Add), count(Step::Delete)));
    }

    #[test]
    fn without_white_space_both_sides_are_alike(old in text(), new in text(), context in 0..4usize) {
        let (old, new) = (written(&old), written(&new));
        let diff = diff(&old, &new, context);
        let tree = Files::of(&[("x.go", &new)]);
        let strict = read_bytes(diff.as_bytes(), &tree).expect("a diff");
        for whitespace in [Whitespace::Eol, Whitespace::Change, Whitespace::All] {
            let files = read(&mut diff.as_bytes(), &tree, whitespace).expect("a diff");
            let Some((file, strict)) = files.first().zip(strict.first()) else { continue };
            let normal = |lines: Vec<&str>| lines.into_iter().map(|line| normal(line, whitespace)).collect::<Vec<_>>();
            prop_assert_eq!(normal(without(&old, &file.deleted)), normal(without(&new, &file.added)), "{:?}\n{}", whitespace, diff);
            prop_assert!(file.added.lines().all(|line| strict.added.contains(line)));
        }
    }

    #[test]
    fn any_end_is_an_error_or_a_part(old in text(), new in text(), context in 0..4usize, end in 0..400usize) {
        let (old, new) = (written(&old), written(&new));
        let diff = diff(&old, &new, context);
        let tree = Files::of(&[("x.go", &new)]);
        let whole = read_bytes(diff.as_bytes(), &tree).expect("a diff");
        if let Ok(files) = read_bytes(&diff.as_bytes()[..end.min(diff.len())], &tree) {
            for (part, whole) in files.iter().zip(&whole) {
                prop_assert!(part.added.lines().all(|line| whole.added.contains(line)));
                prop_assert!(part.deleted.lines().all(|line| whole.deleted.contains(line)));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(pieces in proptest::collection::vec((0..12usize, "\\PC{0,6}"), 0..12)) {
        const PARTS: [&str; 12] = [
            "--- a/x.go\n+++ b/x.go\n", "@@ -1 +1 @@\n", "@@ -2,3 +2,3 @@\n", "-a\n", "+a\n", " a\n", "diff --git a/x.go b/x.go\n",
            "rename from x\nrename to y.go\n", "new file mode 100644\n", "\u{1b}[31m", "\\ x\n", "Index: x\n=======\n",
        ];
        let diff: String = pieces.iter().flat_map(|(part, text)| [PARTS[*part], text]).collect();
        let _ = read_bytes(diff.as_bytes(), &Files::of(&[("x.go", "a\na\n")]));
    }
}
