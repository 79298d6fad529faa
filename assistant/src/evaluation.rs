//! 评测 How often the assistant is right on questions with a known topic.

use serde::Serialize;

use crate::{Assistant, QuestionError, Ranking, Verdict};

/// 标记 Stands in a file for "belongs to no topic".
const OUT_OF_SCOPE: &str = "-";
const NEAR: usize = 3;

/// 两份问题 The committed questions: those that limits were fitted on, and those that they are measured on.
pub const SPLITS: [(&str, &str); 2] =
    [("development", include_str!("../evaluation/development.tsv")), ("test", include_str!("../evaluation/test.tsv"))];

/// 评测问题 A question and the topic that a person gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// 问题 As people ask it.
    pub question: String,
    /// 主题 `None` if it belongs to no topic.
    pub topic: Option<String>,
}

impl Case {
    /// Reads lines of question, tab, slug or `-`, after one line of headings. Lines without a
    /// tab are passed over.
    pub fn read_all(text: &str) -> Vec<Self> {
        let rows = text.lines().skip(1).filter_map(|line| line.split_once('\t'));
        rows.map(|(question, slug)| Self {
            question: question.to_owned(),
            topic: Some(slug.trim()).filter(|slug| *slug != OUT_OF_SCOPE).map(str::to_owned),
        })
        .collect()
    }
}

/// 评测结果 Shares are 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Questions that have a topic.
    pub in_scope: usize,
    /// Questions that have none.
    pub out_of_scope: usize,
    /// 首位命中率 Right topic first, of those in scope.
    pub hit_at_1: f64,
    /// 前三命中率 Right topic among the first three, of those in scope.
    pub hit_at_3: f64,
    /// 直接答复率 Answered directly, of those in scope.
    pub answered: f64,
    /// 答复正确率 Right topic, of those answered in scope.
    pub answered_right: f64,
    /// 误拒率 Said to be unknown, of those in scope.
    pub unknown_in_scope: f64,
    /// 拒答 AUROC How well the advantage over unrelated questions tells the two apart.
    pub refusal_auroc: f64,
    /// 误答率 Answered with a topic that is not a mere signpost, of those out of scope.
    pub out_of_scope_answered: f64,
    /// 拒答率 Said to be unknown, of those out of scope.
    pub out_of_scope_unknown: f64,
}

/// Asks every question and counts.
///
/// # Errors
/// [`QuestionError`] if a case holds no question.
pub fn evaluate(assistant: &Assistant, cases: &[Case]) -> Result<Report, QuestionError> {
    let mut outcomes = Vec::with_capacity(cases.len());
    for case in cases {
        outcomes.push(Outcome::new(assistant, case, &assistant.rank(&case.question)?));
    }
    let (inside, outside): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.has_topic);
    let answered: Vec<_> = inside.iter().copied().filter(|outcome| outcome.answered()).collect();
    Ok(Report {
        in_scope: inside.len(),
        out_of_scope: outside.len(),
        hit_at_1: share(&inside, |outcome| outcome.place == Some(0)),
        hit_at_3: share(&inside, |outcome| outcome.place.is_some_and(|place| place < NEAR)),
        answered: share(&inside, Outcome::answered),
        answered_right: share(&answered, |outcome| outcome.place == Some(0)),
        unknown_in_scope: share(&inside, |outcome| outcome.verdict == Verdict::Unknown),
        refusal_auroc: auroc(&inside, &outside),
        out_of_scope_answered: share(&outside, |outcome| outcome.answered() && !outcome.signpost),
        out_of_scope_unknown: share(&outside, |outcome| outcome.verdict == Verdict::Unknown),
    })
}

struct Outcome {
    has_topic: bool,
    /// Place of the right topic in the ranking.
    place: Option<usize>,
    verdict: Verdict,
    /// The first topic only points to another counter.
    signpost: bool,
    advantage: f32,
}

impl Outcome {
    fn new(assistant: &Assistant, case: &Case, ranking: &Ranking) -> Self {
        let topics = &assistant.knowledge().topics;
        let is_right = |slug: &String| ranking.topics.iter().position(|ranked| topics[ranked.topic].slug == *slug);
        let first = ranking.topics.first().map(|ranked| &topics[ranked.topic]);
        Self {
            has_topic: case.topic.is_some(),
            place: case.topic.as_ref().and_then(is_right),
            verdict: ranking.verdict(),
            signpost: first.is_some_and(|topic| topic.elsewhere),
            advantage: ranking.signals.advantage,
        }
    }

    fn answered(&self) -> bool {
        self.verdict == Verdict::Answered
    }
}

fn share(outcomes: &[&Outcome], holds: impl Fn(&Outcome) -> bool) -> f64 {
    let count = outcomes.iter().filter(|outcome| holds(outcome)).count();
    count as f64 / outcomes.len().max(1) as f64
}

/// Probability that a question in scope has more advantage than one out of scope.
fn auroc(inside: &[&Outcome], outside: &[&Outcome]) -> f64 {
    let pairs = inside.iter().flat_map(|a| outside.iter().map(move |b| (a.advantage, b.advantage)));
    let won: f64 = pairs
        .map(|(a, b)| {
            if a > b {
                1.0
            } else if a < b {
                0.0
            } else {
                0.5
            }
        })
        .sum();
    won / (inside.len() * outside.len()).max(1) as f64
}
