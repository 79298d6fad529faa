//! 数据提取 Figures of the year from the tax authority and the social-insurance agency: consent, extraction, withdrawal.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use entities::enterprise::registered;
use entities::filing::extracted::{consent, told};
use rules::annual_report::{FigureSource, FigureSourceState, wording};
use schema::scalars::{Date, DateTime, Uscc};
use schema::{Answer, Code, Failure};
use services::command::power::{FileReports, ReadFilings};
use services::filing::extract::{
    self, DataAuthorities, Extracted, Extraction, FigureDifference, ShownFigure, SourceResult,
};
use services::filing::{Filer, Outcome};

use super::draft::DraftSource;
use super::file::{filer, own};
use super::filing::{FilingState, state_of};
use crate::access::{caller, payload, permit, permitted, settle};
use crate::owner::{found, loaders, scope};
use crate::value::date;

payload! {
    /// 提取结果
    ExtractFiguresPayload {
        /// 填报状态 After the figures were kept.
        filing: FilingState,
        /// 各部门的结果 One for each source that was named.
        sources: Vec<FigureSourceResult>,
    }
}

payload! {
    /// 撤回同意结果
    WithdrawConsentPayload {
        /// 同意记录 As it is now.
        consent: DataConsent,
        /// 填报状态
        filing: FilingState,
    }
}

/// 一键提取
#[derive(InputObject)]
pub struct ExtractFiguresInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 数据部门 Which authorities are asked.
    pub sources: Vec<FigureSource>,
    /// 同意 Whether the filer has read the wording and agrees; without it nobody is asked.
    #[graphql(default)]
    pub consent: bool,
    /// 同意书版本 `version` of the `consentWording` that was shown.
    #[graphql(default)]
    pub consent_version: String,
}

/// 撤回同意
#[derive(InputObject)]
pub struct WithdrawConsentInput {
    /// 统一社会信用代码
    pub uscc: Uscc,
    /// 报告年度
    pub year: i32,
    /// 数据部门
    pub source: FigureSource,
}

/// 同意书 What a filer agrees to before figures are asked of other authorities.
#[derive(SimpleObject)]
pub struct ConsentWording {
    /// 版本 Give it to `extractFigures`.
    pub version: &'static str,
    /// 标题
    pub title: &'static str,
    /// 正文
    pub text: &'static str,
    /// 启用日期
    pub valid_from: Date,
    /// 依据
    pub source: &'static str,
    /// 数据部门 Who can be asked.
    pub sources: Vec<FigureSourceInfo>,
}

/// 数据部门 An authority, and whether it is connected.
#[derive(SimpleObject)]
pub struct FigureSourceInfo {
    /// 数据部门
    pub source: FigureSource,
    /// 名称
    pub name: &'static str,
    /// 是否接入 Without it the form is filled in by hand.
    pub is_connected: bool,
    /// 是否模拟 It only plays the authority, for demonstrations: its figures are made up.
    pub is_stand_in: bool,
}

/// 同意记录 Who agreed to what and when, and took it back.
#[derive(SimpleObject)]
pub struct DataConsent {
    /// 同意编号 Shown to the authority with each request.
    pub number: String,
    /// 报告年度
    pub year: i32,
    /// 数据部门
    pub source: FigureSource,
    /// 同意书版本
    pub version: String,
    /// 同意人 Login of the account.
    pub given_by: String,
    /// 同意时间
    pub given_at: DateTime,
    /// 撤回时间 Null while it stands.
    pub withdrawn_at: Option<DateTime>,
}

/// 部门结果 What came of asking one authority.
#[derive(SimpleObject)]
pub struct FigureSourceResult {
    /// 数据部门
    pub source: FigureSource,
    /// 结果
    pub state: FigureSourceState,
    /// 说明 What came of it and what to do.
    pub message: String,
    /// 等待秒数 After how many seconds it may be tried again; null unless waiting helps.
    pub retry_after_seconds: Option<i64>,
    /// 同意记录
    pub consent: Option<DataConsent>,
    /// 截至日期
    pub as_of: Option<Date>,
    /// 提取时间 Of what is there: figures of an earlier request stay while the authority does not answer.
    pub extracted_at: Option<DateTime>,
    /// 数据项 Those that the form asks for, in its order.
    pub fields: Vec<ExtractedFigure>,
}

