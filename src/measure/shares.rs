//! What each input contributes: what it covers, and what nothing else covers ("which test cannot be spared").
//!
//! Input: the counted packages and the sets of inputs that their blocks name. Statements are exact. A line belongs to one
//! input alone when a block on it was hit by that input alone, and no block on it by any other.

use std::collections::BTreeMap;

use crate::model::report::InputShare;
use crate::model::{FileReport, PackageReport, Tally};

/// One share for each input, in the order of their labels. Inputs of one label are one: each gets the share of all.
pub fn shares(packages: &[PackageReport], input_sets: &[Vec<u32>], labels: &[&str]) -> Vec<InputShare> {
    let first = |label: &str| labels.iter().position(|other| *other == label).unwrap_or(0);
    let groups: Vec<usize> = labels.iter().map(|label| first(label)).collect();
    let input_sets: Vec<Vec<u32>> = input_sets.iter().map(|set| grouped(set, &groups)).collect();
    let shares = of_groups(packages, &input_sets, labels.len());
    groups.iter().map(|&group| shares.get(group).cloned().unwrap_or_default()).collect()
}

fn grouped(set: &[u32], groups: &[usize]) -> Vec<u32> {
    let group = |input: &u32| groups.get(*input as usize).and_then(|&group| u32::try_from(group).ok());
    let mut set: Vec<u32> = set.iter().filter_map(group).collect();
    set.sort_unstable();
    set.dedup();
    set
}

fn of_groups(packages: &[PackageReport], input_sets: &[Vec<u32>], inputs: usize) -> Vec<InputShare> {
    let mut shares = vec![InputShare::default(); inputs];
    let total: u64 = packages.iter().map(|package| package.totals.statements.total).sum();
    for share in &mut shares {
        share.statements = Tally::new(0, total);
    }
    for file in packages.iter().flat_map(|package| &package.files) {
        for block in file.blocks.iter().filter(|block| block.count > 0) {
            let set = input_sets.get(block.inputs.0 as usize).map_or(&[][..], Vec::as_slice);
            for &input in set {
                let Some(share) = shares.get_mut(input as usize) else { continue };
                share.statements.covered += u64::from(block.stmts);
                if set.len() == 1 {
                    share.only_statements += u64::from(block.stmts);
                }
            }
        }
        if inputs > 1 {
            for (input, lines) in lone_lines(file, input_sets) {
                if let Some(share) = shares.get_mut(input as usize) {
                    share.only_lines.push((file.path.clone(), ranges(&lines)));
                }
            }
        }
    }
    for share in &mut shares {
        share.only_lines.sort();
    }
    shares
}

/// Lines with hits of one input alone, by input.
fn lone_lines(file: &FileReport, input_sets: &[Vec<u32>]) -> BTreeMap<u32, Vec<u32>> {
    // Covered lines, each with the one input that hit it so far; `None` behind it when several did.
    let hit = file.lines.iter().filter(|(_, hits)| *hits > 0);
    let mut owners: Vec<(u32, Option<Option<u32>>)> = hit.map(|&(line, _)| (line, None)).collect();
    for block in file.blocks.iter().filter(|block| block.count > 0 && block.stmts > 0) {
        let set = input_sets.get(block.inputs.0 as usize).map_or(&[][..], Vec::as_slice);
        let own = if let [only] = set { Some(*only) } else { None };
        let from = owners.partition_point(|&(line, _)| line < block.extent.start.line);
        let to = owners.partition_point(|&(line, _)| line <= block.extent.end.line);
        for (_, owner) in owners.get_mut(from..to.max(from)).unwrap_or_default() {
            *owner = Some(match *owner {
                None => own,
                Some(known) if known == own => own,
                Some(_) => None,
            });
        }
    }
    let mut lone: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (line, owner) in owners {
        if let Some(Some(input)) = owner {
            lone.entry(input).or_default().push(line);
        }
    }
    lone
}

/// Neighbouring numbers as inclusive ranges.
fn ranges(lines: &[u32]) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &line in lines {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(line) => *last = line,
            _ => ranges.push((line, line)),
        }
    }
    ranges
}
