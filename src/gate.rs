//! Numbers and bounds -> verdicts. All gates are evaluated, all are shown; comparisons are exact integers.
//!
//! To add a gate: a name in `model::GateName`, a line in [`GATES`]. Parsing, messages, verdicts and the exit code are shared.

mod baseline;
mod owners;

pub use baseline::Part;
pub use owners::OwnerBound;

use crate::model::words::noun;
use crate::model::{
    Bound, CompareReport, Decimal, GateName, Metric, Outcome, PackageReport, PatchReport, PatchState, Tally,
    Totals, Verdict,
};

/// The bound of a verdict on many things, of which each has its own.
const PER_PATH: &str = "per path";

/// What gates look at.
#[derive(Debug, Clone, Copy)]
pub struct Measures<'a> {
    /// Totals of all counted packages.
    pub totals: &'a Totals,
    /// By import path.
    pub packages: &'a [PackageReport],
    /// The change, when there is one to look at.
    pub patch: Option<&'a PatchReport>,
    /// What a baseline and this run differ in, where there is one.
    pub compare: Option<&'a CompareReport>,
    /// Why there is none.
    pub no_baseline: &'a str,
    /// Gates that some rule of its own sets: where there is nothing to look at they say so, with a general bound or without one.
    pub ruled: &'a [GateName],
    /// Bounds of `total` for single owners.
    pub owners: &'a [OwnerBound<'a>],
}

/// A bound that a rule of its own gives to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruled<'a> {
    /// The bound.
    pub bound: Bound,
    /// The path of the rule, as written.
    pub rule: &'a str,
}

/// What a gate sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// Things with a percentage each.
    Each(Vec<Item>),
    /// Things whose tallies are added up: those of one rule together, and all others.
    Together(Vec<Item>),
    /// The whole, of which the missed items are counted.
    Missed(Tally),
    /// Files beside those of a baseline.
    Beside(Vec<Part>),
    /// Nothing, and why.
    Nothing(String),
}

/// One thing with a percentage of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// How it is named in a verdict; `None` for the whole.
    pub scope: Option<String>,
    /// Path in the repository that overrides are matched against (a directory for a package); empty for the whole.
    pub path: String,
    /// Import path, likewise.
    pub import: String,
    /// Covered of total in the gate's metric.
    pub tally: Tally,
}

/// A gate: its name, one sentence, and how to get the items that it judges.
#[derive(Debug)]
pub struct Gate {
    /// The one name.
    pub name: GateName,
    /// One sentence for help and docs.
    pub about: &'static str,
    /// What it looks at.
    pub observe: fn(Measures<'_>, Metric) -> Observed,
}

/// The gates that can be set, in the order of `GateName::ALL`.
pub static GATES: &[Gate] = &[
    Gate { name: GateName::Patch, about: "percent of the change", observe: patch },
    Gate { name: GateName::PatchFile, about: "percent of the change in every file", observe: patch_files },
    Gate { name: GateName::PatchMaxMissed, about: "missed items of the change", observe: patch_missed },
    Gate { name: GateName::Total, about: "percent of the total", observe: total },
    Gate { name: GateName::Package, about: "percent of every package", observe: packages },
    Gate { name: GateName::File, about: "percent of every file", observe: files },
    Gate { name: GateName::Function, about: "percent of every function", observe: functions },
    Gate { name: GateName::NoRegress, about: "points below the baseline", observe: compared },
    Gate { name: GateName::MaxLost, about: "items that lost their coverage", observe: compared },
    Gate { name: GateName::MaxMissed, about: "missed items in all", observe: missed },
];

/// Judges. `bounds` are the general ones; `override_for` gives the bound of the first rule that matches a path.
pub fn judge<'r>(
    measures: Measures<'_>,
    metric: Metric,
    bounds: &[(GateName, Bound)],
    override_for: &dyn Fn(GateName, &str, &str) -> Option<Ruled<'r>>,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for gate in GATES {
        let general = bounds.iter().find(|(name, _)| *name == gate.name).map(|(_, bound)| *bound);
        let own = |item: &Item| override_for(gate.name, &item.path, &item.import);
        let own_verdicts = match (gate.observe)(measures, metric) {
            Observed::Each(items) => {
                let judged = each(items, general, own);
                verdicts_of(gate.name, metric, general, &judged)
            }
            Observed::Together(items) => {
                let judged = together(items, general, own);
                verdicts_of(gate.name, metric, general, &judged)
            }
            Observed::Missed(tally) => general
                .and_then(|bound| missed_verdict(gate.name, metric, bound, tally))
                .into_iter()
                .collect(),
            Observed::Beside(parts) => {
                let own = |part: &Part| part.ruled(gate.name, override_for);
                baseline::verdicts(gate.name, metric, parts, general, measures, own)
            }
            Observed::Nothing(why) => {
                let by_rule = || measures.ruled.contains(&gate.name).then(|| PER_PATH.to_owned());
                let bound = general.map(bound_text).or_else(by_rule);
                bound
                    .map(|bound| not_judged(gate.name, unit(gate.name, metric), bound, why))
                    .into_iter()
                    .collect()
            }
        };
        verdicts.extend(own_verdicts);
        if gate.name == GateName::Total {
            verdicts.extend(owners::verdicts(measures.owners, metric));
        }
    }
    if let Some(patch) = measures.patch {
        for verdict in &mut verdicts {
            ease(verdict, patch);
        }
    }
    verdicts
}

