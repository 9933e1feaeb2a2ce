//! Numbers and bounds -> verdicts. All gates are evaluated, all are shown; comparisons are exact integers.
//!
//! To add a gate: a name in `model::GateName`, a line in [`GATES`]. Parsing, messages, verdicts and the exit code are shared.

use crate::model::{Bound, Decimal, GateName, Metric, Outcome, PackageReport, Tally, Totals, Verdict};

/// What gates look at.
#[derive(Debug, Clone, Copy)]
pub struct Measures<'a> {
    /// Totals of all counted packages.
    pub totals: &'a Totals,
    /// By import path.
    pub packages: &'a [PackageReport],
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
    /// The items and their tallies.
    pub observe: fn(Measures<'_>, Metric) -> Vec<Item>,
}

/// The gates that can be set.
pub static GATES: &[Gate] = &[
    Gate { name: GateName::Total, about: "percent of the total", observe: total },
    Gate { name: GateName::Package, about: "percent of every package", observe: packages },
    Gate { name: GateName::File, about: "percent of every file", observe: files },
    Gate { name: GateName::Function, about: "percent of every function", observe: functions },
];

/// Judges. `bounds` are the general ones; `override_for` gives the bound of the first rule that matches a path.
pub fn judge(
    measures: Measures<'_>,
    metric: Metric,
    bounds: &[(GateName, Bound)],
    override_for: &dyn Fn(GateName, &str, &str) -> Option<Bound>,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for gate in GATES {
        let general = bounds.iter().find(|(name, _)| *name == gate.name).map(|(_, bound)| *bound);
        let items = (gate.observe)(measures, metric);
        let judged: Vec<(Item, Decimal)> = items
            .into_iter()
            .filter_map(|item| {
                let own = item.scope.as_ref().and_then(|_| override_for(gate.name, &item.path, &item.import));
                match own.or(general)? {
                    Bound::Percent(bound) => Some((item, bound)),
                    Bound::Items(_) | Bound::Auto => None,
                }
            })
            .collect();
        if general.is_some() || !judged.is_empty() {
            verdicts.extend(verdicts_of(gate.name, metric, general, &judged));
        }
    }
    verdicts
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
        observed: item.tally.percent_against(bound),
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
        _ => "per path".to_owned(),
    };
    let lowest = with_items.into_iter().min_by(|(a, _), (b, _)| lower(a.tally, b.tally));
    match lowest {
        Some((item, own)) => {
            let whole = Item { scope: None, ..item.clone() };
            vec![Verdict { bound, note: by_own_rule(general, judged), ..verdict(&whole, own, Outcome::Pass) }]
        }
        None => vec![Verdict {
            gate: name,
            scope: None,
            outcome: Outcome::NotJudged,
            metric,
            observed: None,
            tally: Tally::default(),
            bound,
            needed: 0,
            judged: 0,
            note: format!("no {} to count", metric.name()),
        }],
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

fn total(measures: Measures<'_>, metric: Metric) -> Vec<Item> {
    let tally = measures.totals.of(metric);
    vec![Item { scope: None, path: String::new(), import: String::new(), tally }]
}

fn packages(measures: Measures<'_>, metric: Metric) -> Vec<Item> {
    let item = |package: &PackageReport| Item {
        scope: Some(package.path.clone()),
        path: package.files.first().map_or(String::new(), |file| file.path.directory().to_owned()),
        import: package.path.clone(),
        tally: package.totals.of(metric),
    };
    measures.packages.iter().map(item).collect()
}

fn files(measures: Measures<'_>, metric: Metric) -> Vec<Item> {
    let mut items = Vec::new();
    for package in measures.packages {
        items.extend(package.files.iter().map(|file| Item {
            scope: Some(file.path.to_string()),
            path: file.path.to_string(),
            import: format!("{}/{}", package.path, file.path.base()),
            tally: file.totals.of(metric),
        }));
    }
    items
}

fn functions(measures: Measures<'_>, metric: Metric) -> Vec<Item> {
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
    items
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
            found.filter(|_| gate == GateName::Package).map(|(_, bound)| percent(bound))
        };
        judge(Measures { totals: &totals, packages }, Metric::Statements, bounds, &override_for)
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
    fn nothing_to_count_is_not_judged() {
        assert_eq!(
            check(&[], &[(GateName::Total, percent("80"))], &[]),
            ["not-judged total - 0/0 n/a bound 80 needs 0"]
        );
        assert_eq!(check(&[package("m", 1, 2)], &[], &[]), Vec::<String>::new());
    }
}
