//! What goes where in a Cobertura document: packages, classes, methods, names, sums.
//!
//! Input: a report. Output: everything that the elements show, names escaped. Invariants: no package without a class, no
//! class and no method without a line; names are unique where a reader needs it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::FormatOptions;
use super::super::escape::{self, Unique};
use crate::model::{FileReport, FunctionReport, PackageReport, Report, Tally};

/// `(line, hits)`, ascending, unique.
pub(super) type Lines = [(u32, u64)];

/// What one element shows of the lines and methods below it.
#[derive(Default, Clone, Copy)]
pub(super) struct Sums {
    pub(super) lines: Tally,
    pub(super) complexity: u64,
    pub(super) methods: u64,
}

pub(super) struct Document<'a> {
    pub(super) packages: Vec<Package<'a>>,
    pub(super) sums: Sums,
}

pub(super) struct Package<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) classes: Vec<Class<'a>>,
    pub(super) sums: Sums,
}

pub(super) struct Class<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) file: Cow<'a, str>,
    pub(super) lines: Cow<'a, Lines>,
    pub(super) methods: Vec<Method<'a>>,
    pub(super) sums: Sums,
}

pub(super) struct Method<'a> {
    pub(super) function: &'a FunctionReport,
    pub(super) lines: &'a Lines,
}

impl<'a> Document<'a> {
    pub(super) fn plan(report: &'a Report, options: &FormatOptions) -> Self {
        let (mut packages, mut files) = (Unique::default(), Unique::default());
        let packages: Vec<_> = report
            .packages
            .iter()
            .filter_map(|package| Package::plan(package, options, &mut packages, &mut files))
            .collect();
        Self::of(packages)
    }

    pub(super) fn of(packages: Vec<Package<'a>>) -> Self {
        let sums = Sums::of(packages.iter().map(|package| package.sums));
        Self { packages, sums }
    }
}

impl<'a> Package<'a> {
    fn plan(
        package: &'a PackageReport,
        options: &FormatOptions,
        packages: &mut Unique<'a>,
        files: &mut Unique<'a>,
    ) -> Option<Self> {
        let mut names = ClassNames::default();
        let mut classes = Vec::new();
        for file in package.files.iter().filter(|file| file.in_tree && !file.lines.is_empty()) {
            let path = files.name(escape::xml(file.path.as_str()));
            if options.cobertura_class_type {
                classes.extend(classes_of_types(file, &path));
            } else {
                classes.push(class_of_file(file, path, &mut names));
            }
        }
        if classes.is_empty() {
            return None;
        }
        // A profile may name files without a directory; readers want a name (Jenkins makes a random one for none).
        let name = if package.path.trim().is_empty() { "." } else { package.path.as_str() };
        Some(Self::of(packages.name(escape::xml(name)), classes))
    }

    pub(super) fn of(name: Cow<'a, str>, classes: Vec<Class<'a>>) -> Self {
        let sums = Sums::of(classes.iter().map(|class| class.sums));
        Self { name, classes, sums }
    }
}

fn class_of_file<'a>(file: &'a FileReport, path: Cow<'a, str>, names: &mut ClassNames) -> Class<'a> {
    let methods = file
        .functions
        .iter()
        .map(|function| Method { function, lines: lines_of(function, &file.lines) })
        .filter(|method| !method.lines.is_empty())
        .collect();
    Class::new(names.name(file.path.base()), path, Cow::Borrowed(&file.lines), methods)
}

/// The class of functions without receiver, as other Go converters name it.
const NO_TYPE: &str = "-";

struct TypeClass<'a> {
    name: &'a str,
    lines: Vec<(u32, u64)>,
    methods: Vec<Method<'a>>,
}

impl<'a> TypeClass<'a> {
    fn new(name: &'a str) -> Self {
        Self { name, lines: Vec::new(), methods: Vec::new() }
    }
}

