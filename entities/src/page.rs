//! 分页 Keyset pages: of one list, and of the lists of many parents in one statement.
//!
//! A list is ordered by `(key, id)`, so that a cursor stays where it was when rows come and go.
//! One row more than asked for is read to learn whether there is another page.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};

use crate::read::{self, Record, Value};
use crate::statement::Sql;
use crate::{Database, Scope};

/// The sort key of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// A number, such as a year or an amount in 分.
    Number(i64),
    /// A day.
    Day(NaiveDate),
    /// A word, compared byte by byte.
    Text(String),
}

/// What the keys of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Numbers.
    Number,
    /// Days.
    Day,
    /// Texts.
    Text,
}

impl KeyKind {
    /// Whether a key that a client sends can be one of the list, and the database can be asked for it:
    /// years have four digits, and no text holds the character NUL.
    pub fn accepts(self, key: &Key) -> bool {
        match (self, key) {
            (Self::Number, Key::Number(_)) => true,
            (Self::Day, Key::Day(day)) => (0..=9999).contains(&day.year()),
            (Self::Text, Key::Text(text)) => !text.contains('\0'),
            _ => false,
        }
    }
}

/// 游标位置 Where a row stands in its list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Sort key.
    pub key: Key,
    /// Identity, which breaks ties.
    pub id: i64,
}

/// The part of a list that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Rows at most.
    pub limit: u32,
    /// `true` takes the last rows (`last`), `false` the first (`first`).
    pub from_end: bool,
    /// Only what follows this row.
    pub after: Option<Position>,
    /// Only what precedes this row.
    pub before: Option<Position>,
    /// Whether the whole list is to be counted.
    pub total: bool,
}

/// 页 The rows of a window, in the order of the list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether rows precede them.
    pub has_previous: bool,
    /// Whether rows follow them.
    pub has_next: bool,
    /// Length of the whole list, when it was asked for.
    pub total: Option<u64>,
}

impl<T> Page<T> {
    /// A page without rows.
    pub const fn empty() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false, total: None }
    }

    /// Makes a page of up to `limit + 1` rows that were read in the direction of the window.
    pub fn of(mut rows: Vec<T>, window: &Window, total: Option<u64>) -> Self {
        let more = rows.len() > window.limit as usize;
        rows.truncate(window.limit as usize);
        if window.from_end {
            rows.reverse();
        }
        let (has_previous, has_next) =
            if window.from_end { (more, window.before.is_some()) } else { (window.after.is_some(), more) };
        Self { rows, has_previous, has_next, total }
    }
}

/// The order of a list: the key's column or expression, and its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// Column or indexed expression.
    pub key: &'static str,
    /// Highest first.
    pub descending: bool,
}

/// Appends ` AND (key, id) < (…)` for the cursors, ` ORDER BY` and ` LIMIT`.
pub fn push_window(sql: &mut Sql, order: Order, window: &Window) {
    for (position, comparison) in [
        (&window.after, if order.descending { "<" } else { ">" }),
        (&window.before, if order.descending { ">" } else { "<" }),
    ] {
        if let Some(Position { key, id }) = position {
            sql.push(" AND (").push(order.key).push(", id) ").push(comparison).push(" (");
            match key {
                Key::Number(number) => sql.bind(*number),
                Key::Day(day) => sql.bind(*day),
                Key::Text(text) => sql.bind(text.clone()),
            };
            sql.push(", ").bind(*id).push(")");
        }
    }
    let direction = if order.descending == window.from_end { " ASC" } else { " DESC" };
    sql.push(" ORDER BY ").push(order.key).push(direction).push(", id").push(direction);
    sql.push(" LIMIT ").bind(i64::from(window.limit) + 1);
}

/// 从属记录 A record that belongs to an enterprise and is paged under it, newest first.
pub trait Child: Record + Send + Sync {
    /// Column that orders the list; an index `(enterprise_id, ORDER, id)` exists.
    const ORDER: &'static str;
    /// What that column holds.
    const KEY: KeyKind;
    /// Column with the day from which the record is known.
    const KNOWN: &'static str;

    /// Where this row stands in the list of its enterprise.
    fn position(&self) -> Position;

    /// Hides what happened after the day of the scope.
    fn seen_in(self, _scope: &Scope) -> Self
    where
        Self: Sized,
    {
        self
    }

    /// Appends ` AND …` for what the audience of the scope may not see.
    fn for_audience(_sql: &mut Sql, _scope: &Scope) {}
}