/// Every item with its bound: that of its own rule, else the general one.
fn each<'r>(
    items: Vec<Item>,
    general: Option<Bound>,
    own: impl Fn(&Item) -> Option<Ruled<'r>>,
) -> Vec<(Item, Decimal)> {
    let bound = |item: &Item| match item.scope.as_ref().and_then(|_| own(item)).map(|own| own.bound) {
        Some(Bound::Percent(bound)) => Some(bound),
        _ => percent_bound(general),
    };
    items.into_iter().filter_map(|item| bound(&item).map(|bound| (item, bound))).collect()
}

/// The items of each rule added up, and all others, each sum with its bound.
fn together<'r>(
    items: Vec<Item>,
    general: Option<Bound>,
    own: impl Fn(&Item) -> Option<Ruled<'r>>,
) -> Vec<(Item, Decimal)> {
    let mut sums: Vec<(Item, Decimal)> = Vec::new();
    for item in items {
        let (scope, bound) = match own(&item) {
            Some(Ruled { bound: Bound::Percent(bound), rule }) => (Some(rule.to_owned()), Some(bound)),
            _ => (None, percent_bound(general)),
        };
        let Some(bound) = bound else { continue };
        match sums.iter_mut().find(|(sum, _)| sum.scope == scope) {
            Some((sum, _)) => sum.tally += item.tally,
            None => sums.push((Item { scope, ..item }, bound)),
        }
    }
    sums
}

fn percent_bound(bound: Option<Bound>) -> Option<Decimal> {
    match bound? {
        Bound::Percent(bound) => Some(bound),
        Bound::Items(_) | Bound::Auto => None,
    }
}

fn bound_text(bound: Bound) -> String {
    match bound {
        Bound::Percent(bound) => bound.to_string(),
        Bound::Items(bound) => bound.to_string(),
        Bound::Auto => "auto".to_owned(),
    }
}

/// No more than so many may be missed.
fn missed_verdict(name: GateName, metric: Metric, bound: Bound, tally: Tally) -> Option<Verdict> {
    let Bound::Items(most) = bound else { return None };
    let needed = tally.missed().saturating_sub(most);
    Some(Verdict {
        gate: name,
        scope: None,
        outcome: if needed == 0 { Outcome::Pass } else { Outcome::Fail },
        metric,
        observed: Some(tally.missed().to_string()),
        tally,
        bound: most.to_string(),
        needed,
        judged: 1,
        note: String::new(),
    })
}

/// A small change is exempt from the percentages; on the default branch the change is reported and not judged.
fn ease(verdict: &mut Verdict, patch: &PatchReport) {
    let percentage = matches!(verdict.gate, GateName::Patch | GateName::PatchFile);
    if !percentage && verdict.gate != GateName::PatchMaxMissed {
        return;
    }
    if percentage && patch.state == PatchState::Exempt {
        let changed = patch.totals.of(verdict.metric).total;
        let unit = noun(changed, verdict.metric.singular());
        verdict.note = format!("exempt: {changed} changed {unit}, fewer than {}", patch.min_changed);
        if verdict.outcome == Outcome::Fail {
            verdict.outcome = Outcome::Pass;
        }
    }
    if patch.default_branch && verdict.outcome == Outcome::Fail {
        verdict.outcome = Outcome::NotJudged;
        verdict.note = format!(
            "a push to the default branch is reported and does not fail ({})",
            verdict.observed.as_deref().unwrap_or("n/a")
        );
    }
}

