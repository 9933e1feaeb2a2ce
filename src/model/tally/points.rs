//! The difference of two percentages, as printed.

use super::Tally;

/// Denominators stay below two to this power; so the product with 100, ten powers and a rounding bit fits in 128 bits.
const BITS: u32 = 80;
/// Decimals that fit into the product above.
const MOST: u32 = 9;

impl Tally {
    /// Percentage points that this lies above `base`, with its sign: `+1.2`, `-6.1`, `0.0` when they are equal exactly. Rounded
    /// to `precision` decimals, or to one more where nothing but zeros would be shown; what is smaller still is `+<0.01`.
    /// `None` when either side has nothing to count.
    pub fn points_since(self, base: Self, precision: u32) -> Option<String> {
        if self.total == 0 || base.total == 0 {
            return None;
        }
        let product = |a: u64, b: u64| u128::from(a) * u128::from(b);
        let (now, before) = (product(self.covered, base.total), product(base.covered, self.total));
        let precision = precision.min(MOST);
        if now == before {
            return Some(decimal(0, precision));
        }
        let sign = if now > before { '+' } else { '-' };
        let (mut above, mut below) = (now.abs_diff(before), product(self.total, base.total));
        while below >> BITS > 0 {
            (above, below) = (above >> 1, below >> 1);
        }
        let units = |decimals: u32| (above * 200 * 10u128.pow(decimals) + below) / (2 * below);
        for decimals in [precision, precision + 1] {
            let units = units(decimals);
            if units > 0 {
                return Some(format!("{sign}{}", decimal(units, decimals)));
            }
        }
        Some(format!("{sign}<{}", decimal(1, precision + 1)))
    }
}

/// `units / 10^decimals`.
fn decimal(units: u128, decimals: u32) -> String {
    if decimals == 0 {
        return units.to_string();
    }
    let scale = 10u128.pow(decimals);
    format!("{}.{:0width$}", units / scale, units % scale, width = decimals as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(now: (u64, u64), base: (u64, u64), precision: u32) -> Option<String> {
        Tally::new(now.0, now.1).points_since(Tally::new(base.0, base.1), precision)
    }

    #[test]
    fn a_difference_has_its_sign_and_is_zero_only_when_it_is() {
        let one = |now, base| shown(now, base, 1);
        assert_eq!(one((8, 25), (8, 21)).as_deref(), Some("-6.1"));
        assert_eq!(one((8, 25), (7, 20)).as_deref(), Some("-3.0"));
        assert_eq!(one((5, 5), (0, 5)).as_deref(), Some("+100.0"));
        assert_eq!(one((1, 2), (2, 4)).as_deref(), Some("0.0"));
        assert_eq!(one((1, 1000), (0, 1000)).as_deref(), Some("+0.1"));
        assert_eq!(one((1, 3000), (0, 1000)).as_deref(), Some("+0.03"));
        assert_eq!(one((0, 1000), (1, 30_000)).as_deref(), Some("-<0.01"));
        assert_eq!(one((0, 0), (1, 2)), None);
        assert_eq!(one((1, 2), (0, 0)), None);
    }

    #[test]
    fn decimals_follow_the_precision() {
        assert_eq!(shown((8, 25), (8, 21), 0).as_deref(), Some("-6"));
        assert_eq!(shown((8, 25), (8, 21), 3).as_deref(), Some("-6.095"));
        assert_eq!(shown((8, 25), (8, 21), 99).as_deref(), Some("-6.095238095"));
        assert_eq!(shown((1, 250), (0, 1), 0).as_deref(), Some("+0.4"));
        assert_eq!(shown((1, 30_000), (0, 1), 0).as_deref(), Some("+<0.1"));
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let most = u64::MAX;
        assert_eq!(shown((most, most), (0, most), 9).as_deref(), Some("+100.000000000"));
        assert_eq!(shown((most - 1, most), (most, most), 9).as_deref(), Some("-<0.0000000001"));
        assert_eq!(shown((most, most), (most, most), 9).as_deref(), Some("0.000000000"));
    }
}
