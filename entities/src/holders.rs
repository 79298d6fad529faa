//! 股东与主要人员 Holders with their contributions, and key persons, by enterprise.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::DbErr;

use crate::enterprise::{contribution, key_person, shareholder};
use crate::read::{self, Record};
use crate::statement::Sql;
use crate::together::{List, Lists, Together};
use crate::{Database, Scope};

/// 股东 A holder and what was promised and paid.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The holder.
    pub holder: shareholder::Model,
    /// The contributions.
    pub contributions: Vec<contribution::Model>,
}

/// Holders of many enterprises, in one statement. Former holders are not stored; what was paid after
/// the day of the scope is not seen.
///
/// # Errors
/// Any failure of the database.
pub async fn of_enterprises(
    db: &Database,
    ids: &[i64],
    scope: &Scope,
) -> Result<HashMap<i64, Arc<Vec<Holder>>>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut together = Together::new(db);
    let asked = Asked::of(&mut together, ids);
    let holders = asked.holders(&mut together.read(db).await?, scope)?;
    Ok(shared(group(holders, |row| row.holder.enterprise_id), ids))
}

/// 所问股东 Holders among lists that are read together.
pub(crate) struct Asked {
    holders: List<shareholder::Model>,
    contributions: List<contribution::Model>,
}

impl Asked {
    pub(crate) fn of(together: &mut Together, ids: &[i64]) -> Self {
        Self {
            holders: together.records(|sql| {
                sql.push(" WHERE ").any_number("enterprise_id", ids).push(" ORDER BY id");
            }),
            contributions: together.records(|sql| {
                sql.push(" WHERE shareholder_id IN (SELECT id FROM shareholders WHERE ");
                sql.any_number("enterprise_id", ids).push(") ORDER BY id");
            }),
        }
    }

    /// In the order of their keys.
    pub(crate) fn holders(&self, lists: &mut Lists, scope: &Scope) -> Result<Vec<Holder>, DbErr> {
        let mut contributions = lists.records(&self.contributions)?;
        for unpaid in contributions.iter_mut().filter(|row| row.paid_on.is_some_and(|day| day > scope.day())) {
            (unpaid.paid_fen, unpaid.paid_on, unpaid.paid_form) = (0, None, None);
        }
        let mut paid: HashMap<i64, Vec<contribution::Model>> = group(contributions, |row| row.shareholder_id);
        let holder = |holder: shareholder::Model| {
            let contributions = paid.remove(&holder.id).unwrap_or_default();
            Holder { holder, contributions }
        };
        Ok(lists.records(&self.holders)?.into_iter().map(holder).collect())
    }
}

/// Key persons of many enterprises who were in office on the day of the scope, in one statement. Those
/// who have left are not stored.
///
/// # Errors
/// Any failure of the database.
pub async fn key_persons_of(
    db: &Database,
    ids: &[i64],
    scope: &Scope,
) -> Result<HashMap<i64, Arc<Vec<key_person::Model>>>, DbErr> {
    let mut rows: Vec<key_person::Model> = children(db, "enterprise_id", ids).await?;
    rows.retain(|row| row.since.is_none_or(|day| day <= scope.day()));
    Ok(shared(group(rows, |row| row.enterprise_id), ids))
}

/// Every record of a table that belongs to one of `ids`, oldest key first.
pub(crate) async fn children<R: Record>(db: &Database, column: &str, ids: &[i64]) -> Result<Vec<R>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::select::<R>(db.backend());
    sql.push(" WHERE ").any_number(column, ids).push(" ORDER BY id");
    read::all(db, sql).await
}

pub(crate) fn group<T>(rows: impl IntoIterator<Item = T>, owner: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(owner(&row)).or_default().push(row);
    }
    groups
}

/// An entry for every owner, empty for those without rows.
pub(crate) fn shared<T>(mut groups: HashMap<i64, Vec<T>>, ids: &[i64]) -> HashMap<i64, Arc<Vec<T>>> {
    ids.iter().map(|id| (*id, Arc::new(groups.remove(id).unwrap_or_default()))).collect()
}
