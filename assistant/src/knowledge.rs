//! 知识库 The authored topics, read from `knowledge/*.toml`.
//!
//! Every topic has the same number of example questions, because a topic with more of them would
//! draw questions to itself; the array lengths below make another number a parse error.

use chrono::NaiveDate;
use rules::annual_report::FilerKind;
use serde::Deserialize;

use crate::AssistantError;

/// 书面问法 Formal example questions of each topic.
pub const FORMAL_QUESTIONS: usize = 3;
/// 口语问法 Colloquial example questions of each topic.
pub const COLLOQUIAL_QUESTIONS: usize = 7;

const TOPIC_FILES: [(&str, &str); 10] = [
    ("filing.toml", include_str!("../knowledge/filing.toml")),
    ("kinds.toml", include_str!("../knowledge/kinds.toml")),
    ("figures.toml", include_str!("../knowledge/figures.toml")),
    ("capital.toml", include_str!("../knowledge/capital.toml")),
    ("contact.toml", include_str!("../knowledge/contact.toml")),
    ("corrections.toml", include_str!("../knowledge/corrections.toml")),
    ("foreign.toml", include_str!("../knowledge/foreign.toml")),
    ("lists.toml", include_str!("../knowledge/lists.toml")),
    ("account.toml", include_str!("../knowledge/account.toml")),
    ("elsewhere.toml", include_str!("../knowledge/elsewhere.toml")),
];
const UNRELATED_FILE: (&str, &str) = ("unrelated.toml", include_str!("../knowledge/unrelated.toml"));

/// 引用 A regulation that an answer rests on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// 法规 Name of the law, regulation or rule.
    pub regulation: String,
    /// 条款 Article, absent where the whole text is meant.
    pub article: Option<String>,
}

/// 主题 One thing that people ask, and what to tell them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// 代号 Stable name.
    pub slug: String,
    /// 标题 Short, as shown in a list of suggestions.
    pub title: String,
    /// 答复 The answer, shown as it stands.
    pub answer: String,
    /// 依据 What the answer rests on, at least one.
    pub citations: Vec<Citation>,
    /// 相关字段 Fields of the annual report that the answer is about.
    pub fields: Vec<String>,
    /// 适用主体 Kinds of filers whose business it is; empty if it is everybody's.
    #[serde(default)]
    pub kinds: Vec<FilerKind>,
    /// 生效日 First day on which the answer holds.
    pub valid_from: NaiveDate,
    /// 指路 Belongs to another counter: the answer only says to which.
    #[serde(default)]
    pub elsewhere: bool,
    /// 书面问法 Questions in the words of the regulation.
    pub formal: [String; FORMAL_QUESTIONS],
    /// 口语问法 Questions in the words of those who ask.
    pub colloquial: [String; COLLOQUIAL_QUESTIONS],
}

impl Topic {
    /// 示例问法 All example questions, the formal ones first.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        self.formal.iter().chain(&self.colloquial).map(String::as_str)
    }
}

/// 知识库 All topics, and questions that belong to none.
#[derive(Clone, Debug)]
pub struct Knowledge {
    /// 主题 In the order of the files.
    pub topics: Vec<Topic>,
    /// 无关问法 Examples of what is none of this system's business.
    pub unrelated: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    topic: Vec<Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnrelatedFile {
    questions: Vec<String>,
}

impl Knowledge {
    /// The knowledge that is part of the binary.
    ///
    /// # Errors
    /// [`AssistantError::Knowledge`] names the file and the place that does not parse.
    pub fn built_in() -> Result<Self, AssistantError> {
        let mut topics = Vec::new();
        for (file, text) in TOPIC_FILES {
            topics.extend(parse::<TopicFile>(file, text)?.topic);
        }
        let unrelated = parse::<UnrelatedFile>(UNRELATED_FILE.0, UNRELATED_FILE.1)?.questions;
        Ok(Self { topics, unrelated })
    }
}

fn parse<T: for<'de> Deserialize<'de>>(file: &'static str, text: &str) -> Result<T, AssistantError> {
    toml::from_str(text).map_err(|error| AssistantError::Knowledge { file, reason: error.to_string() })
}