/// The condition of the rows that are seen in a scope: known on its day, and meant for its audience.
pub(crate) fn seen_in<C: Child>(sql: &mut Sql, scope: &Scope) {
    sql.until(C::KNOWN, scope.day());
    C::for_audience(sql, scope);
}

/// Rows of one table by key; those that are not seen in the scope are absent.
///
/// # Errors
/// Any failure of the database.
pub async fn by_ids<C: Child>(db: &Database, ids: &[i64], scope: &Scope) -> Result<HashMap<i64, Arc<C>>, DbErr> {
    let mut sql = Sql::select::<C>(db.backend());
    sql.push(" WHERE ").any_number("id", ids).push(" AND ");
    seen_in::<C>(&mut sql, scope);
    let rows = read::all::<C>(db, sql).await?.into_iter().map(|row| row.seen_in(scope));
    Ok(rows.map(|row| (row.position().id, Arc::new(row))).collect())
}

/// Pages of the records of many enterprises: one statement, whatever the number of parents.
///
/// # Errors
/// Any failure of the database.
pub async fn pages_of<C: Child>(
    db: &Database,
    parents: &[i64],
    window: &Window,
    scope: &Scope,
) -> Result<HashMap<i64, Page<Arc<C>>>, DbErr> {
    pages_where::<C>(db, parents, window, scope, &|_| ()).await
}

/// More conditions on the rows of a list, as ` AND …`.
pub(crate) type Also<'a> = dyn Fn(&mut Sql) + Send + Sync + 'a;

/// The same of the rows for which also something else holds.
pub(crate) async fn pages_where<C: Child>(
    db: &Database,
    parents: &[i64],
    window: &Window,
    scope: &Scope,
    also: &Also<'_>,
) -> Result<HashMap<i64, Page<Arc<C>>>, DbErr> {
    let statement = pages_statement::<C>(db, parents, window, scope, also);
    let mut lists: HashMap<i64, (Vec<Arc<C>>, Option<u64>)> =
        parents.iter().map(|p| (*p, (Vec::new(), None))).collect();
    for row in db.query_all(statement.finish()).await? {
        let Some((rows, total)) = lists.get_mut(&i64::value(&row, PARENT)?) else { continue };
        if window.total {
            *total = Some(i64::value(&row, TOTAL)?.unsigned_abs());
        }
        let first = if window.total { TOTAL + 1 } else { PARENT + 1 };
        if Option::<i64>::value(&row, first)?.is_some() {
            rows.push(Arc::new(C::read(&row, first)?.seen_in(scope)));
        }
    }
    Ok(lists
        .into_iter()
        .map(|(parent, (rows, total))| (parent, Page::of(sorted(rows, window), window, total)))
        .collect())
}

/// Position of the parent's key in a row of [`pages_statement`].
const PARENT: usize = 0;
/// Position of the length of its list, when that is asked for; the record's columns come last.
const TOTAL: usize = 1;

/// Neither engine promises the order of a join, so the few rows of a page are put in order here.
fn sorted<C: Child>(mut rows: Vec<Arc<C>>, window: &Window) -> Vec<Arc<C>> {
    rows.sort_by(
        |a, b| if window.from_end { a.position().cmp(&b.position()) } else { b.position().cmp(&a.position()) },
    );
    rows
}

fn pages_statement<C: Child>(db: &Database, parents: &[i64], window: &Window, scope: &Scope, also: &Also<'_>) -> Sql {
    let order = Order { key: C::ORDER, descending: true };
    let mut sql = Sql::new(db.backend(), "WITH k AS MATERIALIZED (SELECT parent");
    if window.total {
        sql.push(", (SELECT count(*) FROM ").push(C::TABLE).push(" WHERE enterprise_id = parent AND ");
        seen_in::<C>(&mut sql, scope);
        also(&mut sql);
        sql.push(") AS total");
    }
    sql.push(" FROM ").parents(parents).push(" p) SELECT parent");
    sql.push(if window.total { ", total, " } else { ", " }).columns::<C>("").push(" FROM k LEFT JOIN ");
    let lateral = sql.is_postgres();
    if lateral {
        sql.push("LATERAL (SELECT ").columns::<C>("").push(" FROM ").push(C::TABLE);
    } else {
        sql.push(C::TABLE).push(" r ON r.id IN (SELECT id FROM ").push(C::TABLE);
    }
    sql.push(" WHERE enterprise_id = k.parent AND ");
    seen_in::<C>(&mut sql, scope);
    also(&mut sql);
    push_window(&mut sql, order, window);
    sql.push(if lateral { ") r ON TRUE" } else { ")" });
    sql
}
