//! 年报监管 The zero-value list, filing progress, analysis, and the comparison with what follows from it, in the graph.

pub mod analysis;
pub mod comparison;
pub mod letters;
pub mod mutation;
pub mod progress;
pub mod zero_value;

use async_graphql::Context;
use entities::Scope;
use rules::annual_report::{FilerKind, window};
use rules::region::{self, RegionCode};
use schema::scalars::Uscc;
use schema::{Answer, Code, Failure};
use services::command::{Permit, Power};

use crate::access::caller;
use crate::loaders::Loaders;

/// The permit for a region, or else for the largest of one's own in which the act is allowed.
///
/// # Errors
/// `NOT_SIGNED_IN`, `NOT_PERMITTED`, `INVALID_INPUT` for a region that is none.
pub(crate) fn permitted_in<'c, P: Power>(
    ctx: &Context<'c>,
    region: Option<schema::scalars::RegionCode>,
) -> Answer<(Permit<'c, P>, RegionCode)> {
    let caller = caller(ctx)?;
    let region = match region {
        Some(region) => known(region.0)?,
        None => own::<P>(&caller.viewer),
    };
    let permit = caller
        .may_in::<P>(region)
        .map_err(|error| Failure::refused(Code::named(error.code).unwrap_or(Code::NotPermitted), error.message))?;
    Ok((permit, region))
}

/// 本辖区 The largest region in which a viewer may do it; the province's own code if there is none, for the refusal.
pub(crate) fn own<P: Power>(viewer: &rules::access::Viewer) -> RegionCode {
    let regions = viewer.grants().iter().map(|grant| grant.region).filter(|region| viewer.holds_in(P::ACT, *region));
    regions.min_by_key(|region| (region.level(), *region)).unwrap_or(SHAANXI)
}

/// 陕西省 Whose register this is.
const SHAANXI: RegionCode = RegionCode::new(610_000).expect("the form of a province");

/// A region that there is.
///
/// # Errors
/// `INVALID_INPUT`.
pub(crate) fn known(code: RegionCode) -> Answer<RegionCode> {
    let unknown = || Failure::refused(Code::InvalidInput, format!("没有行政区划 {code}，请核对代码。"));
    region::find(code).map(|region| region.code).ok_or_else(unknown)
}

/// A year of which reports are filed.
///
/// # Errors
/// `INVALID_INPUT`.
pub(crate) fn reported(year: i32) -> Answer<i32> {
    let unknown = || Failure::refused(Code::InvalidInput, format!("{year} 年度没有年度报告，请核对年度。"));
    window(FilerKind::Enterprise, year).map(|_| year).ok_or_else(unknown)
}

/// The key of an enterprise that a list is narrowed to; one that there is not narrows to nothing.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn enterprise(all: &Loaders, uscc: Option<Uscc>, scope: Scope) -> Answer<Option<i64>> {
    let Some(uscc) = uscc else { return Ok(None) };
    let row = all.enterprise_by_uscc.load((uscc.0.to_string(), scope)).await?;
    Ok(Some(row.map_or(0, |row| row.id)))
}
