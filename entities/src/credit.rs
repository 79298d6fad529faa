//! 信用记录 Licences, inspections, penalties, the two lists and credit repairs.

use std::collections::HashMap;
use std::sync::Arc;

use sea_orm::DbErr;

use crate::page::{self, Child, Key, KeyKind, Position};
use crate::read;
use crate::record::record;
use crate::scope::Audience;
use crate::statement::Sql;
use crate::{Database, Scope};
use chrono::NaiveDate;
use rules::vocabulary::{
    AbnormalGround, InspectionKind, InspectionResult, RemovalGround, RepairKind, RepairStatus, SeriousGround,
};

record! {
    /// 行政许可 A licence.
    licence "licences" {
        enterprise_id: i64,
        licence_number: String,
        name: String,
        authority_id: i64,
        valid_from: NaiveDate,
        valid_to: Option<NaiveDate>,
        source_id: Option<i64>,
        digest: i64,
    }
}

record! {
    /// 监督检查 An inspection and its result.
    inspection "inspections" {
        enterprise_id: i64,
        kind: InspectionKind,
        result: InspectionResult,
        authority_id: i64,
        inspected_on: NaiveDate,
        source_id: Option<i64>,
        digest: i64,
    }
}

record! {
    /// 行政处罚 A penalty decision.
    penalty "penalties" {
        enterprise_id: i64,
        /// 处罚决定书文号 Not unique: one decision may concern several parties.
        document_number: String,
        category: String,
        violation: String,
        legal_basis: String,
        decision: String,
        amount_fen: i64,
        authority_id: i64,
        decided_on: NaiveDate,
        published_on: Option<NaiveDate>,
        /// 公示截止日 Last day on which the public may see it: that of the decision which granted its repair;
        /// empty while no end is recorded.
        public_until: Option<NaiveDate>,
        source_id: Option<i64>,
        digest: i64,
    }
}

record! {
    /// 列入经营异常名录 A listing, open while `removed_on` is empty.
    abnormal_listing "abnormal_listings" {
        enterprise_id: i64,
        ground: AbnormalGround,
        listed_on: NaiveDate,
        removal_ground: Option<RemovalGround>,
        removed_on: Option<NaiveDate>,
        authority_id: i64,
        source_id: Option<i64>,
        digest: i64,
    }
}

record! {
    /// 列入严重违法失信名单 A listing, open while `removed_on` is empty.
    serious_violation "serious_violations" {
        enterprise_id: i64,
        ground: SeriousGround,
        document_number: String,
        facts: String,
        listed_on: NaiveDate,
        removed_on: Option<NaiveDate>,
        authority_id: i64,
    }
}

record! {
    /// 信用修复 An application for repair and what it concerns.
    repair "credit_repairs" {
        enterprise_id: i64,
        kind: RepairKind,
        status: RepairStatus,
        penalty_id: Option<i64>,
        abnormal_listing_id: Option<i64>,
        serious_violation_id: Option<i64>,
        applied_on: NaiveDate,
        decided_on: Option<NaiveDate>,
        authority_id: i64,
    }
}

/// Penalties by document number; of several parties to one decision the first recorded.
///
/// # Errors
/// Any failure of the database.
pub async fn penalties_by_document(
    db: &Database,
    numbers: &[String],
    scope: &Scope,
) -> Result<HashMap<String, Arc<penalty::Model>>, DbErr> {
    let mut sql = Sql::select::<penalty::Model>(db.backend());
    sql.push(" WHERE ").any_text("document_number", numbers).push(" AND ");
    page::seen_in::<penalty::Model>(&mut sql, scope);
    sql.push(" ORDER BY id DESC");
    let rows = read::all::<penalty::Model>(db, sql).await?;
    Ok(rows.into_iter().map(|row| (row.document_number.clone(), Arc::new(row))).collect())
}

macro_rules! child {
    ($module:ident by $order:ident as $key:ident known from $known:ident) => {
        impl Child for $module::Model {
            const ORDER: &'static str = stringify!($order);
            const KEY: KeyKind = KeyKind::$key;
            const KNOWN: &'static str = stringify!($known);

            fn position(&self) -> Position {
                Position { key: Key::$key(self.$order.into()), id: self.id }
            }
        }
    };
}
pub(crate) use child;

child!(licence by valid_from as Day known from valid_from);
child!(inspection by inspected_on as Day known from inspected_on);

impl Child for penalty::Model {
    const ORDER: &'static str = "decided_on";
    const KEY: KeyKind = KeyKind::Day;
    const KNOWN: &'static str = "decided_on";

    fn position(&self) -> Position {
        Position { key: Key::Day(self.decided_on), id: self.id }
    }

    /// Whatever day is asked about, the public sees what is published today.
    fn for_audience(sql: &mut Sql, scope: &Scope) {
        if scope.audience == Audience::Public {
            sql.push(" AND (public_until IS NULL OR public_until >= ").bind(scope.today).push(")");
        }
    }
}

/// A listing that ended later was still open on the day asked about.
macro_rules! listing {
    ($module:ident $(, $of_the_end:ident)*) => {
        impl Child for $module::Model {
            const ORDER: &'static str = "listed_on";
            const KEY: KeyKind = KeyKind::Day;
            const KNOWN: &'static str = "listed_on";

            fn position(&self) -> Position {
                Position { key: Key::Day(self.listed_on), id: self.id }
            }

            fn seen_in(mut self, scope: &Scope) -> Self {
                if self.removed_on.is_some_and(|day| day > scope.day()) {
                    self.removed_on = None;
                    $(self.$of_the_end = None;)*
                }
                self
            }
        }
    };
}

listing!(abnormal_listing, removal_ground);
listing!(serious_violation);

impl Child for repair::Model {
    const ORDER: &'static str = "applied_on";
    const KEY: KeyKind = KeyKind::Day;
    const KNOWN: &'static str = "applied_on";

    fn position(&self) -> Position {
        Position { key: Key::Day(self.applied_on), id: self.id }
    }

    fn seen_in(mut self, scope: &Scope) -> Self {
        if self.decided_on.is_some_and(|day| day > scope.day()) {
            self.decided_on = None;
            self.status = RepairStatus::Accepted;
        }
        self
    }
}
