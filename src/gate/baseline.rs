//! The gates on a baseline: `no-regress`, `max-lost`, and `max-missed`, which needs one for `auto` alone.
//!
//! The base of `no-regress` is without deleted and excluded code: taking out well tested code is no regression. Files of a rule of
//! their own are judged together, the others among themselves; `max-missed auto` alone takes all files, since the number that it
//! compares with is recorded of all of them.

use super::{Measures, Ruled, bound_text, not_judged};
use crate::model::{Bound, CompareReport, Decimal, FileFate, GateName, Metric, Outcome, Tally, Verdict};

/// What a gate on a baseline sees of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Path in the repository.
    path: String,
    /// Import path and base name.
    import: String,
    /// Now.
    now: Tally,
    /// In the baseline, without deleted and excluded code.
    before: Tally,
    /// Items that the baseline misses, deleted and excluded ones too.
    missed_before: u64,
    /// Items that lost their coverage.
    lost: u64,
}

/// Files of either side, or why there is nothing to compare with.
pub(super) fn compared(measures: Measures<'_>, metric: Metric) -> Result<Vec<Part>, String> {
    let Some(compare) = measures.compare else { return Err(measures.no_baseline.to_owned()) };
    Ok(parts(compare, metric))
}

fn parts(compare: &CompareReport, metric: Metric) -> Vec<Part> {
    let files = compare.files.iter().map(|file| {
        let categories = file.numbers.categories.of(metric);
        Part {
            path: file.path.clone(),
            import: file.import(),
            now: categories.head(),
            // A vanished file has nothing now: what it lost is told by `max-lost`.
            before: if file.fate == FileFate::Vanished {
                Tally::default()
            } else {
                categories.remaining_base()
            },
            missed_before: categories.base().missed(),
            lost: file.numbers.lost.of(metric),
        }
    });
    files.collect()
}

/// The files of the profile, for bounds that need no baseline; beside them what a baseline misses, for those that do.
pub(super) fn counted(measures: Measures<'_>, metric: Metric) -> Vec<Part> {
    let files =
        measures.packages.iter().flat_map(|package| package.files.iter().map(move |file| (package, file)));
    let parts = files.map(|(package, file)| Part {
        path: file.path.to_string(),
        import: format!("{}/{}", package.path, file.path.base()),
        now: file.totals.of(metric),
        before: Tally::default(),
        missed_before: 0,
        lost: 0,
    });
    let before = measures.compare.map(|compare| self::parts(compare, metric)).unwrap_or_default();
    let before = before.into_iter().map(|part| Part { now: Tally::default(), ..part });
    parts.chain(before).collect()
}

/// A verdict for each rule with a bound of its own, and one for everything else.
pub(super) fn verdicts<'r>(
    name: GateName,
    metric: Metric,
    parts: Vec<Part>,
    general: Option<Bound>,
    measures: Measures<'_>,
    own: impl Fn(&Part) -> Option<Ruled<'r>>,
) -> Vec<Verdict> {
    let mut sums: Vec<(Option<String>, Bound, Part)> = Vec::new();
    if let Some(bound) = general {
        sums.push((None, bound, Part::nothing()));
    }
    for part in parts {
        if general == Some(Bound::Auto)
            && let Some((None, _, sum)) = sums.first_mut()
        {
            sum.add(&part);
        }
        let (scope, bound) = match own(&part) {
            Some(Ruled { bound, rule }) => (Some(rule.to_owned()), Some(bound)),
            None => (None, general.filter(|bound| *bound != Bound::Auto)),
        };
        let Some(bound) = bound else { continue };
        match sums.iter_mut().find(|(known, ..)| *known == scope) {
            Some((.., sum)) => sum.add(&part),
            None => sums.push((scope, bound, part)),
        }
    }
    let sums = sums.into_iter();
    let judge = |(scope, bound, sum): (Option<String>, Bound, Part)| {
        let verdict = match (bound, measures.compare) {
            (Bound::Auto, None) => {
                not_judged(name, metric, bound_text(bound), measures.no_baseline.to_owned())
            }
            (Bound::Auto, Some(compare)) if scope.is_none() => {
                auto(metric, sum.now, compare.ratchet.of(metric), "the lowest number so far")
            }
            (Bound::Auto, Some(_)) => {
                auto(metric, sum.now, sum.missed_before, "the baseline has, in the same files")
            }
            _ => judge(name, metric, &sum, bound),
        };
        Verdict { scope, ..verdict }
    };
    sums.map(judge).collect()
}

