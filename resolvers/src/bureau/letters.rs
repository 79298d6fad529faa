//! 责令改正通知书 Letters that order a correction, with their answers.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::Scope;
use entities::bureau::letter::Model;
use entities::bureau::letters::{self, Filter};
use entities::page::Page;
use rules::access::Act;
use schema::paging::Arguments;
use schema::scalars::{Date, RegionCode, Uscc};
use schema::{Answer, cursor, global_id};
use services::command::power::SuperviseReports;

use super::comparison::ComparisonFinding;
use super::{permitted_in, reported};
use crate::access::caller;
use crate::connection::PageInfo;
use crate::enterprise::object::Enterprise;
use crate::owner::{Owner, loaders, scope};
use crate::value::date;
use crate::window::window;

/// Type name in global ids.
pub const FAMILY: &str = "CorrectionLetter";
/// The name of the list in its cursors.
const LIST: &str = "correctionLetters";

/// 通知书筛选条件 All given conditions hold together.
#[derive(InputObject, Clone, Default)]
pub struct CorrectionLetterFilter {
    /// 只看逾期 Not answered, and the term has passed.
    pub overdue_only: Option<bool>,
    /// 只看未答复
    pub unanswered_only: Option<bool>,
    /// 统一社会信用代码
    pub uscc: Option<Uscc>,
}

/// 通知书列表
pub struct CorrectionLetterConnection {
    page: Page<Arc<Model>>,
    scope: Scope,
}

fn place(row: &Arc<Model>) -> String {
    cursor::encode(LIST, &letters::position(row))
}

/// 通知书列表 A page of letters, newest first.
#[Object]
impl CorrectionLetterConnection {
    /// 条目及其游标
    async fn edges(&self) -> Vec<CorrectionLetterEdge> {
        let edge = |row| CorrectionLetterEdge { cursor: place(row), node: CorrectionLetter::new(row, self.scope) };
        self.page.rows.iter().map(edge).collect()
    }

    /// 条目
    async fn nodes(&self) -> Vec<CorrectionLetter> {
        self.page.rows.iter().map(|row| CorrectionLetter::new(row, self.scope)).collect()
    }

    /// 分页信息
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page, place)
    }

    /// 总数 Length of the whole list, exact.
    async fn total_count(&self) -> u64 {
        self.page.total.unwrap_or_default()
    }
}

/// 条目 A letter and its cursor.
#[derive(SimpleObject)]
pub struct CorrectionLetterEdge {
    /// 游标
    pub cursor: String,
    /// 责令改正通知书
    pub node: CorrectionLetter,
}

/// 责令改正通知书
pub struct CorrectionLetter {
    row: Arc<Model>,
    scope: Scope,
}

impl CorrectionLetter {
    /// The object of a row.
    pub fn new(row: &Arc<Model>, scope: Scope) -> Self {
        Self { row: Arc::clone(row), scope }
    }
}

/// 责令改正通知书 Orders an enterprise to correct its report, or to explain it.
#[Object]
impl CorrectionLetter {
    /// 编号
    async fn id(&self) -> ID {
        global_id::encode(FAMILY, self.row.id)
    }

    /// 文号
    async fn number(&self) -> &str {
        self.row.number.as_deref().unwrap_or_default()
    }

    /// 报告年度
    async fn year(&self) -> i32 {
        self.row.year
    }

    /// 当事人
    async fn enterprise(&self, ctx: &Context<'_>) -> Answer<Enterprise> {
        Owner::unknown(self.scope).load(ctx, self.row.enterprise_id).await
    }

    /// 正文 As it was issued.
    async fn text(&self) -> &str {
        &self.row.text
    }

    /// 发出日期
    async fn issued_on(&self) -> Date {
        Date(self.row.issued_on)
    }

    /// 答复期限
    async fn due_on(&self) -> Date {
        Date(self.row.due_on)
    }

    /// 是否逾期 Today: not answered, and the term has passed.
    async fn is_overdue(&self) -> bool {
        self.row.answered_on.is_none() && self.row.settled_on.is_none() && self.row.due_on < self.scope.today
    }

    /// 答复 The last one.
    async fn answer(&self) -> Option<&str> {
        self.row.answer.as_deref()
    }

    /// 答复日期 Null while an answer is awaited.
    async fn answered_on(&self) -> Option<Date> {
        date(self.row.answered_on)
    }

    /// 办结日期
    async fn settled_on(&self) -> Option<Date> {
        date(self.row.settled_on)
    }

    /// 所列比对结果
    #[graphql(complexity = "10 * child_complexity")]
    async fn findings(&self, ctx: &Context<'_>) -> Answer<Vec<ComparisonFinding>> {
        let rows = loaders(ctx)?.letter_findings.load(self.row.id).await?.unwrap_or_default();
        Ok(rows.iter().map(|row| ComparisonFinding::new(row, self.scope)).collect())
    }
}

/// Root fields of letters.
#[derive(Default)]
pub struct LetterQuery;

#[Object]
impl LetterQuery {
    /// 责令改正通知书 About the reports of a year, within the jurisdiction of the office, newest first.
    #[graphql(complexity = "10 + schema::paging::rows(first, last) * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the contract of the field")]
    async fn correction_letters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "报告年度，例如 2025")] year: i32,
        #[graphql(desc = "行政区划及其下级；不填为本辖区")] region_code: Option<RegionCode>,
        #[graphql(desc = "筛选条件")] filter: Option<CorrectionLetterFilter>,
        #[graphql(desc = "前若干条（上限见 serviceLimits）")] first: Option<i32>,
        #[graphql(desc = "在此游标之后")] after: Option<String>,
        #[graphql(desc = "后若干条（上限见 serviceLimits）")] last: Option<i32>,
        #[graphql(desc = "在此游标之前")] before: Option<String>,
    ) -> Answer<CorrectionLetterConnection> {
        let (_, region) = permitted_in::<SuperviseReports>(ctx, region_code)?;
        let (all, scope, filter) = (loaders(ctx)?, scope(ctx)?, filter.unwrap_or_default());
        let window = window(LIST, &Arguments { first, after, last, before }, false, letters::KEY)?;
        let filter = Filter {
            year: reported(year)?,
            region: Some(region),
            overdue_on: filter.overdue_only.unwrap_or(false).then_some(scope.today),
            is_unanswered: filter.unanswered_only.unwrap_or(false),
            enterprise: super::enterprise(all, filter.uscc, scope).await?,
        };
        let mut page = letters::page(&all.db, &filter, &window).await?;
        if ctx.look_ahead().field("totalCount").exists() {
            page.total = Some(letters::count(&all.db, &filter).await?);
        }
        Ok(CorrectionLetterConnection { page, scope })
    }

    /// 本企业的责令改正通知书 Of an enterprise, newest first: for its liaison, and for offices of its region; empty for
    /// others.
    #[graphql(complexity = "20 * child_complexity")]
    async fn enterprise_correction_letters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
    ) -> Answer<Vec<CorrectionLetter>> {
        let (all, scope, viewer) = (loaders(ctx)?, scope(ctx)?, &caller(ctx)?.viewer);
        let party = all.enterprise_by_uscc.load((uscc.0.to_string(), scope)).await?;
        let Some((party, place)) = party.and_then(|party| Some((party.clone(), party.place()?))) else {
            return Ok(Vec::new());
        };
        if !viewer.is_own(place) && !viewer.holds_in(Act::SuperviseReports, place.region) {
            return Ok(Vec::new());
        }
        let letters = letters::of_enterprise(&all.db, party.id).await?;
        Ok(letters.iter().map(|row| CorrectionLetter::new(row, scope)).collect())
    }
}