/// One class per receiver type, and `-` for all else. A line that two functions share belongs to the first, since
/// readers add up the classes of a file.
fn classes_of_types<'a>(file: &'a FileReport, path: &Cow<'a, str>) -> Vec<Class<'a>> {
    let mut types = vec![TypeClass::new(NO_TYPE)];
    let mut rest: &Lines = &file.lines;
    for function in &file.functions {
        let start = rest.partition_point(|&(line, _)| line < function.extent.start.line);
        let (outside, from) = rest.split_at(start);
        let end = from.partition_point(|&(line, _)| line <= function.extent.end.line);
        let (lines, behind) = from.split_at(end);
        rest = behind;
        types[0].lines.extend_from_slice(outside);
        let name = receiver(function).unwrap_or(NO_TYPE);
        let index = types.iter().position(|class| class.name == name).unwrap_or_else(|| {
            types.push(TypeClass::new(name));
            types.len() - 1
        });
        types[index].lines.extend_from_slice(lines);
        if !lines.is_empty() {
            types[index].methods.push(Method { function, lines });
        }
    }
    types[0].lines.extend_from_slice(rest);
    types.retain(|class| !class.lines.is_empty());
    types.sort_by_key(|class| class.name);
    let mut names = ClassNames::default();
    let finish = |class: TypeClass<'a>| {
        Class::new(names.name(class.name), path.clone(), Cow::Owned(class.lines), class.methods)
    };
    types.into_iter().map(finish).collect()
}

/// The receiver's type without `*` and type parameters: `T` of `(*T[...]).M`; `None` of a function or literal.
pub(super) fn receiver(function: &FunctionReport) -> Option<&str> {
    if function.literal {
        return None;
    }
    let name = &*function.name;
    // The model tells repeated names apart by `.2`, which looks like a method: `init.2`.
    let name = match name.rsplit_once('.') {
        Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    let owner = name.strip_suffix(function.bare())?.strip_suffix('.')?;
    let owner = owner.trim_start_matches(['(', '*']).trim_end_matches(')');
    let owner = owner.split('[').next().unwrap_or(owner);
    (!owner.is_empty()).then_some(owner)
}

/// The lines of a function. Both bounds count: the end is the position behind the closing brace.
fn lines_of<'a>(function: &FunctionReport, lines: &'a Lines) -> &'a Lines {
    let start = lines.partition_point(|&(line, _)| line < function.extent.start.line);
    let end = lines.partition_point(|&(line, _)| line <= function.extent.end.line);
    lines.get(start..end).unwrap_or_default()
}

impl<'a> Class<'a> {
    fn new(name: String, file: Cow<'a, str>, lines: Cow<'a, Lines>, methods: Vec<Method<'a>>) -> Self {
        let sums = Sums {
            lines: tally(&lines),
            complexity: methods.iter().map(|method| u64::from(method.function.complexity)).sum(),
            methods: methods.len() as u64,
        };
        Self { name: Cow::Owned(name), file, lines, methods, sums }
    }
}

/// Class names of one package, made unique and safe from the rule that class `X` swallows class `X.Y`.
#[derive(Default)]
struct ClassNames {
    unique: Unique<'static>,
    plain: BTreeSet<String>,
}

impl ClassNames {
    fn name(&mut self, text: &str) -> String {
        let mut name = escape::class_name(text).into_owned();
        while let Some(dot) =
            name.match_indices('.').map(|(at, _)| at).find(|&at| self.plain.contains(&name[..at]))
        {
            name.replace_range(dot..=dot, "_");
        }
        self.plain.insert(name.clone());
        self.unique.name(Cow::Owned(escape::xml(&name).into_owned())).into_owned()
    }
}

pub(super) fn tally(lines: &Lines) -> Tally {
    Tally::new(lines.iter().filter(|line| line.1 > 0).count() as u64, lines.len() as u64)
}

impl Sums {
    fn of(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::default(), |mut sum, part| {
            sum.lines += part.lines;
            sum.complexity = sum.complexity.saturating_add(part.complexity);
            sum.methods += part.methods;
            sum
        })
    }

    /// Cyclomatic complexity of the average method, floored to two digits: the convention of Cobertura itself.
    pub(super) fn average_complexity(self) -> String {
        decimal(self.complexity, self.methods, 2)
    }
}

/// Covered of total with up to four digits, floored, so that 1 means complete; 1 when there is nothing to cover.
pub(super) fn rate(lines: Tally) -> String {
    if lines.total == 0 { "1".to_owned() } else { decimal(lines.covered, lines.total, 4) }
}

/// `dividend / divisor` floored to `digits` decimals, without trailing zeros; 0 for a divisor of 0.
pub(super) fn decimal(dividend: u64, divisor: u64, digits: u32) -> String {
    // Most of a document's shares are one of these.
    match (dividend, divisor) {
        (0, _) | (_, 0) => return "0".to_owned(),
        (a, b) if a == b => return "1".to_owned(),
        _ => {}
    }
    let scale = 10_u128.pow(digits);
    let value = u128::from(dividend) * scale / u128::from(divisor);
    let text = format!("{}.{:0width$}", value / scale, value % scale, width = digits as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