impl Part {
    /// The bound of a rule of its own.
    pub(super) fn ruled<'r>(
        &self,
        name: GateName,
        override_for: &dyn Fn(GateName, &str, &str) -> Option<Ruled<'r>>,
    ) -> Option<Ruled<'r>> {
        override_for(name, &self.path, &self.import)
    }

    fn nothing() -> Self {
        let (now, before) = (Tally::default(), Tally::default());
        Self { path: String::new(), import: String::new(), now, before, missed_before: 0, lost: 0 }
    }

    fn add(&mut self, other: &Self) {
        self.now += other.now;
        self.before += other.before;
        self.missed_before += other.missed_before;
        self.lost += other.lost;
    }
}

fn judge(name: GateName, metric: Metric, sum: &Part, bound: Bound) -> Verdict {
    match (name, bound) {
        (GateName::NoRegress, Bound::Percent(points)) => no_regress(metric, sum, points),
        (GateName::MaxLost, Bound::Items(most)) => {
            let note = format!("{} covered in the baseline, unchanged and not covered now", sum.lost);
            at_most(name, metric, (sum.lost, most), sum.now, format!("{note} (allowed: {most})"))
        }
        (GateName::MaxMissed, Bound::Items(most)) => {
            let missed = sum.now.missed();
            at_most(name, metric, (missed, most), sum.now, format!("{missed} missed (allowed: {most})"))
        }
        (_, bound) => not_judged(name, metric, bound_text(bound), "the bound has another form".to_owned()),
    }
}

/// `max-missed auto`: as many as a baseline tells, and no more.
fn auto(metric: Metric, now: Tally, most: u64, whose: &str) -> Verdict {
    let missed = now.missed();
    let note = format!("{missed} missed ({whose}: {most})");
    at_most(GateName::MaxMissed, metric, (missed, most), now, note)
}

fn at_most(name: GateName, metric: Metric, (found, most): (u64, u64), tally: Tally, note: String) -> Verdict {
    let needed = found.saturating_sub(most);
    let note = with_needed(note, needed);
    Verdict {
        gate: name,
        scope: None,
        outcome: if needed == 0 { Outcome::Pass } else { Outcome::Fail },
        metric,
        observed: Some(found.to_string()),
        tally,
        bound: most.to_string(),
        needed,
        judged: 1,
        note,
    }
}

/// The sentence of a verdict, with what it takes to pass.
fn with_needed(note: String, needed: u64) -> String {
    if needed == 0 { note } else { format!("{note}, {needed} more needed") }
}

/// Now may lie below the base by no more than so many points.
fn no_regress(metric: Metric, sum: &Part, points: Decimal) -> Verdict {
    let (now, before) = (sum.now, sum.before);
    if now.total == 0 || before.total == 0 {
        let side = if now.total == 0 { "now" } else { "in the baseline" };
        let why = format!("no {} to count {side}", metric.name());
        return not_judged(GateName::NoRegress, metric, points.to_string(), why);
    }
    let needed = needed(now, before, points);
    let shown = |tally: Tally| tally.percent().unwrap_or_default();
    let observed = drop(now, before, points, needed > 0);
    let sign = if points.at_most(0) { "" } else { "-" };
    Verdict {
        gate: GateName::NoRegress,
        scope: None,
        outcome: if needed == 0 { Outcome::Pass } else { Outcome::Fail },
        metric,
        tally: now,
        bound: points.to_string(),
        needed,
        judged: 1,
        note: with_needed(
            format!(
                "{}% now, {}% in the baseline without deleted and excluded code: {observed} points (allowed: {sign}{points})",
                shown(now),
                shown(before)
            ),
            needed,
        ),
        observed: Some(observed),
    }
}

/// How many items must be covered in addition: the least x with (covered + x) / total ≥ base − points, exactly.
fn needed(now: Tally, before: Tally, points: Decimal) -> u64 {
    let (digits, scale) = points.parts();
    // Covered items of the base in units of 1 / (100 · 10^scale): below 2^101.
    let unit = 100 * 10u128.pow(scale);
    let base = u128::from(before.covered) * unit;
    let Some(least) = base.checked_sub(u128::from(digits) * u128::from(before.total)) else { return 0 };
    let whole = u128::from(before.total) * unit;
    share(least, whole, now.total).saturating_sub(now.covered)
}

/// `of · part / whole`, rounded up, exactly, though the product need not fit into 128 bits: one digit of `of` at a time, as on
/// paper. `part ≤ whole < 2^126`, and `whole` is not 0.
fn share(part: u128, whole: u128, of: u64) -> u64 {
    let (mut quotient, mut rest) = (0, 0);
    for bit in (0..u64::BITS).rev() {
        quotient *= 2;
        rest *= 2;
        if (of >> bit) & 1 == 1 {
            rest += part;
        }
        while rest >= whole {
            rest -= whole;
            quotient += 1;
        }
    }
    quotient + u64::from(rest > 0)
}

