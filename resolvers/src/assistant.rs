//! 智能助手 Questions of filers, answered from authored knowledge with the article.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use entities::questions::Asked;
use rules::annual_report::{FilerKind, rules};
use schema::scalars::Uscc;
use schema::{Answer, Code, Failure};
use services::assistant::{self, AskError, Assistant, Focus};
use services::questions;

use crate::owner::{found, loaders, scope};

/// 答复结论 How sure the assistant is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum AnswerVerdict {
    /// 已答复
    Answered,
    /// 不确定 The nearest topics are offered.
    Unsure,
    /// 不知道
    Unknown,
}

/// 检索方式 How the topic was found.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum AnswerMethod {
    /// 语义 By the encoder.
    Encoder,
    /// 关键词 By words alone, because the encoder could not be loaded.
    Keywords,
}

/// 答复 An answer of the assistant; it proposes and cites, and changes nothing.
#[derive(SimpleObject)]
pub struct AssistantAnswer {
    /// 答复结论
    pub verdict: AnswerVerdict,
    /// 主题
    pub topic: Option<String>,
    /// 标题
    pub title: Option<String>,
    /// 答复内容
    pub text: String,
    /// 可信度 Between 0 and 1.
    pub confidence: f32,
    /// 依据
    pub citations: Vec<Citation>,
    /// 相关表单字段
    pub related_fields: Vec<String>,
    /// 相近主题
    pub near_topics: Vec<NearTopic>,
    /// 检索方式
    pub method: AnswerMethod,
    /// 转办 The matter belongs to another counter or to a person, whom the text names.
    pub hand_over: bool,
}

/// 语境 What the person who asks has before them.
#[derive(InputObject)]
pub struct QuestionContext {
    /// 统一社会信用代码 Of the filer whose report is open.
    pub uscc: Option<Uscc>,
    /// 报告年度
    pub year: Option<i32>,
    /// 申报主体类型 Of the open report, where no code is given.
    pub kind: Option<FilerKind>,
    /// 规则编号 Of the finding that is looked at.
    pub rule_id: Option<String>,
}

/// 依据 A regulation and its article.
#[derive(SimpleObject)]
pub struct Citation {
    /// 法规
    pub regulation: String,
    /// 条款
    pub article: Option<String>,
}

/// 相近主题 A topic that may be meant.
#[derive(SimpleObject)]
pub struct NearTopic {
    /// 主题
    pub slug: String,
    /// 标题
    pub title: String,
    /// 相似度
    pub score: f32,
}

impl From<assistant::Answer> for AssistantAnswer {
    fn from(answer: assistant::Answer) -> Self {
        let verdict = match answer.verdict {
            assistant::Verdict::Answered => AnswerVerdict::Answered,
            assistant::Verdict::Unsure => AnswerVerdict::Unsure,
            assistant::Verdict::Unknown => AnswerVerdict::Unknown,
        };
        let method = match answer.method {
            assistant::Method::Encoder => AnswerMethod::Encoder,
            assistant::Method::Keywords => AnswerMethod::Keywords,
        };
        let cite =
            |citation: assistant::Citation| Citation { regulation: citation.regulation, article: citation.article };
        let near = |near: assistant::NearTopic| NearTopic { slug: near.slug, title: near.title, score: near.score };
        Self {
            verdict,
            topic: answer.topic,
            title: answer.title,
            text: answer.text,
            confidence: answer.confidence,
            citations: answer.citations.into_iter().map(cite).collect(),
            related_fields: answer.related_fields,
            near_topics: answer.near_topics.into_iter().map(near).collect(),
            method,
            hand_over: answer.elsewhere || verdict == AnswerVerdict::Unknown,
        }
    }
}

/// Characters of the number of a rule.
const RULE_ID: usize = 16;
/// Year whose rules are looked at where no report is open.
const ANY_YEAR: i32 = 2025;

/// The kind as which the filer of the open report files.
async fn kind(ctx: &Context<'_>, context: &QuestionContext) -> Answer<Option<FilerKind>> {
    let Some(uscc) = &context.uscc else { return Ok(context.kind) };
    let row = loaders(ctx)?.enterprise_by_uscc.load((uscc.0.to_string(), scope(ctx)?)).await?;
    Ok(row.map(|row| FilerKind::of(row.kind)).or(context.kind))
}

/// Fields, and tables, that the finding is about.
fn fields(kind: Option<FilerKind>, context: &QuestionContext) -> Vec<String> {
    let Some(id) = &context.rule_id else { return Vec::new() };
    let kind = kind.unwrap_or(FilerKind::Enterprise);
    let rule = rules(kind, context.year.unwrap_or(ANY_YEAR)).find(|rule| rule.id == *id);
    let names = rule.map(|rule| rule.subjects()).unwrap_or_default();
    names.into_iter().map(|name| name.split('.').next().unwrap_or_default().to_owned()).collect()
}

/// What a question costs beside fields of the register: it takes a core for some hundredths of a second.
fn question_cost() -> usize {
    schema::limits().complexity / 5
}

/// Root field of the assistant.
#[derive(Default)]
pub struct AssistantQuery;

#[Object]
impl AssistantQuery {
    /// 智能问答 Answers a filer's question from authored knowledge, with the article; says so when it
    /// does not know.
    #[graphql(complexity = "question_cost() + child_complexity")]
    async fn ask_assistant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "问题")] question: String,
        #[graphql(desc = "提问时打开的报告和核查结果")] context: Option<QuestionContext>,
    ) -> Answer<AssistantAnswer> {
        let assistant = found::<Assistant>(ctx, "assistant")?;
        let context = context.unwrap_or(QuestionContext { uscc: None, year: None, kind: None, rule_id: None });
        let kind = kind(ctx, &context).await?;
        let focus = Focus { kind, fields: fields(kind, &context) };
        match assistant.ask(question.clone(), focus).await {
            Ok(answer) => {
                let nearest = answer.near_topics.first().map(|near| near.slug.clone());
                let asked = Asked {
                    asked_on: scope(ctx)?.today,
                    question,
                    verdict: questions::code(answer.verdict),
                    topic: answer.topic.clone().or(nearest),
                    kind: kind.map(FilerKind::code),
                    rule_id: context.rule_id.filter(|id| id.chars().count() <= RULE_ID),
                };
                questions::keep(loaders(ctx)?.db.clone(), asked);
                Ok(answer.into())
            }
            Err(AskError::Question(message)) => Err(Failure::refused(Code::InvalidInput, message)),
            Err(error @ AskError::Unavailable(_)) => {
                tracing::error!(assistant.failure = %error, "the assistant is not available");
                Err(Failure::refused(Code::AssistantUnavailable, Code::AssistantUnavailable.explanation()))
            }
        }
    }
}