/// 提取的数据项 A figure, and how it goes with what was typed.
#[derive(SimpleObject)]
pub struct ExtractedFigure {
    /// 字段路径
    pub path: String,
    /// 字段名称
    pub label: String,
    /// 数值 As a filer would type it.
    pub value: Option<String>,
    /// 单位
    pub unit: Option<&'static str>,
    /// 数据来源
    pub source: DraftSource,
    /// 是否带入 Whether the draft shows it: nothing else was typed.
    pub is_filled: bool,
    /// 差异 What was typed says something else; nothing was overwritten.
    pub difference: Option<ExtractedDifference>,
}

/// 差异 The filer chooses.
#[derive(SimpleObject)]
pub struct ExtractedDifference {
    /// 填报值
    pub typed: String,
    /// 说明
    pub message: String,
    /// 助手主题 Slug of the topic that explains it.
    pub topic: &'static str,
}

/// 填报数据来源 What an authority told of the year, as kept for its filer.
#[derive(SimpleObject, Clone)]
pub struct FilingSource {
    /// 数据部门
    pub source: FigureSource,
    /// 名称
    pub name: &'static str,
    /// 结果 `OK` or `NO_DATA`.
    pub state: FigureSourceState,
    /// 截至日期
    pub as_of: Option<Date>,
    /// 是否终局 Settled; otherwise it may still change.
    pub is_final: bool,
    /// 提取时间
    pub extracted_at: DateTime,
    /// 项数 Figures that were told, asked for by the form or not.
    pub figures: i32,
    /// 同意编号
    pub consent_number: String,
}

impl FilingSource {
    /// What is kept, for the filer itself.
    pub(super) async fn of(ctx: &Context<'_>, row: &registered::Model, year: i32) -> Answer<Vec<Self>> {
        let viewer = &caller(ctx)?.viewer;
        if !row.place().is_some_and(|place| viewer.is_own(place)) {
            return Ok(Vec::new());
        }
        let told = loaders(ctx)?.told_figures.load(row.id).await?;
        let rows = told.iter().flat_map(|rows| rows.iter()).filter(|row| row.year == year);
        Ok(rows.filter_map(Self::read).collect())
    }

    fn read(row: &told::Model) -> Option<Self> {
        let source = FigureSource::from_code(&row.source)?;
        Some(Self {
            source,
            name: source.term(),
            state: if row.as_of.is_some() { FigureSourceState::Ok } else { FigureSourceState::NoData },
            as_of: date(row.as_of),
            is_final: row.is_final != 0,
            extracted_at: DateTime(row.extracted_at),
            figures: row.figures,
            consent_number: row.consent_id.to_string(),
        })
    }
}

impl DataConsent {
    fn read(row: consent::Model) -> Option<Self> {
        Some(Self {
            number: row.id.to_string(),
            year: row.year,
            source: FigureSource::from_code(&row.source)?,
            version: row.wording,
            given_by: row.given_by_login,
            given_at: DateTime(row.given_at),
            withdrawn_at: row.withdrawn_at.map(DateTime),
        })
    }
}

impl From<SourceResult> for FigureSourceResult {
    fn from(result: SourceResult) -> Self {
        Self {
            source: result.source,
            state: result.state,
            message: result.message,
            retry_after_seconds: result.retry_after,
            consent: DataConsent::read(result.consent),
            as_of: date(result.as_of),
            extracted_at: result.extracted_at.map(DateTime),
            fields: result.figures.into_iter().map(ExtractedFigure::from).collect(),
        }
    }
}

impl From<ShownFigure> for ExtractedFigure {
    fn from(figure: ShownFigure) -> Self {
        let ShownFigure { value, is_filled, difference } = figure;
        Self {
            source: DraftSource::of(&value),
            path: value.path,
            label: value.label,
            value: value.value.map(|value| value.to_string()),
            unit: value.unit,
            is_filled,
            difference: difference.map(|FigureDifference { typed, message, topic }| ExtractedDifference {
                typed,
                message,
                topic,
            }),
        }
    }
}

/// Mutations of extraction.
#[derive(Default)]
pub struct ExtractMutation;

