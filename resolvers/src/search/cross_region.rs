//! 跨地域检索的用途 What an office has to say before it is shown what other provinces sent, and the trace
//! of it.

use async_graphql::Context;
use entities::scope::Audience;
use schema::{Answer, Code, Failure};
use serde::Serialize;
use services::access::purpose::{Purpose, Reading};
use services::index::{Family, SearchFilter, Sight};

use crate::access::caller;
use crate::credit::cross_region_list::needed;
use crate::owner::{loaders, scope};

/// A search for which all was said that has to be.
pub struct Stated {
    /// What it may find.
    pub sight: Sight,
    purpose: Option<Purpose>,
}

/// 检索内容 As the audit log keeps it.
#[derive(Serialize)]
pub struct Trace {
    query: Option<String>,
    filter: SearchFilter,
}

impl Trace {
    /// What is searched for.
    pub fn new(query: Option<&str>, filter: &SearchFilter) -> Self {
        Self { query: query.map(str::to_owned), filter: filter.clone() }
    }
}

/// The sight of the viewer, once a purpose is stated where one is needed.
///
/// # Errors
/// `INVALID_PURPOSE`.
pub fn stated(ctx: &Context<'_>, purpose: Option<&str>) -> Answer<Stated> {
    let scope = scope(ctx)?;
    let purpose = needed(scope, purpose)?;
    let sight = match scope.audience {
        Audience::Public => Sight::Public { today: scope.today },
        Audience::Office => Sight::Everything { today: scope.today },
    };
    Ok(Stated { sight, purpose })
}

impl Stated {
    /// Keeps what was read; without a trace of it no answer goes out.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn record(&self, ctx: &Context<'_>, trace: &Trace, rows: usize) -> Answer<()> {
        if let Some(purpose) = &self.purpose {
            let reading = Reading {
                act: "READ_CROSS_REGION",
                subject: "crossRegionSearch",
                filter: trace,
                fields: Vec::new(),
                rows,
            };
            purpose.record(&loaders(ctx)?.db, caller(ctx)?, reading).await?;
        }
        Ok(())
    }
}

/// The filter, narrowed to what other provinces sent.
///
/// # Errors
/// `INVALID_INPUT` if it asks for records of our own.
pub fn narrowed(mut filter: SearchFilter) -> Answer<SearchFilter> {
    if filter.families.iter().any(|family| !Family::CROSS_REGION.contains(family)) {
        let message = "crossRegionSearch 的 filter.families 只能是跨地域的类别；本省记录请用 search 查询。";
        return Err(Failure::refused(Code::InvalidInput, message));
    }
    if filter.families.is_empty() {
        filter.families = Family::CROSS_REGION.to_vec();
    }
    Ok(filter)
}
