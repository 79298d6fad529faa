//! 接口批量 What partners ask for in one request instead of thousands: what was recorded since, and many enterprises
//! at once.

use async_graphql::{Context, Description, Enum, Object, SimpleObject};
use entities::Scope;
use entities::changes::Change;
use futures::future::try_join_all;
use schema::limits::limits;
use schema::scalars::Uscc;
use schema::{Answer, Code, Failure, cursor};
use services::change_feed;

use crate::changes::{RecordChange, told};
use crate::enterprise::object::Enterprise;
use crate::loaders::Loaders;
use crate::owner::{loaders, scope};

/// What the places of the feed are called in their cursors.
const FEED: &str = "changes";

/// 记录种类
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// 经营主体
    Enterprise,
    /// 行政许可
    Licence,
    /// 监督检查
    Inspection,
    /// 行政处罚
    Penalty,
    /// 经营异常名录
    AbnormalListing,
    /// 严重违法失信名单
    SeriousViolation,
    /// 信用修复
    CreditRepair,
    /// 年度报告
    AnnualReport,
    /// 跨地域记录
    CrossRegionRecord,
    /// 公告
    Notice,
}

impl RecordKind {
    const fn table(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprises",
            Self::Licence => "licences",
            Self::Inspection => "inspections",
            Self::Penalty => "penalties",
            Self::AbnormalListing => "abnormal_listings",
            Self::SeriousViolation => "serious_violations",
            Self::CreditRepair => "credit_repairs",
            Self::AnnualReport => "annual_reports",
            Self::CrossRegionRecord => "cross_region_records",
            Self::Notice => "notices",
        }
    }
}

/// 变更清单 One page of what was recorded.
#[derive(SimpleObject)]
pub struct ChangeFeed {
    /// 变更 In the order in which they were recorded; a record that was written twice may stand here twice.
    pub changes: Vec<RecordChange>,
    /// 游标 Give it as `after` to go on from here, now or next week.
    pub end_cursor: String,
    /// 是否还有 Whether more is there already; a page may be empty and yet not the last.
    pub has_more: bool,
}

/// 信用核查 One of many enterprises that were asked about.
#[derive(Description)]
pub struct CreditCheck {
    uscc: Uscc,
    enterprise: Option<Enterprise>,
}

#[Object(use_type_description)]
impl CreditCheck {
    /// 统一社会信用代码 As it was asked.
    async fn uscc(&self) -> &Uscc {
        &self.uscc
    }

    /// 是否在册 Whether the register knows it.
    async fn is_registered(&self) -> bool {
        self.enterprise.is_some()
    }

    /// 经营主体 Null if the register does not know it.
    async fn enterprise(&self) -> Option<Enterprise> {
        self.enterprise.clone()
    }
}

/// Root fields for partners.
#[derive(Default)]
pub struct FeedQuery;

#[Object]
impl FeedQuery {
    /// 变更清单 What was recorded after a place, so that a copy is kept without asking for everything anew.
    #[graphql(complexity = "1 + feed_rows(first) * child_complexity")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "从此游标之后继续；不填为从头开始")] after: Option<String>,
        #[graphql(desc = "记录种类；不填为全部")] kinds: Option<Vec<RecordKind>>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）；0 只返回当前位置，供以后续取")] first: Option<i32>,
    ) -> Answer<ChangeFeed> {
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        let rows = schema::paging::bounded("first", first)?;
        let from = after.map(|after| cursor::decode(FEED, &after)).transpose()?.unwrap_or_default();
        let tables = kinds.map(|kinds| kinds.into_iter().map(RecordKind::table).collect::<Vec<_>>());
        let is_wanted = |table: &str| tables.as_ref().is_none_or(|tables| tables.contains(&table));
        let page = match rows {
            0 => change_feed::Page { changes: Vec::new(), end: change_feed::now(&all.db).await?, has_more: false },
            rows => change_feed::after(&all.db, from, is_wanted, rows as usize).await?,
        };
        Ok(ChangeFeed {
            changes: shown(all, scope, page.changes).await?,
            end_cursor: cursor::encode(FEED, &page.end),
            has_more: page.has_more,
        })
    }

    /// 批量核查 Many enterprises by their codes, each answered in the order asked, also those that the register does
    /// not know.
    #[graphql(complexity = "1 + usccs.len() * child_complexity")]
    async fn credit_checks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码（上限见 serviceLimits.creditChecks）")] usccs: Vec<Uscc>,
    ) -> Answer<Vec<CreditCheck>> {
        let most = limits().credit_checks;
        if usccs.len() > most {
            let message = format!("一次最多核查 {most} 户，本次 {} 户，请分批提交。", usccs.len());
            return Err(Failure::refused(Code::InvalidInput, message));
        }
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        try_join_all(usccs.into_iter().map(|uscc| async move {
            let row = all.enterprise_by_uscc.load((uscc.0.to_string(), scope)).await?;
            Ok(CreditCheck { uscc, enterprise: row.map(|row| Enterprise::new(row, scope)) })
        }))
        .await
    }
}

fn feed_rows(first: Option<i32>) -> usize {
    schema::paging::rows(first, None)
}

/// The changes of a page as whoever asks may see them.
async fn shown(all: &Loaders, scope: Scope, changes: Vec<Change>) -> Answer<Vec<RecordChange>> {
    let told = try_join_all(changes.into_iter().map(|change| told(all, scope, change))).await?;
    Ok(told.into_iter().flatten().collect())
}
