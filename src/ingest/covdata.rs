//! GOCOVERDIR data: pairs meta-data files with their counter files and adds the counts up.
//!
//! Input: the files that take part ([`CovFile`]: which input, which path, which kind) and a function that reads one of
//! them, so that nothing here touches the file system. Output: [`Pod`]s, findings, or an [`Error`] that names file and
//! byte. First all meta-data files are read ([`Catalogue::read`]), then the counter files of one input after the other
//! ([`Catalogue::count`]), decoded in parallel.
//!
//! Invariants: counters go to the meta-data whose hash they carry inside, whatever the files are called and whichever
//! input they came with; the result does not depend on the order in which files are decoded; memory is bounded by the
//! meta-data and the counts of one input, not by the number of files.

mod aggregate;
mod feed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::counters::{CounterFile, Entry};
use super::meta::{Fault, parse_meta};
use crate::error::{Error, Result};
use crate::model::covdata::{Args, Counts, Hash, Meta, Pod, add_counts, common_args, span};
use crate::model::{Code, Extent, Finding, Mode, Place};

use crate::model::words::counted;
pub use aggregate::aggregate;
pub use feed::Feeder;

/// What a file of a data directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// Meta-data.
    Meta,
    /// Counters.
    Counters,
}

/// The kind of a directory's entry by its base name, as Go tells it (`internal/coverage/pods`): `covmeta.TAG` and
/// `covcounters.TAG.PID.NANOS`. All else is ignored: temporary files (`tmp.cov…`) too.
pub fn kind_of_name(base: &str) -> Option<FileKind> {
    let word = |text: &str| !text.is_empty() && !text.contains(['\t', '\n', '\x0c', '\r', ' ']);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(tag) = base.strip_prefix("covmeta.") {
        return word(tag).then_some(FileKind::Meta);
    }
    let (rest, nanos) = base.strip_prefix("covcounters.")?.rsplit_once('.')?;
    let (tag, pid) = rest.rsplit_once('.')?;
    (word(tag) && digits(pid) && digits(nanos)).then_some(FileKind::Counters)
}

/// A file that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CovFile {
    /// Index of the input that it came with.
    pub input: u32,
    /// Path as printed.
    pub path: String,
    /// By name in a directory, by magic number elsewhere.
    pub kind: FileKind,
}

/// Reads the file of this index into the empty buffer. Called from several threads.
pub type Reader<'a> = dyn Fn(usize, &mut Vec<u8>) -> Result<()> + Sync + 'a;

/// What happens to the command lines in counter files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeepArgs {
    /// They are not even read.
    No,
    /// What all files of a pod and input say alike is kept.
    Common,
}

/// All meta-data, ready to count.
#[derive(Debug, Default)]
pub struct Catalogue {
    pods: Vec<Pod>,
    slots: Vec<Slots>,
    by_hash: BTreeMap<Hash, usize>,
    /// Inputs that hold a pod's meta-data file.
    listed: Vec<BTreeSet<u32>>,
    /// Counter files seen for each pod.
    files: Vec<u64>,
    /// Counter files whose meta-data is missing: number and path of the first.
    orphans: BTreeMap<Hash, (u64, String)>,
    /// Files with more than one segment: number and path of the first.
    segmented: Option<(u64, String)>,
    findings: Vec<Finding>,
}

impl Catalogue {
    /// Reads the meta-data files among `files`. Of several with one hash the first is taken, as Go does; when they
    /// differ, a finding says so.
    pub fn read(files: &[CovFile], read: &Reader<'_>) -> Result<Self> {
        let mut catalogue = Self::default();
        let mut bytes = Vec::new();
        for index in in_order(files, |file| file.kind == FileKind::Meta) {
            let Some(file) = files.get(index) else { continue };
            bytes.clear();
            read(index, &mut bytes)?;
            catalogue.add_meta(file, &bytes).map_err(|fault| damaged(file, &fault))?;
        }
        Ok(catalogue)
    }

