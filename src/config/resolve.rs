//! Layers -> [`Settings`]: every value parsed and checked once, whatever its origin, and every default decided.

mod baseline;
mod change;
mod overrides;
mod target;
mod topic;

use camino::{Utf8Path, Utf8PathBuf};

use crate::cli::{Typed, Verb};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::model::{Code, Decimal, Disposition, GateName, LineModel, Metric, Mode, RuleSet};
use crate::settings::{
    Annotations, Bound, CiSettings, Color, Command, Counts, DATA_DIRECTORY, FormatSettings, Generated,
    InputSpec, OutputSpec, Pattern, ScopeEntry, Settings, Stale, Verbosity,
};

use super::keys::{self, GATES, Key, Kind};
use super::layer::{Item, Layers, Origin, shown};
use super::{Tables, path, print, suggest};

/// Makes the settings. `cwd` is the working directory, absolute; `formats` are the names that `-o` knows.
pub(crate) fn settings(
    typed: &Typed,
    host: &Host,
    layers: &Layers,
    cwd: &Utf8Path,
    tables: Tables<'_>,
) -> Result<Settings> {
    let formats = tables.formats;
    let global = &typed.cli.global;
    let reader = Reader { layers };
    let gates = reader.gates()?;
    let overrides = reader.overrides()?;
    let outputs = reader.outputs(formats, cwd)?;
    // `doctor` judges nothing; what a gate would need is a failure for it.
    let judged = matches!(typed.cli.command, Verb::Check(_) | Verb::Doctor(_));
    let mut settings = Settings {
        command: command(&typed.cli.command),
        cwd: cwd.to_owned(),
        inputs: layers.items("inputs").iter().map(|item| input(layers, item, cwd)).collect(),
        outputs: if writes_formats(typed) { outputs } else { Vec::new() },
        mode: reader.mode()?,
        metric: reader.metric()?,
        lines: reader.lines()?,
        include: reader.patterns("include")?,
        exclude: reader.patterns("exclude")?,
        scope: reader.scope()?,
        generated: reader.generated()?,
        ignore_comments: reader.switch("ignore-comments")?,
        require_reason: reader.switch("require-reason")?,
        src: reader.src(cwd)?,
        path_map: reader.path_map()?,
        stale: reader.stale()?,
        deny: reader.findings("deny")?,
        allow: reader.findings("allow")?,
        change: reader.change(cwd, typed.has("fetch"))?,
        baseline: if baseline::is_read(&typed.cli.command) { reader.baseline(cwd)? } else { Vec::new() },
        test_log: if reads_log(&typed.cli.command) { reader.test_log(cwd) } else { None },
        templates: reader.templates(cwd),
        gates: if judged { gates } else { Vec::new() },
        overrides: if judged { overrides } else { Vec::new() },
        warn_only: reader.switch("warn-only")?,
        format: reader.format(host)?,
        color: color(global.color.as_deref(), host)?,
        ci: ci(global.ci.as_deref(), tables.systems)?,
        extras: CiSettings { annotations: reader.annotations()?, summary: reader.switch("ci.summary")? },
        verbosity: match (global.quiet, global.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        },
        pkg: packages(typed)?,
        args: typed.has("args") || typed.has("keep-args"),
        config_path: layers.file.as_ref().map(|file| Utf8PathBuf::from(&file.shown)),
        said: print::said(layers),
        notes: layers.notes.clone(),
    };
    if !settings.pkg.is_empty() && !typed.has("scope") {
        // Import paths say whose code it is; a scope would only take away what was asked for by name.
        settings.scope = vec![ScopeEntry::All];
    }
    per_command(typed, &mut settings, &reader, formats)?;
    target::operands(typed, &mut settings, formats)?;
    one_on_stdout(&settings.outputs)?;
    one_per_path(&settings.outputs, &settings.cwd)?;
    Ok(settings)
}

fn command(verb: &Verb) -> Command {
    match verb {
        Verb::Report(_) => Command::Report,
        Verb::Func(func) => Command::Func { go: func.go },
        Verb::Percent(_) => Command::Percent,
        Verb::Pkglist(_) => Command::Pkglist,
        Verb::Merge(_) => Command::Merge,
        Verb::Subtract(_) => Command::Subtract,
        Verb::Intersect(intersect) => Command::Intersect {
            counts: if intersect.counts.as_deref() == Some("first") { Counts::First } else { Counts::Min },
        },
        // `per_command` reads the rule set.
        Verb::Dump(_) => Command::Dump { rules: None },
        Verb::Doctor(_) => Command::Doctor,
        Verb::Compare(_) => Command::Compare,
        Verb::Baseline(file) => baseline::command(&file.action),
        Verb::View(_) => Command::View,
        Verb::Init(init) => Command::Init { from: init.from.clone(), force: init.force },
        Verb::Explain(explain) => Command::Explain { topic: explain.topic.clone() },
        // The last three print and never run.
        Verb::Check(_) | Verb::Schema(_) | Verb::Completions(_) | Verb::Man => Command::Check,
    }
}

