//! 智能助手 Questions of filers, answered from authored knowledge with the article.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, Subscription};
use entities::questions::Asked;
use futures::{Stream, stream};
use rules::annual_report::{FilerKind, rules};
use schema::scalars::Uscc;
use schema::{Answer, Code, Failure, global_id};
use services::assistant::{self, AskError, Assistant, Focus};
use services::questions;

use crate::annual_report::object as annual_report;
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
    /// 表单定义 From the definition of the field that the question names.
    Form,
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
#[derive(InputObject, Default)]
pub struct QuestionContext {
    /// 年度报告编号 The report that is open, if it is published; it says whose and of which year.
    pub report_id: Option<ID>,
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
#[derive(SimpleObject, Clone)]
pub struct Citation {
    /// 法规
    pub regulation: String,
    /// 条款
    pub article: Option<String>,
}

/// 相近主题 A topic that may be meant.
#[derive(SimpleObject, Clone)]
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
            assistant::Method::Form => AnswerMethod::Form,
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

/// The kind as which the filer of the open report files; the year of a published one is written into the context.
async fn kind(ctx: &Context<'_>, context: &mut QuestionContext) -> Answer<Option<FilerKind>> {
    if let Some(key) = context.report_id.as_ref().and_then(|id| global_id::key_of(annual_report::FAMILY, id)) {
        let (all, scope) = (loaders(ctx)?, scope(ctx)?);
        if let Some(report) = all.report.load((key, scope)).await? {
            context.year = Some(report.year);
            let row = all.enterprise.load((report.enterprise_id, scope)).await?;
            return Ok(row.map(|row| FilerKind::of(row.kind)).or(context.kind));
        }
    }
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

/// Answers a question, and keeps it without anything personal.
async fn answered(ctx: &Context<'_>, question: String, context: Option<QuestionContext>) -> Answer<AssistantAnswer> {
    let assistant = found::<Assistant>(ctx, "assistant")?;
    let mut context = context.unwrap_or_default();
    let kind = kind(ctx, &mut context).await?;
    let focus = Focus { kind, year: context.year, fields: fields(kind, &context) };
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
        answered(ctx, question, context).await
    }
}

/// 答复片段类别 What a part of an answer is, in the order in which they come.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerPartKind {
    /// 相近主题
    NearTopics,
    /// 答复段落
    Paragraph,
    /// 依据 The last part.
    Citations,
}

/// 答复片段 A part of an answer: near topics first, then the paragraphs, then the citations.
#[derive(SimpleObject)]
pub struct AssistantAnswerPart {
    /// 序号 From 0.
    pub sequence: usize,
    /// 片段类别
    pub kind: AnswerPartKind,
    /// 相近主题 Of the first part.
    pub near_topics: Vec<NearTopic>,
    /// 段落 The paragraphs one after the other are the text of the answer.
    pub text: Option<String>,
    /// 依据 Of the last part.
    pub citations: Vec<Citation>,
    /// 完整答复 With the last part.
    pub answer: Option<AssistantAnswer>,
}

/// Characters of a paragraph from which on it ends with a sentence.
const PARAGRAPH: usize = 60;

/// 段落 The text in parts that end with a line, or with a sentence where a line is long.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        part.push(letter);
        let is_whole = match letter {
            '\n' => letters.peek() != Some(&'\n'),
            '。' | '；' | '！' | '？' => part.chars().count() >= PARAGRAPH && letters.peek() != Some(&'\n'),
            _ => false,
        };
        if is_whole {
            parts.push(std::mem::take(&mut part));
        }
    }
    parts.extend((!part.is_empty()).then_some(part));
    parts
}

/// An answer as its parts.
fn parts(answer: AssistantAnswer) -> Vec<AssistantAnswerPart> {
    let part = |kind| AssistantAnswerPart {
        sequence: 0,
        kind,
        near_topics: Vec::new(),
        text: None,
        citations: Vec::new(),
        answer: None,
    };
    let near_topics = answer.near_topics.clone();
    let mut parts = vec![AssistantAnswerPart { near_topics, ..part(AnswerPartKind::NearTopics) }];
    let text = |text| AssistantAnswerPart { text: Some(text), ..part(AnswerPartKind::Paragraph) };
    parts.extend(paragraphs(&answer.text).into_iter().map(text));
    let citations = answer.citations.clone();
    parts.push(AssistantAnswerPart { citations, answer: Some(answer), ..part(AnswerPartKind::Citations) });
    parts.iter_mut().enumerate().for_each(|(number, part)| part.sequence = number);
    parts
}

/// Subscription to an answer.
#[derive(Default)]
pub struct AssistantSubscription;

#[Subscription]
impl AssistantSubscription {
    /// 智能问答推送 The answer of `askAssistant` part by part, under the same rights and bounds; ends with the last part.
    #[graphql(complexity = "question_cost() + child_complexity")]
    async fn assistant_answer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "问题")] question: String,
        #[graphql(desc = "提问时打开的报告和核查结果")] context: Option<QuestionContext>,
    ) -> async_graphql::Result<impl Stream<Item = AssistantAnswerPart>> {
        Ok(stream::iter(parts(answered(ctx, question, context).await?)))
    }
}