    fn add_meta(&mut self, file: &CovFile, bytes: &[u8]) -> std::result::Result<(), Fault> {
        // The hash lies in the header; a repeated file is compared and not parsed.
        let known = bytes.get(24..40).and_then(|hash| <[u8; 16]>::try_from(hash).ok()).map(Hash);
        if let Some(&pod) = known.and_then(|hash| self.by_hash.get(&hash)) {
            let same = self.pods.get(pod).is_some_and(|pod| pod.bytes == bytes);
            if !same {
                parse_meta(bytes)?;
                self.conflict(pod, file);
            }
            self.list(pod, file.input);
            return Ok(());
        }
        let meta = parse_meta(bytes)?;
        let pod = self.pods.len();
        self.by_hash.insert(meta.hash, pod);
        self.slots.push(Slots::of(&meta));
        self.pods.push(Pod { path: file.path.clone(), bytes: bytes.to_vec(), meta, counts: Vec::new() });
        self.listed.push(BTreeSet::new());
        self.files.push(0);
        self.list(pod, file.input);
        Ok(())
    }

    fn list(&mut self, pod: usize, input: u32) {
        if let Some(inputs) = self.listed.get_mut(pod) {
            inputs.insert(input);
        }
    }

    fn conflict(&mut self, pod: usize, file: &CovFile) {
        let Some(pod) = self.pods.get(pod) else { return };
        let message = format!("two meta-data files of hash {} differ; the first was taken", pod.meta.hash);
        self.findings.push(
            Finding::new(Code::ConflictingMeta, message)
                .at(Place::file(&file.path))
                .fact(format!("taken: {}", pod.path))
                .fact(format!("ignored: {}", file.path)),
        );
    }

    /// The pods, in the order of their meta-data files.
    pub fn pods(&self) -> &[Pod] {
        &self.pods
    }

    /// Adds up the counter files of one input: one [`Counts`] for each pod that the input has meta-data or counters of,
    /// with the index of the pod, ascending. The caller keeps, feeds or drops them.
    pub fn count(
        &mut self,
        input: u32,
        files: &[CovFile],
        read: &Reader<'_>,
        keep: KeepArgs,
    ) -> Result<Vec<(usize, Counts)>> {
        let own = in_order(files, |file| file.kind == FileKind::Counters && file.input == input);
        let job = Job { catalogue: self, files, read, keep, own: &own };
        let sum = job.run()?;
        for (hash, (number, path)) in sum.orphans {
            let orphan = self.orphans.entry(hash).or_insert((0, path));
            orphan.0 += number;
        }
        self.segmented = first_of(self.segmented.take(), sum.segmented);
        let mut found = Vec::new();
        for (index, sum) in sum.pods.into_iter().enumerate() {
            let (Some(pod), Some(listed)) = (self.pods.get(index), self.listed.get(index)) else { continue };
            let (files, values, args) = match sum {
                Some(sum) => (sum.files, sum.values, sum.args.unwrap_or_default()),
                None if listed.contains(&input) => (0, vec![0; pod.meta.units.len()], Args::new()),
                None => continue,
            };
            if let Some(total) = self.files.get_mut(index) {
                *total += u64::from(files);
            }
            found.push((index, Counts { input, files, values, args }));
        }
        Ok(found)
    }

    /// Takes counts into the pods that they belong to.
    pub fn keep(&mut self, counts: Vec<(usize, Counts)>) {
        for (pod, counts) in counts {
            if let Some(pod) = self.pods.get_mut(pod) {
                pod.counts.push(counts);
            }
        }
    }

    /// Takes counts into the sum of the pods that they belong to. For callers that do not ask who counted what: memory does
    /// not grow with the number of inputs.
    pub fn keep_sum(&mut self, counts: Vec<(usize, Counts)>) {
        for (pod, counts) in counts {
            let Some(pod) = self.pods.get_mut(pod) else { continue };
            match pod.counts.first_mut() {
                Some(sum) => sum.add(pod.meta.mode, counts),
                None => pod.counts.push(counts),
            }
        }
    }

