//! 公告 Notices in the graph, and how offices publish and withdraw them.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, InputObject, Object};
use entities::enterprise::registered;
use entities::notices::notice::Model;
use rules::region::RegionCode;
use rules::vocabulary::NoticeKind;
use schema::scalars::{Date, Uscc};
use schema::{Answer, global_id};
use services::command::power::PublishNotices;
use services::notices::{self, NewNotice};

use crate::access::users::key;
use crate::access::{caller, payload, permit};
use crate::connection::child_connection;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders, scope};
use crate::value::date;

/// Type name in global ids.
pub const FAMILY: &str = "Notice";

/// 公告 What was announced of an enterprise in the publicity system.
#[derive(Clone, Description)]
pub struct Notice {
    row: Arc<Model>,
    owner: Owner,
}

impl Notice {
    /// The object of a row.
    pub fn new(row: Arc<Model>, owner: Owner) -> Self {
        Self { row, owner }
    }
}

#[Object(use_type_description)]
impl Notice {
    /// 全局编号
    pub async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 公告类型
    async fn kind(&self) -> NoticeKind {
        self.row.kind
    }

    /// 标题
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// 正文
    async fn body(&self) -> &str {
        &self.row.body
    }

    /// 文号 Of what is served or was decided.
    async fn document_number(&self) -> Option<&str> {
        self.row.document_number.as_deref()
    }

    /// 发布主体 Who announces it: the enterprise, its liquidators or an authority.
    async fn publisher(&self) -> &str {
        &self.row.publisher
    }

    /// 登记机关 At which it is published.
    async fn authority(&self, ctx: &Context<'_>) -> Answer<String> {
        loaders(ctx)?.authority(self.row.authority_id).await
    }

    /// 发布日期
    async fn published_on(&self) -> Date {
        Date(self.row.published_on)
    }

    /// 公告截止日 The last day of the term that the law sets, the day of publication not counted; null where it sets none.
    /// A last day that is a public holiday is told as it is counted.
    async fn ends_on(&self) -> Option<Date> {
        date(self.row.ends_on)
    }

    /// 依据 The article from which the term follows.
    async fn basis(&self, ctx: &Context<'_>) -> Answer<Option<&'static str>> {
        let kind = self.owner.row(ctx, self.row.enterprise_id).await?.kind;
        Ok(rules::notice::rule(self.row.kind, kind, self.row.published_on).map(|rule| rule.source.as_str()))
    }

    /// 是否在公告期 Whether its term runs on the day asked about.
    async fn is_open(&self) -> bool {
        self.row.is_open(self.owner.scope().day())
    }

    /// 撤回日期 From this day on it is shown to offices only.
    async fn withdrawn_on(&self) -> Option<Date> {
        date(self.row.withdrawn_on)
    }

    /// 撤回理由
    async fn withdrawal_reason(&self) -> Option<&str> {
        self.row.withdrawal_reason.as_deref()
    }

    /// 当事人
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        self.owner.load(ctx, self.row.enterprise_id).await
    }
}

child_connection!(NoticeConnection, NoticeEdge, Notice, Model, "notices");

payload! {
    /// 发布公告结果
    PublishNoticePayload {
        /// 公告
        notice: Notice,
    }
}

payload! {
    /// 撤回公告结果
    WithdrawNoticePayload {
        /// 公告
        notice: Notice,
    }
}

/// 发布公告
#[derive(InputObject)]
pub struct PublishNoticeInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 幂等键 8 to 64 letters, digits, - or _; the same key with the same input publishes once.
    pub idempotency_key: String,
    /// 公告类型
    pub kind: NoticeKind,
    /// 标题 1 to 100 characters.
    pub title: String,
    /// 正文 1 to 4,000 characters.
    pub body: String,
    /// 文号 Up to 64 characters; needed for services, of what is served.
    pub document_number: Option<String>,
    /// 发布主体 Who announces it; unless it is given, the enterprise, its liquidators, or for services its registration
    /// authority.
    pub publisher: Option<String>,
    /// 发布日期 Today or earlier, not before the enterprise was established; today if it is not given.
    pub published_on: Option<Date>,
}

impl From<PublishNoticeInput> for NewNotice {
    fn from(input: PublishNoticeInput) -> Self {
        Self {
            key: input.idempotency_key,
            kind: input.kind,
            title: input.title,
            body: input.body,
            document_number: input.document_number,
            publisher: input.publisher,
            published_on: input.published_on.map(|day| day.0),
        }
    }
}

/// 撤回公告
#[derive(InputObject)]
pub struct WithdrawNoticeInput {
    /// 公告编号
    pub id: ID,
    /// 撤回理由 4 to 200 characters.
    pub reason: String,
}

/// An enterprise and where it stands.
type Placed = (Arc<registered::Model>, RegionCode);

fn placed(row: Option<Arc<registered::Model>>) -> Option<Placed> {
    row.and_then(|row| Some((row.clone(), row.place()?.region)))
}

/// Mutations of notices.
#[derive(Default)]
pub struct NoticeMutation;

#[Object]
impl NoticeMutation {
    /// 发布公告 For an enterprise of one's region. What the law does not know for this enterprise on this day is refused with
    /// the article, and so is a second notice of the kind while one is open.
    #[graphql(complexity = "100 + child_complexity")]
    async fn publish_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体、幂等键与公告")] input: PublishNoticeInput,
    ) -> Answer<PublishNoticePayload> {
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        let found = placed(all.enterprise_by_uscc.load((input.uscc.0.to_string(), scope)).await?);
        let Some((party, region)) = found else {
            return Ok(PublishNoticePayload::refused(vec![notices::unknown_enterprise().into()]));
        };
        let permit = permit!(caller(ctx)?.may_in::<PublishNotices>(region), PublishNoticePayload);
        let done = notices::publish(&all.db, &permit, &party, input.into()).await;
        PublishNoticePayload::settled(done, |row| {
            let notice = Some(Notice::new(Arc::new(row), Owner::known(&party, scope)));
            PublishNoticePayload { notice, ..Default::default() }
        })
    }

    /// 撤回公告 From today on the public neither sees nor finds it; offices do, with the reason. Again for the same reason
    /// changes nothing.
    #[graphql(complexity = "100 + child_complexity")]
    async fn withdraw_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "公告与理由")] input: WithdrawNoticeInput,
    ) -> Answer<WithdrawNoticePayload> {
        let (all, scope, id) = (loaders(ctx)?, scope(ctx)?, key(FAMILY, &input.id)?);
        let found = match all.notice.load((id, scope)).await? {
            Some(row) => placed(all.enterprise.load((row.enterprise_id, scope)).await?),
            None => None,
        };
        let Some((party, region)) = found else {
            return Ok(WithdrawNoticePayload::refused(vec![notices::unknown_notice().into()]));
        };
        let permit = permit!(caller(ctx)?.may_in::<PublishNotices>(region), WithdrawNoticePayload);
        let done = notices::withdraw(&all.db, &permit, &party, id, &input.reason).await;
        WithdrawNoticePayload::settled(done, |row| {
            let notice = Some(Notice::new(Arc::new(row), Owner::known(&party, scope)));
            WithdrawNoticePayload { notice, ..Default::default() }
        })
    }
}
