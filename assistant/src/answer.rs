//! 答复 What comes back to the person who asked.

use chrono::NaiveDate;

use crate::retrieval::{Ranked, Ranking};
use crate::{Citation, Knowledge};

/// Topics offered beside or instead of an answer.
const NEAR_TOPICS: usize = 3;

const UNSURE_TEXT: &str = "没有把握直接回答这个问题。您想问的可能是下面几项，请选一项，\
    或者换个说法、说得具体一点再问。都不是的话，请拨打登记机关公布的年报咨询电话或者12345政务服务热线。";
const UNKNOWN_TEXT: &str = "这个问题不在本系统能回答的范围内，没有可以引用的依据，所以不作答。\
    与年度报告、企业信用公示有关的问题可以换个说法再问；其他事项请拨打12345政务服务热线，\
    或者到登记地的市场监督管理部门窗口咨询。";

/// 判定 How far the assistant goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// 已答复 The text answers the question and cites what it rests on.
    Answered,
    /// 不确定 No answer, but topics that may be meant.
    Unsure,
    /// 不知道 Nothing to say; the text tells how to reach a person.
    Unknown,
}

/// 方法 How the topic was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// 语义 By the encoder, with a little weight on words.
    Encoder,
    /// 关键词 By words alone, because the encoder could not be loaded.
    Keywords,
    /// 表单定义 From the definition of the field that the question names.
    Form,
}

/// 相近主题 A topic that may be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct NearTopic {
    /// 代号 Stable name.
    pub slug: String,
    /// 标题 To be shown.
    pub title: String,
    /// 相似度 Likeness to the question, 0 to 1.
    pub score: f32,
}

/// 答复 An authored answer, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// 判定 How far the assistant goes.
    pub verdict: Verdict,
    /// 主题 Topic of the answer; only if answered.
    pub topic: Option<String>,
    /// 标题 Title of that topic.
    pub title: Option<String>,
    /// 正文 To be shown: the answer, or what to do instead.
    pub text: String,
    /// 依据 What the answer rests on; empty unless answered.
    pub citations: Vec<Citation>,
    /// 把握 Probability that the first topic is the right one, 0 to 1.
    pub confidence: f32,
    /// 相关字段 Fields of the annual report that the answer is about.
    pub related_fields: Vec<String>,
    /// 生效日 First day on which the answer holds.
    pub valid_from: Option<NaiveDate>,
    /// 转办 The matter belongs to another counter, which the text names.
    pub elsewhere: bool,
    /// 相近主题 Up to three other topics, best first; none if unknown.
    pub near_topics: Vec<NearTopic>,
    /// 方法 How the topic was found.
    pub method: Method,
}

impl Answer {
    pub(crate) fn new(knowledge: &Knowledge, ranking: &Ranking) -> Self {
        let verdict = ranking.verdict();
        let near = |skip| near_topics(knowledge, ranking.topics.iter().skip(skip));
        let first = ranking.topics.first().map(|ranked| &knowledge.topics[ranked.topic]);
        match (verdict, first) {
            (Verdict::Answered, Some(topic)) => Self {
                verdict,
                topic: Some(topic.slug.clone()),
                title: Some(topic.title.clone()),
                text: topic.answer.clone(),
                citations: topic.citations.clone(),
                confidence: ranking.confidence(),
                related_fields: topic.fields.clone(),
                valid_from: Some(topic.valid_from),
                elsewhere: topic.elsewhere,
                near_topics: near(1),
                method: ranking.method,
            },
            (Verdict::Unsure, _) => Self::without_topic(ranking, UNSURE_TEXT, near(0)),
            _ => Self::without_topic(ranking, UNKNOWN_TEXT, Vec::new()),
        }
    }

    fn without_topic(ranking: &Ranking, text: &str, near_topics: Vec<NearTopic>) -> Self {
        Self {
            verdict: ranking.verdict(),
            topic: None,
            title: None,
            text: text.to_owned(),
            citations: Vec::new(),
            confidence: ranking.confidence(),
            related_fields: Vec::new(),
            valid_from: None,
            elsewhere: false,
            near_topics,
            method: ranking.method,
        }
    }
}

fn near_topics<'a>(knowledge: &Knowledge, ranked: impl Iterator<Item = &'a Ranked>) -> Vec<NearTopic> {
    let near = |ranked: &Ranked| {
        let topic = &knowledge.topics[ranked.topic];
        NearTopic { slug: topic.slug.clone(), title: topic.title.clone(), score: ranked.likeness }
    };
    ranked.take(NEAR_TOPICS).map(near).collect()
}