    /// The pods, sorted by the path of their meta-data file as Go does, and what was odd.
    pub fn finish(mut self) -> CovData {
        let mut findings = std::mem::take(&mut self.findings);
        for (pod, &files) in self.pods.iter().zip(&self.files) {
            if files == 0 {
                findings.push(without_counters(pod));
            }
        }
        for (hash, (number, path)) in &self.orphans {
            findings.push(orphans(*hash, *number, path));
        }
        if let Some((number, path)) = &self.segmented {
            findings.push(segmented(*number, path));
        }
        self.pods.sort_by(|a, b| a.path.cmp(&b.path));
        CovData { pods: self.pods, findings }
    }
}

/// Everything that the files said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CovData {
    /// Sorted by path.
    pub pods: Vec<Pod>,
    /// What was odd.
    pub findings: Vec<Finding>,
}

impl CovData {
    /// The modes of the pods, each with the path of a meta-data file that has it. More than one is for the caller to
    /// judge.
    pub fn modes(&self) -> Vec<(Mode, &str)> {
        let mut modes: Vec<(Mode, &str)> = Vec::new();
        for pod in &self.pods {
            if modes.iter().all(|&(mode, _)| mode != pod.meta.mode) {
                modes.push((pod.meta.mode, &pod.path));
            }
        }
        modes.sort_unstable();
        modes
    }
}

/// Reads all files and keeps the counts of every input apart. For callers that need them all at once; memory grows with
/// the number of inputs.
pub fn collect(files: &[CovFile], read: &Reader<'_>, keep: KeepArgs) -> Result<CovData> {
    let mut catalogue = Catalogue::read(files, read)?;
    let inputs: BTreeSet<u32> = files.iter().map(|file| file.input).collect();
    for input in inputs {
        let counts = catalogue.count(input, files, read, keep)?;
        catalogue.keep(counts);
    }
    Ok(catalogue.finish())
}

/// A row of a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Source file.
    pub file: &'a str,
    /// Where.
    pub extent: Extent,
    /// Statements.
    pub stmts: u32,
    /// How often it ran.
    pub count: u32,
}

/// The rows of a pod with the counts of one input, in the order of the meta-data.
pub fn rows<'a>(meta: &'a Meta, values: &'a [u32]) -> impl Iterator<Item = Row<'a>> {
    meta.functions.iter().flat_map(move |function| {
        let units = meta.function_units(function);
        let values = values.get(span(&function.units)).unwrap_or_default();
        units.iter().zip(values).map(|(unit, &count)| Row {
            file: &function.file,
            extent: unit.extent,
            stmts: unit.stmts,
            count,
        })
    })
}

/// Indices of the files that are wanted, by input and path, as Go orders them.
fn in_order(files: &[CovFile], wanted: impl Fn(&CovFile) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> =
        files.iter().enumerate().filter(|(_, file)| wanted(file)).map(|(index, _)| index).collect();
    order.sort_by_key(|&index| files.get(index).map(|file| (file.input, file.path.as_str())));
    order
}

fn damaged(file: &CovFile, fault: &Fault) -> Error {
    Error::input(format!("{}: {fault}", file.path))
}

fn without_counters(pod: &Pod) -> Finding {
    Finding::new(Code::MetaWithoutCounters, "meta-data without counters: all its code counts as not covered")
        .at(Place::file(&pod.path))
        .fact("cause: the program was killed, panicked or is still running, so it wrote no counters")
        .fact(format!("expected: a file covcounters.{}.PID.TIME beside it", pod.meta.hash))
}

fn orphans(hash: Hash, number: u64, path: &str) -> Finding {
    let files = if number == 1 { "a counter file".to_owned() } else { format!("{number} counter files") };
    Finding::new(Code::OrphanCounters, format!("{files} without meta-data: not counted"))
        .at(Place::file(path))
        .fact(format!("expected: covmeta.{hash}"))
        .count(number)
}

fn segmented(number: u64, path: &str) -> Finding {
    let files = if number == 1 { "a counter file".to_owned() } else { format!("{number} counter files") };
    Finding::new(
        Code::MalformedRows,
        format!("{files} with more than one segment: only the first was read, as Go does"),
    )
    .at(Place::file(path))
    .count(number)
}

/// Bytes that all lanes together may spend on counts.
const LANE_BUDGET: usize = 32 << 20;

