//! 跨地域查询 The lists of what other provinces sent: one way to read them for all four, with a purpose where it is
//! needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, InputObject, SelectionField};
use entities::cross_region::{self, Filter};
use entities::page::KeyKind;
use entities::scope::{Audience, Scope};
use rules::region::RegionLevel;
use rules::vocabulary::{CrossRegionKind, OffsiteCaseState};
use schema::paging::Arguments;
use schema::scalars::{RegionCode, Uscc};
use schema::{Answer, Code, Failure};
use services::access::purpose::{Purpose, Reading};

use super::cross_region::CrossRegionRecordConnection;
use crate::access::caller;
use crate::enterprise::list::{DateRange, text};
use crate::owner::{Owner, loaders, scope};
use crate::window::window;

/// 跨地域查询条件 All given conditions hold together.
#[derive(InputObject, Clone, Default)]
pub struct CrossRegionFilter {
    /// 统一社会信用代码 Of the party.
    pub uscc: Option<Uscc>,
    /// 名称包含 A part of the name of the party.
    pub name_contains: Option<String>,
    /// 机关包含 A part of the name of the authority.
    pub authority_contains: Option<String>,
    /// 来源省份
    pub province_code: Option<RegionCode>,
    /// 决定日期
    pub decided_on: Option<DateRange>,
}

/// 异地案件查询条件 All given conditions hold together; an empty list does not narrow.
#[derive(InputObject, Clone, Default)]
pub struct OffsiteCaseFilter {
    /// What holds for records of every kind.
    #[graphql(flatten)]
    pub of: CrossRegionFilter,
    /// 协同状态 Any of these.
    pub states: Option<Vec<OffsiteCaseState>>,
}

impl CrossRegionFilter {
    /// The filter in storage's words.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a code that is no province's or a text that is too long.
    pub fn checked(self, kind: CrossRegionKind) -> Answer<Filter> {
        let decided = self.decided_on.unwrap_or_default();
        Ok(Filter {
            kind,
            uscc: self.uscc.map(|code| code.0.to_string()),
            name_contains: text("nameContains", self.name_contains)?,
            authority_contains: text("authorityContains", self.authority_contains)?,
            province: self.province_code.map(province).transpose()?,
            decided_on: (decided.gte.map(|day| day.0), decided.lte.map(|day| day.0)),
            states: Vec::new(),
        })
    }
}

impl OffsiteCaseFilter {
    /// The filter in storage's words.
    ///
    /// # Errors
    /// As [`CrossRegionFilter::checked`].
    pub fn checked(self) -> Answer<Filter> {
        let states = self.states.unwrap_or_default();
        Ok(Filter { states, ..self.of.checked(CrossRegionKind::OffsiteCase)? })
    }
}

fn province(code: RegionCode) -> Answer<rules::region::RegionCode> {
    if code.0.level() == RegionLevel::Province {
        return Ok(code.0);
    }
    let message = format!("provinceCode 的值“{}”不是省级行政区划代码，应以 0000 结尾，例如“410000”。", code.0);
    Err(Failure::refused(Code::InvalidInput, message))
}

/// 查询 What is asked of a list.
pub struct Asked {
    /// 客体 The root field, as the audit log names it.
    pub list: &'static str,
    /// The records.
    pub filter: Filter,
    /// 前若干条
    pub first: Option<i32>,
    /// 在此游标之后
    pub after: Option<String>,
    /// 用途 As it was stated.
    pub purpose: Option<String>,
}

/// A page of a list. An office says what for, and no answer goes out before the trace of it is kept.
///
/// # Errors
/// `INVALID_PURPOSE`, `INVALID_PAGE`, `INVALID_CURSOR`, or a fault of the database.
pub async fn read(ctx: &Context<'_>, asked: Asked) -> Answer<CrossRegionRecordConnection> {
    let (db, scope) = (&loaders(ctx)?.db, scope(ctx)?);
    let Asked { list, filter, first, after, purpose } = asked;
    let purpose = needed(scope, purpose.as_deref())?;
    let total = ctx.look_ahead().field("totalCount").exists();
    let arguments = Arguments { first, after, last: None, before: None };
    let window = window(CrossRegionRecordConnection::LIST, &arguments, total, KeyKind::Day)?;
    let mut page = cross_region::page(db, &filter, &window, &scope).await?;
    if total {
        page.total = Some(cross_region::count(db, &filter, &scope).await?);
    }
    if let Some(purpose) = purpose {
        let (fields, rows) = (fields(ctx.field()), page.rows.len());
        let reading = Reading { act: "READ_CROSS_REGION", subject: list, filter: &filter, fields, rows };
        purpose.record(db, caller(ctx)?, reading).await?;
    }
    Ok(CrossRegionRecordConnection::new(Arc::new(page), Owner::unknown(scope)))
}

/// The purpose that an office has to state; the public needs none for what is published.
///
/// # Errors
/// `INVALID_PURPOSE`.
pub fn needed(scope: Scope, purpose: Option<&str>) -> Answer<Option<Purpose>> {
    if scope.audience == Audience::Public {
        return Ok(None);
    }
    let stated = purpose.and_then(Purpose::stated);
    stated.map(Some).ok_or_else(|| Failure::refused(Code::InvalidPurpose, Code::InvalidPurpose.explanation()))
}

/// The fields of the records that are read, for the audit log.
fn fields(connection: SelectionField<'_>) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut add = |record: SelectionField<'_>| {
        names.extend(record.selection_set().map(|field| field.name().to_owned()));
    };
    for field in connection.selection_set() {
        match field.name() {
            "nodes" => add(field),
            "edges" => field.selection_set().filter(|field| field.name() == "node").for_each(&mut add),
            _ => {}
        }
    }
    names.into_iter().collect()
}
