//! 变更记录 Changes of registered items.

use crate::record::record;
use chrono::NaiveDate;
use rules::vocabulary::ChangeItem;

record! {
    /// 变更记录 One changed item.
    record "change_records" {
        enterprise_id: i64,
        item: ChangeItem,
        before_text: String,
        after_text: String,
        changed_on: NaiveDate,
    }
}