/// One verdict when all pass, else one for each that fails, worst first.
fn verdicts_of(
    name: GateName,
    metric: Metric,
    general: Option<Bound>,
    judged: &[(Item, Decimal)],
) -> Vec<Verdict> {
    let metric = unit(name, metric);
    let with_items: Vec<&(Item, Decimal)> = judged.iter().filter(|(item, _)| item.tally.total > 0).collect();
    let count = with_items.len() as u64;
    let mut failing: Vec<&(Item, Decimal)> =
        with_items.iter().copied().filter(|(item, bound)| !item.tally.reaches(bound)).collect();
    failing.sort_by(|(a, bound_a), (b, bound_b)| {
        b.tally.needed(bound_b).cmp(&a.tally.needed(bound_a)).then_with(|| a.scope.cmp(&b.scope))
    });
    let verdict = |item: &Item, bound: &Decimal, outcome: Outcome| Verdict {
        gate: name,
        scope: item.scope.clone(),
        outcome,
        metric,
        observed: item.tally.percent_against(bound).map(String::from),
        tally: item.tally,
        bound: bound.to_string(),
        needed: item.tally.needed(bound),
        judged: count,
        note: String::new(),
    };
    if !failing.is_empty() {
        return failing.into_iter().map(|(item, bound)| verdict(item, bound, Outcome::Fail)).collect();
    }
    let bound = match general {
        Some(Bound::Percent(bound)) => bound.to_string(),
        _ => PER_PATH.to_owned(),
    };
    let lowest = with_items.into_iter().min_by(|(a, _), (b, _)| lower(a.tally, b.tally));
    match lowest {
        Some((item, own)) => {
            let whole = Item { scope: None, ..item.clone() };
            vec![Verdict { bound, note: by_own_rule(general, judged), ..verdict(&whole, own, Outcome::Pass) }]
        }
        None if general.is_none() && judged.is_empty() => Vec::new(),
        None => vec![not_judged(name, metric, bound, format!("no {} to count", metric.name()))],
    }
}

fn not_judged(gate: GateName, metric: Metric, bound: String, note: String) -> Verdict {
    Verdict {
        gate,
        scope: None,
        outcome: Outcome::NotJudged,
        metric,
        observed: None,
        tally: Tally::default(),
        bound,
        needed: 0,
        judged: 0,
        note,
    }
}

/// How many scopes have another bound than the general one.
fn by_own_rule(general: Option<Bound>, judged: &[(Item, Decimal)]) -> String {
    let Some(Bound::Percent(general)) = general else { return String::new() };
    match judged.iter().filter(|(item, own)| item.tally.total > 0 && *own != general).count() {
        0 => String::new(),
        count => format!("{count} by a rule of their own"),
    }
}

/// A function has no functions to count: its statements are judged then.
fn unit(name: GateName, metric: Metric) -> Metric {
    match (name, metric) {
        (GateName::Function, Metric::Functions) => Metric::Statements,
        (_, metric) => metric,
    }
}

/// Orders by percentage, exactly.
fn lower(a: Tally, b: Tally) -> std::cmp::Ordering {
    (u128::from(a.covered) * u128::from(b.total)).cmp(&(u128::from(b.covered) * u128::from(a.total)))
}

fn total(measures: Measures<'_>, metric: Metric) -> Observed {
    let tally = measures.totals.of(metric);
    Observed::Each(vec![Item { scope: None, path: String::new(), import: String::new(), tally }])
}

/// The changed files that count, unless there is nothing to judge.
fn changed(measures: Measures<'_>, metric: Metric) -> Result<Vec<Item>, String> {
    let Some(patch) = measures.patch else { return Err("there is no change to look at".to_owned()) };
    if !matches!(patch.state, PatchState::Measured | PatchState::Exempt) {
        return Err(patch.state.about().to_owned());
    }
    let files = patch.files.iter().filter(|file| file.counted);
    Ok(files
        .map(|file| Item {
            scope: Some(file.path.to_string()),
            path: file.path.to_string(),
            import: format!("{}/{}", file.package, file.path.base()),
            tally: file.of(metric),
        })
        .collect())
}

fn patch(measures: Measures<'_>, metric: Metric) -> Observed {
    changed(measures, metric).map_or_else(Observed::Nothing, Observed::Together)
}

fn patch_files(measures: Measures<'_>, metric: Metric) -> Observed {
    changed(measures, metric).map_or_else(Observed::Nothing, Observed::Each)
}

fn patch_missed(measures: Measures<'_>, metric: Metric) -> Observed {
    changed(measures, metric).map_or_else(Observed::Nothing, |items| {
        let mut sum = Tally::default();
        for item in &items {
            sum += item.tally;
        }
        Observed::Missed(sum)
    })
}

fn compared(measures: Measures<'_>, metric: Metric) -> Observed {
    baseline::compared(measures, metric).map_or_else(Observed::Nothing, Observed::Beside)
}

fn missed(measures: Measures<'_>, metric: Metric) -> Observed {
    Observed::Beside(baseline::counted(measures, metric))
}

fn packages(measures: Measures<'_>, metric: Metric) -> Observed {
    let item = |package: &PackageReport| Item {
        scope: Some(package.path.clone()),
        path: package.files.first().map_or(String::new(), |file| file.path.directory().to_owned()),
        import: package.path.clone(),
        tally: package.totals.of(metric),
    };
    Observed::Each(measures.packages.iter().map(item).collect())
}

