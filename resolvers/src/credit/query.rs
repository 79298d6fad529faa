//! Root fields of credit records.

use async_graphql::{Context, ID, Object};
use entities::scope::Audience;
use rules::vocabulary::CrossRegionKind;
use schema::Answer;

use super::cross_region::CrossRegionRecordConnection;
use super::cross_region_list::{Asked, CrossRegionFilter, OffsiteCaseFilter, read};
use super::notice::{FAMILY as NOTICE, Notice};
use super::penalty::Penalty;
use crate::access::users::key;
use crate::owner::{Owner, loaders, scope};

/// Root fields of credit records.
#[derive(Default)]
pub struct CreditQuery;

#[Object]
impl CreditQuery {
    /// 行政处罚 The penalty with this document number; of several parties to one decision the first
    /// recorded.
    async fn penalty(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "处罚决定书文号")] document_number: String,
    ) -> Answer<Option<Penalty>> {
        let scope = scope(ctx)?;
        let row = loaders(ctx)?.penalty_by_document.load((document_number, scope)).await?;
        Ok(row.map(|row| Penalty::new(row, Owner::unknown(scope))))
    }

    /// 公告 The notice with this id; null if there is none, or not for whoever asks.
    async fn notice(&self, ctx: &Context<'_>, #[graphql(desc = "公告编号")] id: ID) -> Answer<Option<Notice>> {
        let scope = scope(ctx)?;
        let row = loaders(ctx)?.notice.load((key(NOTICE, &id)?, scope)).await?;
        Ok(row.map(|row| Notice::new(row, Owner::unknown(scope))))
    }

    /// 跨地域行政许可 Licences that other provinces granted, newest first.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn cross_region_licences(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<CrossRegionFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "用途：机关人员必填，4 到 200 个字，留痕备查")] purpose: Option<String>,
    ) -> Answer<CrossRegionRecordConnection> {
        let filter = filter.unwrap_or_default().checked(CrossRegionKind::Licence)?;
        Box::pin(read(ctx, Asked { list: "crossRegionLicences", filter, first, after, purpose })).await
    }

    /// 跨地域行政处罚 Penalties that other provinces decided, newest first.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn cross_region_penalties(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<CrossRegionFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "用途：机关人员必填，4 到 200 个字，留痕备查")] purpose: Option<String>,
    ) -> Answer<CrossRegionRecordConnection> {
        let filter = filter.unwrap_or_default().checked(CrossRegionKind::Penalty)?;
        Box::pin(read(ctx, Asked { list: "crossRegionPenalties", filter, first, after, purpose })).await
    }

    /// 跨省严重违法失信名单 Listings of other provinces, newest first. A listing that was removed is shown to offices
    /// only, with the day of its removal.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn cross_province_serious_violations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<CrossRegionFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "用途：机关人员必填，4 到 200 个字，留痕备查")] purpose: Option<String>,
    ) -> Answer<CrossRegionRecordConnection> {
        let filter = filter.unwrap_or_default().checked(CrossRegionKind::SeriousViolation)?;
        Box::pin(read(ctx, Asked { list: "crossProvinceSeriousViolations", filter, first, after, purpose })).await
    }

    /// 异地案件协同 Cases on which offices of two provinces work together, newest first; null for all who hold no
    /// office.
    #[graphql(complexity = "1 + schema::paging::rows(first, None) * child_complexity")]
    async fn offsite_cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "筛选条件")] filter: Option<OffsiteCaseFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "用途：必填，4 到 200 个字，留痕备查")] purpose: Option<String>,
    ) -> Answer<Option<CrossRegionRecordConnection>> {
        if scope(ctx)?.audience == Audience::Public {
            return Ok(None);
        }
        let filter = filter.unwrap_or_default().checked()?;
        Box::pin(read(ctx, Asked { list: "offsiteCases", filter, first, after, purpose })).await.map(Some)
    }
}
