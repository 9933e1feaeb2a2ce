//! Exact arithmetic on "covered of total", and the one place that prints percentages.

mod points;

use std::cmp::Ordering;
use std::fmt;

use smol_str::{SmolStr, SmolStrBuilder, format_smolstr};

/// Covered of total, in some unit. `covered <= total`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Tally {
    /// Items covered.
    pub covered: u64,
    /// Items in all.
    pub total: u64,
}

impl Tally {
    /// A tally from its two numbers.
    pub fn new(covered: u64, total: u64) -> Self {
        Self { covered, total }
    }

    /// Adds `weight` items that are covered or not. Saturates.
    pub fn add(&mut self, weight: u64, covered: bool) {
        self.total = self.total.saturating_add(weight);
        if covered {
            self.covered = self.covered.saturating_add(weight);
        }
    }

    /// Items not covered.
    pub fn missed(&self) -> u64 {
        self.total.saturating_sub(self.covered)
    }

    /// Whether the percentage reaches `bound`, exactly: `covered * 100 * 10^k >= bound * total`. An empty tally
    /// reaches every bound.
    pub fn reaches(&self, bound: &Decimal) -> bool {
        let scale = u128::from(10u64.pow(bound.scale));
        // 2^64 * 100 * 10^9 and 2^64 * (100 * 10^9) both stay far below 2^127.
        u128::from(self.covered) * 100 * scale >= u128::from(bound.digits) * u128::from(self.total)
    }

    /// The smallest number of items that, were they covered too, would reach `bound`.
    pub fn needed(&self, bound: &Decimal) -> u64 {
        let scale = u128::from(10u64.pow(bound.scale));
        let wanted = (u128::from(bound.digits) * u128::from(self.total)).div_ceil(100 * scale);
        u64::try_from(wanted.saturating_sub(u128::from(self.covered))).unwrap_or(u64::MAX)
    }

    /// The percentage as Go prints it (`%.1f`, round half to even on the binary value), except that an incomplete
    /// tally never shows 100.0 and a non-zero one never 0.0. `None` when there is nothing to count.
    pub fn percent(&self) -> Option<SmolStr> {
        self.percent_to(1)
    }

    /// As [`Tally::percent`], with `precision` decimals.
    pub fn percent_to(&self, precision: u32) -> Option<SmolStr> {
        if self.total == 0 {
            return None;
        }
        let text = self.go_percent(precision as usize);
        if self.covered < self.total && text.starts_with("100") {
            return Some(if precision == 0 {
                SmolStr::new_static("99")
            } else {
                format_smolstr!("99.{}", "9".repeat(precision as usize))
            });
        }
        if self.covered > 0 && text.bytes().all(|byte| byte == b'0' || byte == b'.') {
            return Some(if precision == 0 {
                SmolStr::new_static("<1")
            } else {
                format_smolstr!("<0.{}1", "0".repeat(precision as usize - 1))
            });
        }
        Some(text)
    }

    /// The percentage exactly as Go's own tools print it; an empty tally is 0.
    pub fn go_percent(&self, precision: usize) -> SmolStr {
        // Formatting a fraction costs ten times as much.
        if let Some(tenths) = self.tenths().filter(|_| precision == 1) {
            let mut text = SmolStrBuilder::new();
            text.push_str(itoa::Buffer::new().format(tenths / 10));
            text.push('.');
            text.push(char::from(b'0' + (tenths % 10).to_le_bytes()[0]));
            return text.finish();
        }
        if self.total == 0 {
            return format_smolstr!("{:.precision$}", 0.0);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "Go divides float64 values; equal digits need equal rounding"
        )]
        let value = 100.0 * self.covered as f64 / self.total as f64;
        format_smolstr!("{value:.precision$}")
    }

    /// The percentage in tenths, rounded to the nearest. `None` where two are as near, since the binary value decides then, and
    /// for numbers so large that it might decide elsewhere: it is off by less than 2⁻⁴⁶ percent, and what is no tie is at least
    /// 1 / (20 · total) percent away from one.
    fn tenths(&self) -> Option<u64> {
        if self.total == 0 || self.covered > self.total || self.total >= 1 << 32 {
            return None;
        }
        let (tenths, rest) = (1000 * self.covered / self.total, 1000 * self.covered % self.total);
        match (2 * rest).cmp(&self.total) {
            Ordering::Less => Some(tenths),
            Ordering::Equal => None,
            Ordering::Greater => Some(tenths + 1),
        }
    }

    /// The percentage with as many decimals as it takes to read on the right side of `bound`: a value that fails
    /// never shows as the bound itself. `None` when there is nothing to count.
    pub fn percent_against(&self, bound: &Decimal) -> Option<SmolStr> {
        if self.reaches(bound) || self.total == 0 {
            return self.percent();
        }
        // Digits are floored here, so the printed value is never above the true one; with enough of them it is
        // below the bound too.
        for precision in 1..=20u32 {
            let shown = if precision == 1 { self.percent()? } else { self.floor_percent(precision) };
            if Decimal::parse(&shown).is_some_and(|value| value.less_than(bound)) || shown.starts_with('<') {
                return Some(shown);
            }
        }
        self.percent()
    }

    fn floor_percent(&self, precision: u32) -> SmolStr {
        let scale = 10u128.pow(precision.min(18));
        let digits = u128::from(self.covered) * 100 * scale / u128::from(self.total);
        format_smolstr!("{}.{:0width$}", digits / scale, digits % scale, width = precision.min(18) as usize)
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.covered = self.covered.saturating_add(other.covered);
        self.total = self.total.saturating_add(other.total);
    }
}

