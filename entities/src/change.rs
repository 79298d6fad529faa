//! 变更记录 Changes of registered items.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DbErr;

use crate::holders::{children, group, shared};
use crate::record::record;
use crate::{Database, Scope};
use rules::vocabulary::ChangeItem;

record! {
    /// 变更记录 One changed item.
    change_record "change_records" {
        enterprise_id: i64,
        item: ChangeItem,
        before_text: String,
        after_text: String,
        changed_on: NaiveDate,
    }
}

/// Changes of many enterprises up to the day of the scope, newest first, in one statement.
///
/// # Errors
/// Any failure of the database.
pub async fn of_enterprises(
    db: &Database,
    ids: &[i64],
    scope: &Scope,
) -> Result<HashMap<i64, Arc<Vec<change_record::Model>>>, DbErr> {
    let mut rows: Vec<change_record::Model> = children(db, "enterprise_id", ids).await?;
    rows.retain(|row| row.changed_on <= scope.day());
    rows.sort_by_key(|row| std::cmp::Reverse((row.changed_on, row.id)));
    Ok(shared(group(rows, |row| row.enterprise_id), ids))
}
