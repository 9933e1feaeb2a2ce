//! The check `owners`: which CODEOWNERS file is read, and which of its lines say nothing.

use super::{Check, Health, Settings, counted};
use crate::host::Host;
use crate::pipeline::owners;
use crate::pipeline::tree::Root;

/// Lines that are named before the rest is summed up.
const SHOWN: usize = 10;

/// Looks at the file, where there is one.
pub(super) fn examine(settings: &Settings, root: &Root, host: &Host, health: &mut Health) {
    let Some(file) = owners::read(root, &host.env, &settings.ci) else { return };
    let place = file.place;
    let check = match file.read {
        Err(why) => Check::warn(
            "owners",
            format!("{place} was not read: {why}"),
            "make it a regular file below 3 MiB",
        ),
        Ok((dialect, parsed)) => {
            let rules = format!("{place}: {} of {}", counted(parsed.rules, "rule"), dialect.title());
            match odd_lines(&parsed.odd) {
                None => Check::ok("owners", rules),
                Some(odd) => Check::warn("owners", format!("{rules}, {odd}"), "mend or remove these lines"),
            }
        }
    };
    health.checks.push(check);
}

/// `2 lines that are no rule: 4 9`.
fn odd_lines(odd: &[u32]) -> Option<String> {
    let shown: Vec<String> = odd.iter().take(SHOWN).map(u32::to_string).collect();
    let what = match odd.len() {
        0 => return None,
        1 => "1 line that is no rule".to_owned(),
        several => format!("{several} lines that are no rule"),
    };
    let more = if odd.len() > SHOWN { " …" } else { "" };
    Some(format!("{what}: {}{more}", shown.join(" ")))
}
