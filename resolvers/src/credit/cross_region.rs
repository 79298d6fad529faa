//! 跨地域记录 What other provinces sent, in the graph.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use entities::cross_region::received::Model;
use rules::region;
use rules::vocabulary::{CrossRegionKind, OffsiteCaseState};
use schema::scalars::{Date, DateTime, Decimal, RegionCode, Uscc};
use schema::{Answer, global_id};

use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::Owner;
use crate::value::{date, yuan};

/// Type name in global ids.
pub const FAMILY: &str = "CrossRegionRecord";

/// 跨地域记录 A licence, penalty, listing or case of another province. The public is shown what is published by law,
/// as long as it is; what may not be seen does not exist.
#[derive(Clone, Description)]
pub struct CrossRegionRecord {
    row: Arc<Model>,
    owner: Owner,
}

impl CrossRegionRecord {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }

    fn province(&self) -> Option<&'static region::Region> {
        let code = u32::try_from(self.row.province_code).ok().and_then(region::RegionCode::new)?;
        region::find(code)
    }
}

#[Object(use_type_description)]
impl CrossRegionRecord {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 类别
    async fn kind(&self) -> CrossRegionKind {
        self.row.kind
    }

    /// 来源省份代码
    async fn province_code(&self) -> Option<RegionCode> {
        self.province().map(|province| RegionCode(province.code))
    }

    /// 来源省份
    async fn province_name(&self) -> Option<&'static str> {
        self.province().map(|province| province.name)
    }

    /// 当事人统一社会信用代码
    async fn uscc(&self) -> Answer<Uscc> {
        Ok(Uscc(rules::uscc::Uscc::parse(&self.row.uscc)?))
    }

    /// 当事人名称 As the other province writes it.
    async fn enterprise_name(&self) -> &str {
        &self.row.enterprise_name
    }

    /// 当事人 Null if it does not stand in this register.
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Option<Enterprise>> {
        let Some(id) = self.row.enterprise_id else { return Ok(None) };
        self.owner.load(ctx, id).await.map(Some)
    }

    /// 文号 Of the decision, the licence or the letter.
    async fn document_number(&self) -> &str {
        &self.row.document_number
    }

    /// 事由 Name of the licence, field of the violation, ground of the listing, kind of the case.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// 事实 Of a case, what is asked for.
    async fn facts(&self) -> &str {
        &self.row.facts
    }

    /// 依据
    async fn legal_basis(&self) -> &str {
        &self.row.legal_basis
    }

    /// 决定内容 Of a case, how it was settled.
    async fn decision(&self) -> &str {
        &self.row.decision
    }

    /// 作出机关 Of the other province.
    async fn authority(&self) -> &str {
        &self.row.authority
    }

    /// 罚没金额（元） Of a penalty, 0 when none.
    async fn amount_yuan(&self) -> Option<Decimal> {
        self.row.amount_fen.map(yuan)
    }

    /// 决定日期 First day of a licence, day of the letter of a case.
    async fn decided_on(&self) -> Date {
        Date(self.row.decided_on)
    }

    /// 有效期至 Of a licence.
    async fn valid_to(&self) -> Option<Date> {
        date(self.row.valid_to)
    }

    /// 公示截止日 Last day on which the public is shown it; empty while no end is recorded.
    async fn public_until(&self) -> Option<Date> {
        date(self.row.public_until)
    }

    /// 移出日期 Of a listing; empty while listed.
    async fn removed_on(&self) -> Option<Date> {
        date(self.row.removed_on)
    }

    /// 协同状态 Of a case.
    async fn state(&self) -> Option<OffsiteCaseState> {
        self.row.state
    }

    /// 来源时间 When the other province made it.
    async fn source_time(&self) -> DateTime {
        DateTime(self.row.source_time)
    }

    /// 接收时间
    async fn received_at(&self) -> DateTime {
        DateTime(self.row.received_at)
    }
}

child_connection!(CrossRegionRecordConnection, CrossRegionRecordEdge, CrossRegionRecord, Model, "crossRegionRecords");
