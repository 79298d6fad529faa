//! 变更 What the events of the outbox are about: records, and the enterprises to which they belong.

use sea_orm::DbErr;

use crate::Database;
use crate::operations::Recorded;
use crate::read::Value;
use crate::statement::Sql;

/// Tables whose rows belong to an enterprise and are seen in the graph.
pub const FAMILIES: [&str; 9] = [
    "licences",
    "inspections",
    "penalties",
    "abnormal_listings",
    "serious_violations",
    "credit_repairs",
    "annual_reports",
    "cross_region_records",
    "notices",
];
/// The table of the enterprises themselves.
pub const ENTERPRISES: &str = "enterprises";

/// 变更 A record that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Position in the outbox.
    pub sequence: i64,
    /// Table of the record.
    pub family: &'static str,
    /// `UPSERT` or `DELETE`.
    pub act: String,
    /// The record.
    pub id: i64,
    /// The enterprise to which it belongs.
    pub enterprise: i64,
}

/// The records that an event tells of, all or those of one enterprise, in the order of their keys. Rows
/// that are gone belong to nobody any more and are left out, and so are those about enterprises of other
/// provinces.
///
/// # Errors
/// Any failure of the database.
pub async fn of_event(db: &Database, event: &Recorded, only: Option<i64>) -> Result<Vec<Change>, DbErr> {
    let (family, owner) = match FAMILIES.iter().find(|family| **family == event.family) {
        Some(family) => (*family, "enterprise_id"),
        None if event.family == ENTERPRISES => (ENTERPRISES, "id"),
        None => return Ok(Vec::new()),
    };
    let mut sql = Sql::new(db.backend(), "SELECT id, ");
    sql.push(owner).push(" FROM ").push(family).push(" WHERE id >= ").bind(event.first_id);
    sql.push(" AND id <= ").bind(event.last_id);
    match only {
        Some(enterprise) => sql.push(" AND ").push(owner).push(" = ").bind(enterprise),
        None => sql.push(" AND ").push(owner).push(" IS NOT NULL"),
    };
    sql.push(" ORDER BY id");
    let change = |row: &sea_orm::QueryResult| {
        Ok(Change {
            sequence: event.sequence,
            family,
            act: event.act.clone(),
            id: i64::value(row, 0)?,
            enterprise: i64::value(row, 1)?,
        })
    };
    db.query_all(sql.finish()).await?.iter().map(change).collect()
}

/// 段 A part of the rows of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Position of the event in the outbox.
    pub sequence: i64,
    /// First key.
    pub first: i64,
    /// Last key.
    pub last: i64,
}

/// The records of one table within these spans, in the order of their keys, at most `limit`; as in [`of_event`], rows
/// that are gone are left out. A record that lies in several spans comes once for each.
///
/// # Errors
/// Any failure of the database.
pub async fn within(db: &Database, family: &str, spans: &[Span], limit: usize) -> Result<Vec<Change>, DbErr> {
    let (family, owner) = match FAMILIES.iter().find(|known| **known == family) {
        Some(family) => (*family, "enterprise_id"),
        None if family == ENTERPRISES => (ENTERPRISES, "id"),
        None => return Ok(Vec::new()),
    };
    let mut sql = Sql::new(db.backend(), "SELECT id, ");
    sql.push(owner).push(" FROM ").push(family).push(" WHERE ").push(owner).push(" IS NOT NULL AND (");
    for (number, span) in spans.iter().enumerate() {
        sql.push(if number == 0 { "id BETWEEN " } else { " OR id BETWEEN " }).bind(span.first);
        sql.push(" AND ").bind(span.last);
    }
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    sql.push(") ORDER BY id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let rows: Vec<(i64, i64)> = db
        .query_all(sql.finish())
        .await?
        .iter()
        .map(|row| Ok((i64::value(row, 0)?, i64::value(row, 1)?)))
        .collect::<Result<_, DbErr>>()?;
    let told = |span: &Span, &(id, enterprise): &(i64, i64)| {
        (span.first..=span.last).contains(&id).then(|| Change {
            sequence: span.sequence,
            family,
            act: "UPSERT".to_owned(),
            id,
            enterprise,
        })
    };
    Ok(spans.iter().flat_map(|span| rows.iter().filter_map(|row| told(span, row))).collect())
}
