//! Nouns behind numbers.

/// `noun` as it stands behind this number: `file` behind 1, else `files`. For nouns that take an `s`, with adjectives before
/// them where there are any.
pub fn noun(count: u64, noun: &str) -> String {
    [noun, ending(count)].concat()
}

/// What makes a noun stand behind this number: nothing behind 1, else `s`.
pub fn ending(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `1 file`, `2 files`, `9113 stale blocks`. For numbers with commas there is `report::counted`.
pub fn counted(count: u64, what: &str) -> String {
    format!("{count} {}", noun(count, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_the_only_singular() {
        let words: Vec<String> = [0, 1, 2, 9113].map(|count| counted(count, "stale block")).into();
        assert_eq!(words, ["0 stale blocks", "1 stale block", "2 stale blocks", "9113 stale blocks"]);
    }
}