/// The counter files of one input.
struct Job<'a> {
    catalogue: &'a Catalogue,
    files: &'a [CovFile],
    read: &'a Reader<'a>,
    keep: KeepArgs,
    own: &'a [usize],
}

/// What a lane has added up.
#[derive(Default)]
struct Sum {
    pods: Vec<Option<PodSum>>,
    orphans: BTreeMap<Hash, (u64, String)>,
    segmented: Option<(u64, String)>,
}

#[derive(Default)]
struct PodSum {
    files: u32,
    values: Vec<u32>,
    args: Option<Args>,
}

impl Job<'_> {
    /// Decodes the files in lanes, each with counts of its own, and adds the lanes up: no file waits for another.
    fn run(&self) -> Result<Sum> {
        let next = AtomicUsize::new(0);
        let failed = AtomicBool::new(false);
        let lanes: Vec<std::result::Result<Sum, (usize, Error)>> = match self.lanes() {
            // No pool of threads for a single file.
            1 => vec![self.lane(&next, &failed)],
            lanes => (0..lanes).into_par_iter().map(|_| self.lane(&next, &failed)).collect(),
        };
        let mut sum = Sum::default();
        let mut first: Option<(usize, Error)> = None;
        for lane in lanes {
            match lane {
                Ok(lane) => self.add(&mut sum, lane),
                Err(error) if first.as_ref().is_none_or(|first| error.0 < first.0) => first = Some(error),
                Err(_) => {}
            }
        }
        sum.pods.resize_with(self.catalogue.pods.len(), || None);
        first.map_or(Ok(sum), |(_, error)| Err(error))
    }

    fn lanes(&self) -> usize {
        let units: usize = self.catalogue.pods.iter().map(|pod| pod.meta.units.len()).sum();
        let affordable = LANE_BUDGET / (4 * units + 1);
        rayon::current_num_threads().min(self.own.len()).min(affordable).max(1)
    }

    /// Takes file after file until there is none. Files are handed out in order, so the fault with the lowest number is
    /// the same on every machine.
    fn lane(&self, next: &AtomicUsize, failed: &AtomicBool) -> std::result::Result<Sum, (usize, Error)> {
        let mut sum = Sum::default();
        sum.pods.resize_with(self.catalogue.pods.len(), || None);
        let (mut bytes, mut scratch) = (Vec::new(), Vec::new());
        while !failed.load(Ordering::Relaxed) {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            let Some(&index) = self.own.get(turn) else { break };
            let Some(file) = self.files.get(index) else { break };
            bytes.clear();
            let done = (self.read)(index, &mut bytes).and_then(|()| {
                self.file(file, &bytes, &mut scratch, &mut sum).map_err(|fault| damaged(file, &fault))
            });
            if let Err(error) = done {
                failed.store(true, Ordering::Relaxed);
                return Err((turn, error));
            }
        }
        Ok(sum)
    }

    /// Adds one file.
    fn file(
        &self,
        file: &CovFile,
        bytes: &[u8],
        scratch: &mut Vec<u32>,
        sum: &mut Sum,
    ) -> std::result::Result<(), Fault> {
        let counters = CounterFile::parse(bytes)?;
        let known = self.catalogue.by_hash.get(&counters.hash).and_then(|&index| {
            Some((
                self.catalogue.pods.get(index)?,
                self.catalogue.slots.get(index)?,
                sum.pods.get_mut(index)?,
            ))
        });
        let Some((pod, slots, slot)) = known else {
            counters.visit(scratch, |_| Ok(()))?;
            let orphan = sum.orphans.entry(counters.hash).or_insert_with(|| (0, file.path.clone()));
            orphan.0 += 1;
            orphan.1 = std::mem::take(&mut orphan.1).min(file.path.clone());
            return Ok(());
        };
        if counters.segments > 1 {
            sum.segmented = first_of(sum.segmented.take(), Some((1, file.path.clone())));
        }
        let slot =
            slot.get_or_insert_with(|| PodSum { values: vec![0; pod.meta.units.len()], ..PodSum::default() });
        slot.files = slot.files.saturating_add(1);
        if self.keep == KeepArgs::Common {
            let args = counters.args()?;
            slot.args = Some(match slot.args.take() {
                Some(known) => common_args(known, &args),
                None => args,
            });
        }
        counters.visit(scratch, |entry| add_entry(&pod.meta, slots, &entry, &mut slot.values))
    }

    /// Adds a lane to the sum. Neither adding nor stopping at the largest number depends on the order of the lanes.
    fn add(&self, sum: &mut Sum, lane: Sum) {
        sum.segmented = first_of(sum.segmented.take(), lane.segmented);
        for (hash, (number, path)) in lane.orphans {
            let orphan = sum.orphans.entry(hash).or_insert_with(|| (0, path.clone()));
            orphan.0 += number;
            orphan.1 = std::mem::take(&mut orphan.1).min(path);
        }
        if sum.pods.is_empty() {
            sum.pods = lane.pods;
            return;
        }
        for ((sum, lane), pod) in sum.pods.iter_mut().zip(lane.pods).zip(&self.catalogue.pods) {
            let Some(lane) = lane else { continue };
            let Some(sum) = sum else {
                *sum = Some(lane);
                continue;
            };
            sum.files = sum.files.saturating_add(lane.files);
            add_counts(pod.meta.mode, &mut sum.values, &lane.values);
            sum.args = match (sum.args.take(), lane.args) {
                (Some(a), Some(b)) => Some(common_args(a, &b)),
                (a, b) => a.or(b),
            };
        }
    }
}