#[Object]
impl ExtractMutation {
    /// 一键提取 Asks the tax authority and the social-insurance agency for the figures of the year, after the filer
    /// has agreed, and prefills what is empty; what was typed stays, differences are told. An authority that does not
    /// answer is named, the form works without it. Again within ten minutes nobody is asked anew.
    #[graphql(complexity = "2000 + child_complexity")]
    async fn extract_figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体、年度、数据部门与同意")] input: ExtractFiguresInput,
    ) -> Answer<ExtractFiguresPayload> {
        let (row, permit) = own!(ctx, input.uscc, ExtractFiguresPayload);
        let asked = Extraction { sources: input.sources, is_agreed: input.consent, wording: input.consent_version };
        let authorities = found::<DataAuthorities>(ctx, "authorities")?;
        let filer = Filer { row: &row, year: input.year };
        let done = extract::extract(&loaders(ctx)?.db, authorities, &permit, filer, asked).await;
        Ok(match settle(done)? {
            Ok(Outcome::Done(Extracted { sources })) => ExtractFiguresPayload {
                filing: Some(state_of(ctx, &row, input.year).await?),
                sources: Some(sources.into_iter().map(FigureSourceResult::from).collect()),
                ..Default::default()
            },
            Ok(Outcome::Held(held)) => {
                ExtractFiguresPayload::refused(held.errors.into_iter().map(Into::into).collect())
            }
            Err(errors) => ExtractFiguresPayload::refused(errors),
        })
    }

    /// 撤回同意 The authority is asked no longer, and what it told is forgotten, except what was confirmed or filed.
    #[graphql(complexity = "500 + child_complexity")]
    async fn withdraw_consent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "主体、年度与数据部门")] input: WithdrawConsentInput,
    ) -> Answer<WithdrawConsentPayload> {
        let (row, permit) = own!(ctx, input.uscc, WithdrawConsentPayload);
        let filer = Filer { row: &row, year: input.year };
        Ok(match settle(extract::withdraw(&loaders(ctx)?.db, &permit, filer, input.source).await)? {
            Ok(ended) => WithdrawConsentPayload {
                consent: DataConsent::read(ended),
                filing: Some(state_of(ctx, &row, input.year).await?),
                ..Default::default()
            },
            Err(errors) => WithdrawConsentPayload::refused(errors),
        })
    }
}

/// Root fields of extraction.
#[derive(Default)]
pub struct ExtractQuery;

#[Object]
impl ExtractQuery {
    /// 数据提取同意书 What is agreed to today, and who can be asked; null if there is none.
    #[graphql(complexity = "20 + child_complexity")]
    async fn consent_wording(&self, ctx: &Context<'_>) -> Answer<Option<ConsentWording>> {
        permitted::<ReadFilings>(ctx)?;
        let authorities = found::<DataAuthorities>(ctx, "authorities")?;
        let info = |source: FigureSource| {
            let asked = authorities.find(source);
            FigureSourceInfo {
                source,
                name: source.term(),
                is_connected: asked.is_some(),
                is_stand_in: asked.is_some_and(|asked| asked.is_stand_in()),
            }
        };
        Ok(wording(scope(ctx)?.today).map(|wording| ConsentWording {
            version: &wording.version,
            title: &wording.title,
            text: &wording.text,
            valid_from: Date(wording.from),
            source: &wording.source,
            sources: FigureSource::ALL.into_iter().map(info).collect(),
        }))
    }

    /// 同意记录 Of one's own enterprise or a branch of it, the newest first; the latest hundred.
    #[graphql(complexity = "20 + 20 * child_complexity")]
    async fn consents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "统一社会信用代码")] uscc: Uscc,
        #[graphql(desc = "报告年度；不填为所有年度")] year: Option<i32>,
    ) -> Answer<Vec<DataConsent>> {
        let permit = permitted::<FileReports>(ctx)?;
        let row = filer(ctx, uscc).await?;
        let is_own =
            |row: &Arc<registered::Model>| row.place().is_some_and(|place| permit.caller().viewer.is_own(place));
        let none = || Failure::refused(Code::NotFound, Code::NotFound.explanation());
        let row = row.filter(is_own).ok_or_else(none)?;
        let rows = extract::consents_of(&loaders(ctx)?.db, row.id, year).await?;
        Ok(rows.into_iter().filter_map(DataConsent::read).collect())
    }
}
