//! The gate `total` for owners: all files of one together, a verdict each.

use super::{not_judged, unit};
use crate::model::{Bound, GateName, Metric, Outcome, Tally, Totals, Verdict};

/// A bound for the files of an owner.
#[derive(Debug, Clone, Copy)]
pub struct OwnerBound<'a> {
    /// The owner, as the rule has it.
    pub owner: &'a str,
    /// The bound.
    pub bound: Bound,
    /// All files of the owner; `None` when no file of the profile has it.
    pub totals: Option<&'a Totals>,
}

/// Verdicts in the order of the rules, each with its owner as scope: who names a few owners wants to see each of them.
pub(super) fn verdicts(owners: &[OwnerBound<'_>], metric: Metric) -> Vec<Verdict> {
    owners.iter().filter_map(|owner| verdict(owner, metric)).collect()
}

fn verdict(owner: &OwnerBound<'_>, metric: Metric) -> Option<Verdict> {
    let Bound::Percent(bound) = owner.bound else { return None };
    let metric = unit(GateName::Total, metric);
    let scope = Some(owner.owner.to_owned());
    let tally = owner.totals.map_or(Tally::default(), |totals| totals.of(metric));
    if tally.total == 0 {
        let why = match owner.totals {
            Some(_) => format!("no {} to count", metric.name()),
            None => "no file of the profile has this owner".to_owned(),
        };
        return Some(Verdict { scope, ..not_judged(GateName::Total, metric, bound.to_string(), why) });
    }
    Some(Verdict {
        gate: GateName::Total,
        scope,
        outcome: if tally.reaches(&bound) { Outcome::Pass } else { Outcome::Fail },
        metric,
        observed: tally.percent_against(&bound).map(String::from),
        tally,
        bound: bound.to_string(),
        needed: tally.needed(&bound),
        judged: 1,
        note: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Decimal;

    #[test]
    fn each_owner_is_judged_by_its_own_bound_exactly() {
        let totals = |covered, total| Totals { statements: Tally::new(covered, total), ..Totals::default() };
        let (a, b, empty) = (totals(79_996, 100_000), totals(80, 100), totals(0, 0));
        let bound = |text| Bound::Percent(Decimal::parse(text).expect("a decimal"));
        let owner = |owner, totals| OwnerBound { owner, bound: bound("80"), totals };
        let rules =
            [owner("@a", Some(&a)), owner("@b", Some(&b)), owner("@c", Some(&empty)), owner("@d", None)];
        let said: Vec<String> = verdicts(&rules, Metric::Statements)
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} needs {} {}",
                    one.outcome.name(),
                    one.scope.as_deref().unwrap_or("-"),
                    one.observed.as_deref().unwrap_or("n/a"),
                    one.needed,
                    one.note
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                "fail @a 79.99 needs 4 ",
                "pass @b 80.0 needs 0 ",
                "not-judged @c n/a needs 0 no statements to count",
                "not-judged @d n/a needs 0 no file of the profile has this owner",
            ]
        );
    }
}
