//! What `explain` is asked for.

use super::near_finding;
use crate::config::layer::shown;
use crate::error::{Error, Result};
use crate::model::Code;

/// A finding, or `FILE:LINE`.
pub(super) fn topic(topic: &str) -> Result<()> {
    if Code::from_name(topic).is_some() || line_of(topic).is_some() {
        return Ok(());
    }
    // No name of a finding holds one of these.
    if topic.contains([':', '.', '/', '\\']) {
        let file = topic.split_once(".go").map_or("a/a.go".to_owned(), |(stem, _)| format!("{stem}.go"));
        return Err(Error::usage(format!(
            "{} is no place; expected FILE:LINE, one line by its number",
            shown(topic)
        ))
        .help(format!("coverdict explain {file}:LINE")));
    }
    let hint = near_finding(topic);
    let error = Error::usage(format!("there is no finding {}{hint}", shown(topic)));
    if !hint.is_empty() {
        return Err(error);
    }
    let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    Err(error.note(format!("findings: {}", names.join(" "))))
}

/// The line of `FILE:LINE`.
fn line_of(place: &str) -> Option<u32> {
    let (file, line) = place.rsplit_once(':')?;
    if file.is_empty() || !line.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    line.parse().ok().filter(|line| 0 < *line)
}