/// The difference in points, with as many digits as it takes to see on which side of the bound it lies.
fn drop(now: Tally, before: Tally, points: Decimal, fails: bool) -> String {
    let shows = |text: &str| {
        let magnitude = text.strip_prefix('-').and_then(Decimal::parse);
        magnitude.is_some_and(|magnitude| points.less_than(&magnitude))
    };
    let mut text = String::new();
    for precision in 1..=9 {
        text = now.points_since(before, precision).unwrap_or_default();
        if fails == shows(&text) {
            return text;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Totals;

    fn sum(now: (u64, u64), before: (u64, u64)) -> Part {
        Part { now: Tally::new(now.0, now.1), before: Tally::new(before.0, before.1), ..Part::nothing() }
    }

    fn points(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal")
    }

    fn said(verdict: &Verdict) -> String {
        let observed = verdict.observed.as_deref().unwrap_or("n/a");
        format!("{} {observed} needs {}", verdict.outcome.name(), verdict.needed)
    }

    #[test]
    fn a_drop_is_judged_exactly() {
        let judge = |part: &Part, text| said(&no_regress(Metric::Statements, part, points(text)));
        // Row 74 of the table: 85 % to 84 %.
        assert_eq!(judge(&sum((84, 100), (85, 100)), "1"), "pass -1.0 needs 0");
        assert_eq!(judge(&sum((84, 100), (85, 100)), "0.99"), "fail -1.0 needs 1");
        // The fixture: 8/25 against 7/20.
        assert_eq!(judge(&sum((8, 25), (7, 20)), "3"), "pass -3.0 needs 0");
        assert_eq!(judge(&sum((8, 25), (7, 20)), "2.99"), "fail -3.0 needs 1");
        assert_eq!(judge(&sum((2, 3), (2, 3)), "0"), "pass 0.0 needs 0");
        assert_eq!(judge(&sum((3, 3), (2, 3)), "0"), "pass +33.3 needs 0");
        assert_eq!(judge(&sum((6_996_999, 10_000_000), (7, 10)), "0.03"), "fail -0.03001 needs 1");
        // As far as it goes without touching the bound, to be read on its right side.
        assert_eq!(judge(&sum((9_604, 10_000), (97, 100)), "0.98"), "pass -0.96 needs 0");
        assert_eq!(judge(&sum((9_604, 10_000), (97, 100)), "0.95"), "fail -1.0 needs 1");
        assert_eq!(judge(&sum((0, 0), (2, 3)), "0"), "not-judged n/a needs 0");
        assert_eq!(judge(&sum((1, 3), (1, 1000)), "50"), "pass +33.2 needs 0");
    }

    #[test]
    fn numbers_of_any_size_do_not_overflow() {
        let most = u64::MAX;
        assert_eq!(needed(Tally::new(most, most), Tally::new(most, most), points("0.000000001")), 0);
        // 10^-11 of 2^64 - 1 is 184 467 440.7: so many may be missing.
        let least = most - 184_467_440;
        assert_eq!(needed(Tally::new(0, most), Tally::new(most, most), points("0.000000001")), least);
        assert_eq!(needed(Tally::new(least, most), Tally::new(most, most), points("0.000000001")), 0);
        assert_eq!(needed(Tally::new(least - 1, most), Tally::new(most, most), points("0.000000001")), 1);
        assert_eq!((share(1, 3, 10), share(3, 3, most), share(0, 7, most)), (4, most, 0));
    }

    #[test]
    fn rules_of_their_own_are_judged_apart() {
        let part = |path: &str, lost| Part { path: path.to_owned(), lost, ..sum((1, 2), (2, 2)) };
        let parts = vec![part("a.go", 1), part("b/b.go", 2), part("b/c.go", 3)];
        let own = |part: &Part| {
            let rule = Ruled { bound: Bound::Items(5), rule: "b/" };
            part.path.starts_with("b/").then_some(rule)
        };
        let measures = Measures {
            totals: &Totals::default(),
            packages: &[],
            patch: None,
            compare: None,
            no_baseline: "no baseline",
            ruled: &[],
            owners: &[],
        };
        let all =
            verdicts(GateName::MaxLost, Metric::Statements, parts, Some(Bound::Items(0)), measures, own);
        let said: Vec<String> =
            all.iter().map(|one| format!("{} {}", one.scope.as_deref().unwrap_or("-"), said(one))).collect();
        assert_eq!(said, ["- fail 1 needs 1", "b/ pass 5 needs 0"]);
    }
}
