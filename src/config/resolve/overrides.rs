//! `gate.overrides`: bounds for paths and for owners.

use super::{Reader, one_of};
use crate::config::file::override_gates;
use crate::config::layer::{Item, Origin, RawOverride, shown};
use crate::error::{Error, Result};
use crate::model::GateName;
use crate::model::owner::same_owner;
use crate::settings::{Named, Override};

impl Reader<'_> {
    pub(super) fn overrides(&self) -> Result<Vec<Override>> {
        let Some(file) = &self.layers.file else { return Ok(Vec::new()) };
        let mut overrides: Vec<Override> = Vec::new();
        for (index, raw) in file.overrides.iter().enumerate() {
            let rule = self.one_override(raw)?;
            if let Some(first) = overrides.iter().position(|earlier| shadows(earlier, &rule)) {
                let message = format!("override {} can never match: rule {} covers it", index + 1, first + 1);
                let spot = raw.path.as_ref().or(raw.owner.as_ref()).and_then(|named| match named.origin {
                    Origin::File(spot) => Some(spot),
                    _ => None,
                });
                return Err(file.fault(spot.unwrap_or(raw.spot), &message));
            }
            overrides.push(rule);
        }
        Ok(overrides)
    }

    fn one_override(&self, raw: &RawOverride) -> Result<Override> {
        let fault = |message: &str| {
            let file = self.layers.file.as_ref();
            file.map_or_else(|| Error::config(message), |file| file.fault(raw.spot, message))
        };
        let (path, named) = match (&raw.path, &raw.owner) {
            (Some(path), None) => self.named_by_path(path)?,
            (None, Some(owner)) => self.named_by_owner(owner)?,
            (Some(_), Some(_)) => return Err(fault("an override has a path or an owner, not both")),
            (None, None) => return Err(fault("an override needs a path or an owner")),
        };
        let mut bounds = Vec::new();
        for (gate, item) in &raw.bounds {
            let name = format!("gate.overrides.{}", gate.name.name());
            bounds.push((gate.name, self.bound(gate, &name, item)?));
        }
        if bounds.is_empty() {
            let (of_owner, whose) = match named {
                Named::Path(_) => (false, ""),
                Named::Owner => (true, " of an owner"),
            };
            let gates = override_gates(of_owner);
            return Err(fault(&format!("an override{whose} needs a gate: {}", one_of(&gates))));
        }
        bounds.sort_by_key(|(name, _)| *name);
        Ok(Override { path, named, bounds })
    }

    fn named_by_path(&self, path: &Item) -> Result<(String, Named)> {
        const NAME: &str = "gate.overrides.path";
        let pattern = self.pattern(NAME, path)?;
        if pattern.negated {
            return Err(self.layers.fault(NAME, path, "starts with `!`; the first match wins here"));
        }
        Ok((pattern.text.clone(), Named::Path(pattern)))
    }

    /// The owner as it stands in CODEOWNERS; that it stands there is not known yet.
    fn named_by_owner(&self, owner: &Item) -> Result<(String, Named)> {
        let text = owner.text.trim();
        if text.contains('@') && !text.contains(char::is_whitespace) {
            return Ok((text.to_owned(), Named::Owner));
        }
        let message =
            format!("{} is no owner; expected \"@org/team\", \"@user\" or mail", shown(&owner.text));
        Err(self.layers.fault("gate.overrides.owner", owner, &message))
    }
}

/// Whether an earlier rule takes everything that a later one could match, for all gates that the later one names.
fn shadows(earlier: &Override, later: &Override) -> bool {
    let names = |rule: &Override, gate: GateName| rule.bounds.iter().any(|(name, _)| *name == gate);
    let covers = match (&earlier.named, &later.named) {
        (Named::Path(earlier), Named::Path(later)) => earlier.covers(later),
        (Named::Owner, Named::Owner) => same_owner(&earlier.path, &later.path),
        _ => false,
    };
    covers && later.bounds.iter().all(|(gate, _)| names(earlier, *gate))
}