/// Where the counts of functions lie, in a form that stays in the processor's cache: every entry of every counter file
/// asks here.
#[derive(Debug, Default)]
struct Slots {
    /// First function of each package, and one more.
    packages: Vec<u32>,
    /// Range of units of each function.
    functions: Vec<(u32, u32)>,
}

impl Slots {
    fn of(meta: &Meta) -> Self {
        let packages = meta.packages.iter().map(|package| package.functions.start);
        let end = u32::try_from(meta.functions.len()).unwrap_or(u32::MAX);
        let functions = meta.functions.iter().map(|function| (function.units.start, function.units.end));
        Self { packages: packages.chain([end]).collect(), functions: functions.collect() }
    }

    #[inline]
    fn get<'a>(&self, package: u32, function: u32, values: &'a mut [u32]) -> Option<&'a mut [u32]> {
        let &[start, end, ..] = self.packages.get(package as usize..)? else { return None };
        let index = start.checked_add(function).filter(|&index| index < end)?;
        let &(from, to) = self.functions.get(index as usize)?;
        values.get_mut(from as usize..to as usize)
    }
}

/// Adds the counters of a function, after a look whether the meta-data knows it.
#[inline]
fn add_entry(
    meta: &Meta,
    slots: &Slots,
    entry: &Entry<'_>,
    values: &mut [u32],
) -> std::result::Result<(), Fault> {
    match slots.get(entry.package, entry.function, values) {
        Some(slots) if slots.len() == entry.counters.len() => {
            entry.counters.add_to(meta.mode, slots);
            Ok(())
        }
        _ => Err(misfit(meta, entry)),
    }
}

/// Why an entry does not fit the meta-data.
#[cold]
fn misfit(meta: &Meta, entry: &Entry<'_>) -> Fault {
    let what = match (meta.function(entry.package, entry.function), meta.packages.get(entry.package as usize))
    {
        (Some(function), _) => format!(
            "{} for the function {}, which has {}",
            counted(entry.counters.len() as u64, "counter"),
            function.name,
            counted(function.units.len() as u64, "unit")
        ),
        (None, Some(package)) => format!(
            "function {} of package {} is not in the meta-data, which has {} there",
            entry.function,
            entry.package,
            counted(package.functions.len() as u64, "function")
        ),
        (None, None) => format!(
            "function {} of package {} is not in the meta-data, which has {}",
            entry.function,
            entry.package,
            counted(meta.packages.len() as u64, "package")
        ),
    };
    Fault::at(entry.offset, what)
}

/// Adds numbers of files; keeps the path that sorts first.
fn first_of(a: Option<(u64, String)>, b: Option<(u64, String)>) -> Option<(u64, String)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0 + b.0, a.1.min(b.1))),
        (a, b) => a.or(b),
    }
}
