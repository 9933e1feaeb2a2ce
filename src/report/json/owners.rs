//! The field `owners`: what each owner of files has.

use serde::Serialize;

use super::TotalsJson;
use crate::model::OwnerReport;

#[derive(Serialize)]
pub(super) struct OwnerJson<'a> {
    name: Option<&'a str>,
    files: u64,
    totals: TotalsJson,
    patch: Option<TotalsJson>,
}

impl<'a> OwnerJson<'a> {
    pub(super) fn of(owner: &'a OwnerReport) -> Self {
        Self {
            name: owner.name.as_deref(),
            files: owner.files,
            totals: TotalsJson::of(&owner.totals),
            patch: owner.patch.as_ref().map(TotalsJson::of),
        }
    }
}