/// A non-negative decimal number as typed: `digits / 10^scale`. Thresholds are kept like this so that no comparison
/// ever rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    digits: u64,
    scale: u32,
}

impl Decimal {
    /// Parses `80`, `99.5`, `80%`. At most 9 decimals; `None` for anything else (signs, exponents, NaN, empty).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('%').unwrap_or(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || (text.contains('.') && fraction.is_empty()) || whole.len() > 9 {
            return None;
        }
        if !digits_only(whole) || !digits_only(fraction) {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 9 {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        Some(Self { digits, scale: u32::try_from(fraction.len()).ok()? })
    }

    /// A whole number.
    pub fn whole(value: u32) -> Self {
        Self { digits: u64::from(value), scale: 0 }
    }

    /// Whether the value is at most `value`.
    pub fn at_most(&self, value: u64) -> bool {
        u128::from(self.digits) <= u128::from(value) * u128::from(10u64.pow(self.scale))
    }

    /// Exact comparison.
    pub fn less_than(&self, other: &Self) -> bool {
        u128::from(self.digits) * u128::from(10u64.pow(other.scale))
            < u128::from(other.digits) * u128::from(10u64.pow(self.scale))
    }

    /// Numerator and power of ten.
    pub fn parts(&self) -> (u64, u32) {
        (self.digits, self.scale)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.digits);
        }
        let scale = 10u64.pow(self.scale);
        write!(f, "{}.{:0width$}", self.digits / scale, self.digits % scale, width = self.scale as usize)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bound(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal")
    }

    #[test]
    fn percentages_print_as_go_prints_them_but_never_lie_at_the_ends() {
        let shown = |covered, total| Tally::new(covered, total).percent();
        assert_eq!(shown(12, 14).as_deref(), Some("85.7"));
        assert_eq!(shown(2071, 2072).as_deref(), Some("99.9"));
        assert_eq!(shown(1, 3000).as_deref(), Some("<0.1"));
        assert_eq!(shown(0, 3000).as_deref(), Some("0.0"));
        assert_eq!(shown(5, 5).as_deref(), Some("100.0"));
        assert_eq!(shown(1, 16).as_deref(), Some("6.2"));
        assert_eq!(shown(0, 0), None);
    }

    #[test]
    fn nothing_and_all_print_as_any_other_share() {
        for total in (1..300).chain([1 << 31, 1 << 52]) {
            for precision in 0..=9 {
                let printed = |covered| Tally::new(covered, total).go_percent(precision);
                assert_eq!(printed(0), format!("{:.precision$}", 0.0));
                assert_eq!(printed(total), format!("{:.precision$}", 100.0));
            }
        }
        assert_eq!(Tally::default().go_percent(1), "0.0");
    }

    #[test]
    fn gates_compare_exactly() {
        assert!(Tally::new(199, 200).reaches(&bound("99.5")));
        assert!(!Tally::new(2071, 2072).reaches(&bound("100")));
        assert!(!Tally::new(79_996, 100_000).reaches(&bound("80")));
        assert!(Tally::new(u64::MAX, u64::MAX).reaches(&bound("100")));
        assert!(!Tally::new(u64::MAX - 1, u64::MAX).reaches(&bound("100")));
        assert!(Tally::new(0, 0).reaches(&bound("100")));
    }

    #[test]
    fn a_failing_value_reads_below_its_bound() {
        assert_eq!(Tally::new(79_996, 100_000).percent_against(&bound("80")).as_deref(), Some("79.99"));
        assert_eq!(Tally::new(36, 50).percent_against(&bound("80")).as_deref(), Some("72.0"));
        assert_eq!(Tally::new(199, 201).percent_against(&bound("99.5")).as_deref(), Some("99.0"));
    }

    #[test]
    fn needed_is_the_smallest_number_that_passes() {
        assert_eq!(Tally::new(36, 50).needed(&bound("80")), 4);
        assert_eq!(Tally::new(0, 3).needed(&bound("0.1")), 1);
        assert_eq!(Tally::new(3, 3).needed(&bound("100")), 0);
    }

    #[test]
    fn decimals_are_strict() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e2", "NaN", "1,5", "1.1234567891"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(bound("80.50").to_string(), "80.5");
        assert_eq!(bound("80%").to_string(), "80");
        assert_eq!(bound("0.05").to_string(), "0.05");
    }

    #[expect(clippy::cast_precision_loss, reason = "as Go does")]
    fn as_go_divides(covered: u64, total: u64) -> String {
        format!("{:.1}", 100.0 * covered as f64 / total as f64)
    }

    #[test]
    fn tenths_of_all_small_tallies_are_those_of_the_binary_value() {
        for total in 1..=1000 {
            for covered in 0..=total {
                assert_eq!(
                    Tally::new(covered, total).go_percent(1),
                    as_go_divides(covered, total),
                    "{covered} of {total}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1_234_567), ..Default::default() })]

        #[test]
        fn tenths_are_those_of_the_binary_value(total in prop_oneof![1_u64..5000, 1_u64..1 << 33, (1_u64 << 31)..(1_u64 << 33)], part in 0_u64..=2000, off in 0_u64..3) {
            // Near a tie of tenths, where rounding is hardest.
            let covered = (total / 2000 * part + total % 2000 * part / 2000 + off).min(total);
            prop_assert_eq!(Tally::new(covered, total).go_percent(1), as_go_divides(covered, total));
        }
    }
}