fn writes_formats(typed: &Typed) -> bool {
    match typed.cli.command {
        Verb::Check(_) | Verb::Report(_) => true,
        // The reports of the config are those of the run itself; what is compared by hand must not replace them.
        Verb::Compare(_) => typed.has("reports"),
        _ => false,
    }
}

fn reads_log(verb: &Verb) -> bool {
    matches!(verb, Verb::Check(_) | Verb::Report(_) | Verb::View(_) | Verb::Doctor(_) | Verb::Baseline(_))
}

/// What one command needs beyond the settings of all.
fn per_command(typed: &Typed, settings: &mut Settings, reader: &Reader<'_>, formats: &[&str]) -> Result<()> {
    let print_only = typed.has("print-config");
    match &typed.cli.command {
        Verb::Report(_) if settings.outputs.is_empty() && !print_only => {
            Err(Error::usage("`report` needs a format to write")
                .help("coverdict report -o cobertura=coverage.xml"))
        }
        // Those of the config are what a job has, not what was and what is.
        Verb::Compare(_) if typed.values.get("inputs").map_or(0, Vec::len) != 2 && !print_only => {
            Err(Error::usage("`compare` needs two inputs: what was, and what is")
                .help("coverdict compare old.out new.out"))
        }
        Verb::Merge(merge) => {
            let Some(path) = &merge.output else { return Ok(()) };
            let output = target::merged(path, formats)?;
            let holds_arguments = output.format == DATA_DIRECTORY;
            let path = output.path.clone().unwrap_or_default();
            settings.outputs = vec![output];
            if settings.args && !holds_arguments {
                return Err(Error::usage(
                    "--keep-args belongs to a data directory; a text profile holds no command lines",
                )
                .help(format!("coverdict merge … -o {path}/ --keep-args")));
            }
            Ok(())
        }
        Verb::Baseline(file) => {
            settings.outputs = reader.shown_baseline(&file.action, &settings.cwd)?;
            Ok(())
        }
        Verb::Dump(dump) => {
            settings.command = Command::Dump { rules: dump.rules.as_deref().map(rule_set).transpose()? };
            Ok(())
        }
        Verb::Doctor(doctor) => {
            let flag = |text: &String| Item { text: text.clone(), origin: Origin::Flag("-o") };
            let items: Vec<Item> = doctor.output.iter().map(flag).collect();
            settings.outputs = items
                .iter()
                .map(|item| reader.output(item, DOCTOR_FORMATS, &settings.cwd))
                .collect::<Result<_>>()?;
            Ok(())
        }
        Verb::Explain(explain) => {
            topic::topic(&explain.topic)?;
            match Code::from_name(&explain.topic) {
                Some(code) if !reader.layers.items("inputs").is_empty() => {
                    Err(Error::usage(format!("the text of {code} needs no input")))
                }
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// What `doctor -o` takes.
const DOCTOR_FORMATS: &[&str] = &["text", "json"];

/// The least that `--split` takes: less would be a file for each file.
const SMALLEST_PART: u64 = 1 << 10;

/// `--rules`.
fn rule_set(text: &str) -> Result<RuleSet> {
    RuleSet::ALL
        .into_iter()
        .find(|rules| rules.name() == text)
        .ok_or_else(|| Error::usage(format!("--rules is {}; expected A, B or C", shown(text))))
}

/// `--pkg`: import path patterns.
fn packages(typed: &Typed) -> Result<Vec<Pattern>> {
    let pattern = |text: &String| {
        if text.starts_with("./") || text == "." || text.starts_with('!') {
            return Err(Error::usage(format!("--pkg {} is no pattern for import paths", shown(text)))
                .help("--pkg example.com/m/...; --include and --exclude take paths"));
        }
        Pattern::new(text).map_err(|reason| Error::usage(format!("--pkg {} {reason}", shown(text))))
    };
    typed.values.get("pkg").into_iter().flatten().map(pattern).collect()
}

/// No file may be written twice.
fn one_per_path(outputs: &[OutputSpec], cwd: &Utf8Path) -> Result<()> {
    let mut taken: Vec<(Utf8PathBuf, &OutputSpec)> = Vec::new();
    for output in outputs {
        let Some(path) = &output.path else { continue };
        let place = path::landing(cwd, path);
        if let Some((_, earlier)) = taken.iter().find(|(other, _)| *other == place) {
            let message =
                format!("{} and {} cannot both be written to {path}", earlier.format, output.format);
            return Err(Error::usage(message));
        }
        taken.push((place, output));
    }
    Ok(())
}

/// At most one output may go to standard output.
fn one_on_stdout(outputs: &[OutputSpec]) -> Result<()> {
    let mut there = outputs.iter().filter(|output| output.path.is_none());
    match (there.next(), there.next()) {
        (Some(first), Some(second)) => Err(Error::usage(format!(
            "{} and {} cannot both go to standard output",
            first.format, second.format
        ))
        .help(format!("-o {}=PATH", second.format))),
        _ => Ok(()),
    }
}

/// `NAME=PATH` or a path. A path that exists as it is typed is never split.
fn input(layers: &Layers, item: &Item, cwd: &Utf8Path) -> InputSpec {
    let text = item.text.as_str();
    let label_of = |text: &str| {
        let (label, path) = text.split_once('=')?;
        let is_label = !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
        (is_label && !path.is_empty()).then(|| (label.to_owned(), path.to_owned()))
    };
    match label_of(text) {
        Some((label, path)) if !layers.base(item, cwd).join(text).exists() => {
            InputSpec { label: Some(label), path: layers.path(item, &path, cwd) }
        }
        _ => InputSpec { label: None, path: layers.path(item, text, cwd) },
    }
}

/// `--color`; the variables of the host decide `auto`: `NO_COLOR` wins, `CLICOLOR_FORCE` and `FORCE_COLOR` turn on,
/// `TERM=dumb` turns off.
pub(crate) fn color(typed: Option<&str>, host: &Host) -> Result<Color> {
    match typed {
        Some("always") => return Ok(Color::Always),
        Some("never") => return Ok(Color::Never),
        None | Some("auto") => {}
        Some(other) => {
            return Err(Error::usage(format!("--color is {}; expected auto, always or never", shown(other))));
        }
    }
    let forced = |name| host.var(name).is_some_and(|value| value != "0");
    Ok(if host.var("NO_COLOR").is_some() {
        Color::Never
    } else if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") {
        Color::Always
    } else if host.var("TERM") == Some("dumb") || host.var("CLICOLOR") == Some("0") {
        Color::Never
    } else {
        Color::Auto
    })
}

/// `--ci`: a name of the table, `auto` or `off`.
fn ci(typed: Option<&str>, systems: &[&str]) -> Result<String> {
    let name = typed.unwrap_or("auto");
    if matches!(name, "auto" | "off") || systems.contains(&name) {
        return Ok(name.to_owned());
    }
    let hint = suggest::did_you_mean(suggest::nearest(name, systems.iter().copied()));
    Err(Error::usage(format!("--ci names the unknown system {}{hint}", shown(name)))
        .note(format!("systems: auto off {}", systems.join(" "))))
}

/// Takes settings out of the layers.
struct Reader<'a> {
    layers: &'a Layers,
}

impl Reader<'_> {
    fn gates(&self) -> Result<Vec<(GateName, Bound)>> {
        let mut gates = Vec::new();
        for name in GateName::ALL {
            let Some(gate) = GATES.iter().find(|gate| gate.name == name) else { continue };
            if let Some(item) = self.layers.item(gate.key) {
                gates.push((name, self.bound(gate, gate.key, item)?));
            }
        }
        Ok(gates)
    }

    /// The bound of a gate, under the name `name`.
    fn bound(&self, gate: &keys::Gate, name: &str, item: &Item) -> Result<Bound> {
        match gate.bound {
            Kind::Number(most) => Ok(Bound::Items(u64::from(self.number_of(name, item, most)?))),
            Kind::ItemsOrAuto if item.text.trim() == "auto" => Ok(Bound::Auto),
            Kind::ItemsOrAuto => {
                let number = self.number_of(name, item, u32::MAX);
                let number = number.map(|number| Bound::Items(u64::from(number)));
                number.map_err(|_| self.layers.expected(name, item, "a whole number, or auto"))
            }
            _ => self.percent(name, item),
        }
    }

    fn percent(&self, name: &str, item: &Item) -> Result<Bound> {
        Decimal::parse(item.text.trim()).filter(|value| value.at_most(100)).map(Bound::Percent).ok_or_else(
            || {
                // A number that is only too exact deserves to be told so.
                let exact = item.text.split_once('.').is_some_and(|(_, decimals)| 9 < decimals.len());
                let number =
                    exact && item.text.parse::<f64>().is_ok_and(|value| (0.0..=100.0).contains(&value));
                let what = if number { "at most 9 decimals" } else { "0 to 100" };
                self.layers.expected(name, item, what)
            },
        )
    }

    fn outputs(&self, formats: &[&str], cwd: &Utf8Path) -> Result<Vec<OutputSpec>> {
        let outputs = self.layers.items("reports").iter().map(|item| self.output(item, formats, cwd));
        outputs.collect()
    }

    fn output(&self, item: &Item, formats: &[&str], cwd: &Utf8Path) -> Result<OutputSpec> {
        let (format, path) = match item.text.split_once('=') {
            Some((format, path)) => (format, Some(path)),
            None => (item.text.as_str(), None),
        };
        if !formats.contains(&format) {
            let near = suggest::did_you_mean(suggest::nearest(format, formats.iter().copied()));
            let message = format!("names the unknown format {}{near}", shown(format));
            let fault = self.layers.fault("reports", item, &message);
            return Err(fault.note(format!("formats: {}", formats.join(" "))));
        }
        if path == Some("") {
            return Err(self.layers.fault("reports", item, &format!("names no path behind {format}=")));
        }
        let path = path.filter(|path| *path != "-").map(|path| self.layers.path(item, path, cwd));
        Ok(OutputSpec { format: format.to_owned(), path })
    }

    /// The value of a choice; `None` when it is unset and has no default.
    fn choice(&self, name: &'static str) -> Result<Option<&'static str>> {
        let Some(Key { kind: Kind::Choice(names), default, .. }) = keys::find(name) else { return Ok(None) };
        let Some(item) = self.layers.item(name) else {
            return Ok(Some(default).filter(|default| !default.is_empty()));
        };
        match names.iter().find(|name| **name == item.text.trim()) {
            Some(&name) => Ok(Some(name)),
            None => Err(self.layers.expected(name, item, &one_of(names))),
        }
    }

    fn mode(&self) -> Result<Option<Mode>> {
        Ok(self.choice("mode")?.and_then(Mode::from_name))
    }

    fn metric(&self) -> Result<Metric> {
        let name = self.choice("metric")?;
        Ok(Metric::ALL.into_iter().find(|metric| Some(metric.name()) == name).unwrap_or(Metric::Statements))
    }

    fn lines(&self) -> Result<LineModel> {
        let name = self.choice("lines")?;
        Ok(LineModel::ALL.into_iter().find(|model| Some(model.name()) == name).unwrap_or(LineModel::Code))
    }

    fn generated(&self) -> Result<Generated> {
        Ok(match self.choice("generated")? {
            Some("include") => Generated::Include,
            Some("exclude") => Generated::Exclude,
            _ => Generated::Auto,
        })
    }

    fn stale(&self) -> Result<Stale> {
        Ok(if self.choice("source.stale")? == Some("keep") { Stale::Keep } else { Stale::Drop })
    }

    fn test_log(&self, cwd: &Utf8Path) -> Option<Utf8PathBuf> {
        let item = self.layers.item("test-log").filter(|item| !item.text.is_empty())?;
        Some(Utf8PathBuf::from(self.layers.path(item, &item.text, cwd)))
    }

    fn templates(&self, cwd: &Utf8Path) -> Option<Utf8PathBuf> {
        let item = self.layers.item("templates").filter(|item| !item.text.is_empty())?;
        Some(path::absolute(self.layers.base(item, cwd), &item.text))
    }

    fn switch(&self, name: &'static str) -> Result<bool> {
        let default = keys::find(name).is_some_and(|key| key.default == "true");
        let Some(item) = self.layers.item(name) else { return Ok(default) };
        match item.text.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            // In variables these two are as common.
            "1" if matches!(item.origin, Origin::Variable(_)) => Ok(true),
            "0" if matches!(item.origin, Origin::Variable(_)) => Ok(false),
            _ => Err(self.layers.expected(name, item, "true or false")),
        }
    }

    fn number(&self, name: &'static str) -> Result<u32> {
        let Some(Key { kind: Kind::Number(most), default, .. }) = keys::find(name) else { return Ok(0) };
        let Some(item) = self.layers.item(name) else { return Ok(default.parse().unwrap_or(0)) };
        self.number_of(name, item, most)
    }

    fn number_of(&self, name: &str, item: &Item, most: u32) -> Result<u32> {
        let text = item.text.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|&value| digits && value <= most)
            .ok_or_else(|| self.layers.expected(name, item, &format!("0 to {most}")))
    }

    fn pattern(&self, name: &str, item: &Item) -> Result<Pattern> {
        Pattern::new(&item.text)
            .map_err(|reason| self.layers.fault(name, item, &format!("{} {reason}", shown(&item.text))))
    }

    fn patterns(&self, name: &'static str) -> Result<Vec<Pattern>> {
        self.layers.items(name).iter().map(|item| self.pattern(name, item)).collect()
    }

    fn scope(&self) -> Result<Vec<ScopeEntry>> {
        let entry = |item: &Item| {
            Ok(match item.text.as_str() {
                "all" => ScopeEntry::All,
                "main" => ScopeEntry::Disposition(Disposition::Main),
                "dep" => ScopeEntry::Disposition(Disposition::Dep),
                "std" => ScopeEntry::Disposition(Disposition::Std),
                _ => {
                    let pattern = self.pattern("scope", item)?;
                    if pattern.negated {
                        let message = format!("{} starts with `!`; a scope only adds", shown(&item.text));
                        return Err(self.layers.fault("scope", item, &message));
                    }
                    ScopeEntry::Package(pattern)
                }
            })
        };
        self.layers.items("scope").iter().map(entry).collect()
    }

    fn findings(&self, name: &'static str) -> Result<Vec<Code>> {
        let code = |item: &Item| {
            Code::from_name(&item.text).ok_or_else(|| {
                let message = format!("names the unknown finding {}", shown(&item.text));
                let message = message + &near_finding(&item.text);
                self.layers.fault(name, item, &message)
            })
        };
        self.layers.items(name).iter().map(code).collect()
    }

    fn src(&self, cwd: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
        let directory = |item: &Item| {
            if item.text.is_empty() {
                return Err(self.layers.expected("source.src", item, "a directory"));
            }
            Ok(path::absolute(self.layers.base(item, cwd), &item.text))
        };
        self.layers.items("source.src").iter().map(directory).collect()
    }

    fn path_map(&self) -> Result<Vec<(String, String)>> {
        let pair = |item: &Item| match item.text.split_once('=') {
            Some((from, to)) if !from.is_empty() && !to.is_empty() => Ok((from.to_owned(), to.to_owned())),
            _ => Err(self.layers.expected("source.path-map", item, "FROM=TO")),
        };
        self.layers.items("source.path-map").iter().map(pair).collect()
    }

    fn annotations(&self) -> Result<Annotations> {
        Ok(match self.choice("ci.annotations")? {
            Some("all") => Annotations::All,
            Some("off") => Annotations::Off,
            _ => Annotations::Patch,
        })
    }

    fn format(&self, host: &Host) -> Result<FormatSettings> {
        Ok(FormatSettings {
            cobertura_source: self.layers.item("cobertura-source").map(|item| item.text.clone()),
            cobertura_class_type: self.choice("cobertura-class")? == Some("type"),
            no_methods: self.switch("no-methods")?,
            split: self.split()?,
            precision: self.number("precision")?,
            timestamp: self.timestamp(host)?,
            top: self.number("top")? as usize,
        })
    }

    /// Bytes: a whole number, with KiB, MiB, KB or MB behind it.
    fn split(&self) -> Result<Option<u64>> {
        let Some(item) = self.layers.item("split").filter(|item| !item.text.is_empty()) else {
            return Ok(None);
        };
        let text = item.text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim_start() {
            "" => Some(1),
            "KB" => Some(1_000),
            "MB" => Some(1_000_000),
            "KiB" => Some(1 << 10),
            "MiB" => Some(1 << 20),
            _ => None,
        };
        let bytes = unit.and_then(|unit| number.parse::<u64>().ok()?.checked_mul(unit));
        match bytes.filter(|bytes| SMALLEST_PART <= *bytes) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(self.layers.expected("split", item, "a size of 1 KiB or more, such as 10MiB")),
        }
    }

    /// Seconds since 1970. `now` is `SOURCE_DATE_EPOCH` where that is set, so that rebuilds give the same bytes.
    fn timestamp(&self, host: &Host) -> Result<u64> {
        let Some(item) = self.layers.item("timestamp") else { return Ok(0) };
        let seconds = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u64>().ok().filter(|_| digits)
        };
        match item.text.trim() {
            "now" => Ok(host.var("SOURCE_DATE_EPOCH").and_then(seconds).unwrap_or_else(host.now)),
            text => seconds(text)
                .ok_or_else(|| self.layers.expected("timestamp", item, "now or seconds since 1970")),
        }
    }
}

fn near_finding(text: &str) -> String {
    suggest::did_you_mean(suggest::nearest(text, Code::ALL.iter().map(|code| code.name())))
}

/// `a, b or c`.
pub(crate) fn one_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
