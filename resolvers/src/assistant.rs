//! 智能助手 Questions of filers, answered from authored knowledge with the article.

use async_graphql::{Context, Enum, Object, SimpleObject};
use schema::{Answer, Code, Failure};
use services::assistant::{self, AskError, Assistant};

use crate::owner::found;

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
        }
    }
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
    ) -> Answer<AssistantAnswer> {
        let assistant = found::<Assistant>(ctx, "assistant")?;
        match assistant.ask(question).await {
            Ok(answer) => Ok(answer.into()),
            Err(AskError::Question(message)) => Err(Failure::refused(Code::InvalidInput, message)),
            Err(error @ AskError::Unavailable(_)) => {
                tracing::error!(assistant.failure = %error, "the assistant is not available");
                Err(Failure::refused(Code::AssistantUnavailable, Code::AssistantUnavailable.explanation()))
            }
        }
    }
}