fn files(measures: Measures<'_>, metric: Metric) -> Observed {
    let mut items = Vec::new();
    for package in measures.packages {
        items.extend(package.files.iter().map(|file| Item {
            scope: Some(file.path.to_string()),
            path: file.path.to_string(),
            import: format!("{}/{}", package.path, file.path.base()),
            tally: file.totals.of(metric),
        }));
    }
    Observed::Each(items)
}

fn functions(measures: Measures<'_>, metric: Metric) -> Observed {
    let mut items = Vec::new();
    for package in measures.packages {
        for file in &package.files {
            items.extend(file.functions.iter().map(|function| Item {
                scope: Some(format!("{}:{} {}", file.path, function.extent.start.line, function.name)),
                path: file.path.to_string(),
                import: format!("{}/{}", package.path, file.path.base()),
                tally: match metric {
                    Metric::Lines => function.lines.tally(),
                    Metric::Statements | Metric::Functions => function.statements,
                },
            }));
        }
    }
    Observed::Each(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Disposition;

    fn package(path: &str, covered: u64, total: u64) -> PackageReport {
        let totals = Totals { statements: Tally::new(covered, total), ..Totals::default() };
        PackageReport {
            path: path.to_owned(),
            module: None,
            disposition: Disposition::Main,
            totals,
            files: Vec::new(),
        }
    }

    fn percent(text: &str) -> Bound {
        Bound::Percent(Decimal::parse(text).expect("a decimal"))
    }

    fn check(packages: &[PackageReport], bounds: &[(GateName, Bound)], own: &[(&str, &str)]) -> Vec<String> {
        let mut totals = Totals::default();
        for package in packages {
            totals += package.totals;
        }
        let override_for = |gate: GateName, _: &str, import: &str| {
            let found = own.iter().find(|(path, _)| *path == import);
            let found = found.filter(|_| gate == GateName::Package);
            found.map(|(rule, bound)| Ruled { bound: percent(bound), rule })
        };
        judge(
            Measures {
                totals: &totals,
                packages,
                patch: None,
                compare: None,
                no_baseline: "no baseline",
                ruled: &[],
                owners: &[],
            },
            Metric::Statements,
            bounds,
            &override_for,
        )
        .iter()
        .map(|verdict| {
            format!(
                "{} {} {} {}/{} {} bound {} needs {}",
                verdict.outcome.name(),
                verdict.gate.name(),
                verdict.scope.as_deref().unwrap_or("-"),
                verdict.tally.covered,
                verdict.tally.total,
                verdict.observed.as_deref().unwrap_or("n/a"),
                verdict.bound,
                verdict.needed
            )
        })
        .collect()
    }

    #[test]
    fn every_gate_is_judged_and_the_worst_scope_comes_first() {
        let packages =
            [package("m/a", 9, 10), package("m/b", 1, 10), package("m/c", 0, 4), package("m/d", 0, 0)];
        assert_eq!(
            check(&packages, &[(GateName::Total, percent("41.66")), (GateName::Package, percent("60"))], &[]),
            [
                "pass total - 10/24 41.7 bound 41.66 needs 0",
                "fail package m/b 1/10 10.0 bound 60 needs 5",
                "fail package m/c 0/4 0.0 bound 60 needs 3",
            ]
        );
    }

    #[test]
    fn overrides_stand_alone_or_replace_the_general_bound() {
        let packages = [package("m/a", 9, 10), package("m/b", 1, 10)];
        assert_eq!(check(&packages, &[], &[("m/a", "95")]), ["fail package m/a 9/10 90.0 bound 95 needs 1"]);
        assert_eq!(
            check(&packages, &[(GateName::Package, percent("60"))], &[("m/b", "0")]),
            ["pass package - 1/10 10.0 bound 60 needs 0"]
        );
    }

    #[test]
    fn gates_of_rules_say_that_there_is_no_baseline() {
        let measures = Measures {
            totals: &Totals::default(),
            packages: &[],
            patch: None,
            compare: None,
            no_baseline: "no baseline",
            ruled: &[GateName::MaxLost],
            owners: &[],
        };
        let verdicts = judge(measures, Metric::Lines, &[(GateName::MaxMissed, Bound::Auto)], &|_, _, _| None);
        let said: Vec<_> = verdicts
            .iter()
            .map(|verdict| (verdict.gate, verdict.outcome, verdict.bound.as_str(), verdict.note.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (GateName::MaxLost, Outcome::NotJudged, "per path", "no baseline"),
                (GateName::MaxMissed, Outcome::NotJudged, "auto", "no baseline"),
            ]
        );
    }

    #[test]
    fn nothing_to_count_is_not_judged() {
        assert_eq!(
            check(&[], &[(GateName::Total, percent("80"))], &[]),
            ["not-judged total - 0/0 n/a bound 80 needs 0"]
        );
        assert_eq!(check(&[package("m", 1, 2)], &[], &[]), Vec::<String>::new());
    }
}
