//! 股东、人员与变更 What the registration file of an enterprise holds beside its own row.

use async_graphql::SimpleObject;
use entities::change::change_record;
use entities::enterprise::{contribution, key_person};
use entities::holders::Holder;
use rules::vocabulary::{ChangeItem, PersonRole};
use schema::scalars::{Date, Decimal};

use crate::value::{date, wan};

/// 股东（投资人） A holder and the contributions.
#[derive(SimpleObject)]
pub struct Shareholder {
    /// 名称
    pub name: String,
    /// 统一社会信用代码 of a holder that is itself registered.
    pub uscc: Option<String>,
    /// 出资
    pub contributions: Vec<Contribution>,
}

impl From<&Holder> for Shareholder {
    fn from(row: &Holder) -> Self {
        Self {
            name: row.holder.name.clone(),
            uscc: row.holder.uscc.clone(),
            contributions: row.contributions.iter().map(Contribution::from).collect(),
        }
    }
}

/// 出资 What was promised (认缴) and paid (实缴), in 万元.
#[derive(SimpleObject)]
pub struct Contribution {
    /// 认缴出资额（万元）
    pub subscribed_wan: Decimal,
    /// 认缴出资日期
    pub subscribed_due_on: Option<Date>,
    /// 认缴出资方式
    pub subscribed_form: String,
    /// 实缴出资额（万元）
    pub paid_wan: Decimal,
    /// 实缴出资日期
    pub paid_on: Option<Date>,
    /// 实缴出资方式
    pub paid_form: Option<String>,
}

impl From<&contribution::Model> for Contribution {
    fn from(row: &contribution::Model) -> Self {
        Self {
            subscribed_wan: wan(row.subscribed_fen),
            subscribed_due_on: date(row.subscribed_due_on),
            subscribed_form: row.subscribed_form.clone(),
            paid_wan: wan(row.paid_fen),
            paid_on: date(row.paid_on),
            paid_form: row.paid_form.clone(),
        }
    }
}

/// 主要人员 A key person.
#[derive(SimpleObject)]
pub struct KeyPerson {
    /// 姓名
    pub name: String,
    /// 职务
    pub role: PersonRole,
    /// 任职日期
    pub since: Option<Date>,
}

impl From<&key_person::Model> for KeyPerson {
    fn from(row: &key_person::Model) -> Self {
        Self { name: row.name.clone(), role: row.role, since: date(row.since) }
    }
}

/// 变更记录 A change of a registered item.
#[derive(SimpleObject)]
pub struct ChangeRecord {
    /// 变更事项
    pub item: ChangeItem,
    /// 变更前
    pub before: String,
    /// 变更后
    pub after: String,
    /// 变更日期
    pub changed_on: Date,
}

impl From<&change_record::Model> for ChangeRecord {
    fn from(row: &change_record::Model) -> Self {
        Self {
            item: row.item,
            before: row.before_text.clone(),
            after: row.after_text.clone(),
            changed_on: Date(row.changed_on),
        }
    }
}
