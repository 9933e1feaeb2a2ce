//! "Did you mean": the known name nearest to what was typed.

/// The candidate nearest to `word`, when one is near enough to be meant: at most a third of its letters differ (one
/// always may, two from five letters on). The first of equals wins.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A name of ours is short; a longer word is no typo of it, and comparing would cost its length squared.
    if word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let limit = match candidate.len() {
            0..=4 => 1,
            5..=8 => 2,
            _ => 3,
        };
        let distance = distance(&word, candidate);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// ` (did you mean "NAME"?)`, or nothing.
pub(crate) fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!(" (did you mean \"{near}\"?)")).unwrap_or_default()
}

/// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let mut cost = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        before = above;
        above = row;
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["threshold", "total", "file", "package"];
        let near = |word| nearest(word, names);
        assert_eq!(near("treshold"), Some("threshold"));
        assert_eq!(near("totla"), Some("total"));
        assert_eq!(near("Total"), Some("total"));
        assert_eq!(near("pakcage"), Some("package"));
        assert_eq!(near("fle"), Some("file"));
        assert_eq!(near("profile"), None);
        assert_eq!(did_you_mean(near("fle")), " (did you mean \"file\"?)");
        assert_eq!(did_you_mean(None), "");
        assert_eq!(near(""), None);
        assert_eq!(nearest(&"x".repeat(1 << 20), names), None);
    }
}
