//! 检索 Ranks the topics for a question and decides what may be said.
//!
//! A topic's score is the cosine to its nearest example question, plus the cosine to its centre,
//! plus a little standardised BM25. Three signals decide: how high the first topic scores, how
//! far it is ahead of the second, and how much nearer it is than any unrelated question.
//! The numbers below were fitted on `evaluation/development.tsv` (`examples/fit.rs`).

use crate::answer::{Method, Verdict};
use crate::keywords::KeywordScores;
use crate::space::{dot, mean, normalised};
use crate::vectors::KnowledgeVectors;

/// Weight of the centre of a topic beside its nearest question.
const CENTRE: f32 = 1.0;
/// Weight of standardised BM25. Cosine sums spread over about a quarter, so this is some 0.15
/// of a standard deviation.
const KEYWORDS: f32 = 0.04;

/// 信号 What a verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signals {
    /// 首位得分 Score of the first topic.
    pub top: f32,
    /// 领先 Its lead over the second.
    pub margin: f32,
    /// 相关性 How much nearer the first topic is than the nearest unrelated question.
    pub advantage: f32,
}

/// 候选 A topic with its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Index into the topics of the knowledge.
    pub topic: usize,
    /// Score by which the topics are ordered.
    pub score: f32,
    /// 相似度 Likeness to show, 0 to 1.
    pub likeness: f32,
}

/// 排序 All topics, best first.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// 候选 Never empty unless the knowledge is.
    pub topics: Vec<Ranked>,
    /// 信号 For the verdict.
    pub signals: Signals,
    /// 方法 How it was found.
    pub method: Method,
}

/// 判定参数 Logistic weights of the three signals, and the limits of the verdicts.
struct Limits {
    top: f32,
    margin: f32,
    advantage: f32,
    bias: f32,
    /// Confidence from which the first topic is given as the answer.
    answer_from: f32,
    /// Advantage below which nothing is given as the answer.
    advantage_from: f32,
    /// Advantage below which not even near topics are offered.
    unknown_below: f32,
}

const ENCODER_LIMITS: Limits = Limits {
    top: 3.70,
    margin: 3.95,
    advantage: 3.96,
    bias: -4.06,
    answer_from: 0.5,
    advantage_from: 0.05,
    unknown_below: -0.03,
};

const KEYWORD_LIMITS: Limits = Limits {
    top: 0.0,
    margin: 15.71,
    advantage: 10.81,
    bias: -2.13,
    answer_from: 0.6,
    advantage_from: 0.05,
    unknown_below: 0.03,
};

impl Ranking {
    /// 把握 Probability that the first topic is the right one, as fitted.
    pub fn confidence(&self) -> f32 {
        let (limits, signals) = (self.limits(), self.signals);
        let sum = limits.top * signals.top
            + limits.margin * signals.margin
            + limits.advantage * signals.advantage
            + limits.bias;
        1.0 / (1.0 + (-sum).exp())
    }

    /// 判定 Whether to answer, to offer near topics, or to pass on.
    pub fn verdict(&self) -> Verdict {
        let limits = self.limits();
        let advantage = self.signals.advantage;
        if advantage < limits.unknown_below {
            Verdict::Unknown
        } else if advantage >= limits.advantage_from && self.confidence() >= limits.answer_from {
            Verdict::Answered
        } else {
            Verdict::Unsure
        }
    }

    /// Adds to the score of each topic what speaks for it beside the words. Confidence and advantage stay those of the
    /// words: a focus alone answers nothing.
    pub(crate) fn favour(&mut self, favour: impl Fn(usize) -> f32) {
        let first = self.topics.first().map(|ranked| (ranked.topic, ranked.likeness));
        self.topics.iter_mut().for_each(|ranked| ranked.score += favour(ranked.topic));
        self.topics.sort_by(|a, b| b.score.total_cmp(&a.score));
        let score = |place: usize| self.topics.get(place).map_or(0.0, |ranked| ranked.score);
        self.signals.margin = score(0) - score(1);
        if let (Some((before, likeness)), Some(now)) = (first, self.topics.first())
            && before != now.topic
        {
            self.signals.advantage -= likeness - now.likeness;
        }
    }

    const fn limits(&self) -> &'static Limits {
        match self.method {
            Method::Encoder => &ENCODER_LIMITS,
            // A field that is named is not looked for.
            Method::Keywords | Method::Form => &KEYWORD_LIMITS,
        }
    }

    /// By words alone.
    pub(crate) fn by_keywords(keywords: &KeywordScores) -> Self {
        let scored = keywords.coverage.iter().map(|coverage| (*coverage, *coverage)).collect();
        Self::new(scored, keywords.unrelated, Method::Keywords)
    }

    /// `scored`: score and likeness of each topic in the order of the knowledge.
    fn new(scored: Vec<(f32, f32)>, unrelated: f32, method: Method) -> Self {
        let ranked = scored.into_iter().enumerate();
        let mut topics: Vec<Ranked> =
            ranked.map(|(topic, (score, likeness))| Ranked { topic, score, likeness }).collect();
        topics.sort_by(|a, b| b.score.total_cmp(&a.score));
        let score = |place: usize| topics.get(place).map_or(0.0, |ranked| ranked.score);
        let likeness = topics.first().map_or(0.0, |ranked| ranked.likeness);
        let signals = Signals { top: score(0), margin: score(0) - score(1), advantage: likeness - unrelated };
        for ranked in &mut topics {
            ranked.likeness = ranked.likeness.clamp(0.0, 1.0);
        }
        Self { topics, signals, method }
    }
}

/// 语义检索 The example questions as points, with the centre of each topic.
pub struct Semantics {
    vectors: KnowledgeVectors,
    centres: Vec<Vec<f32>>,
}

impl Semantics {
    pub fn new(vectors: KnowledgeVectors) -> Self {
        let centres = vectors.topics.iter().map(|points| normalised(mean(points))).collect();
        Self { vectors, centres }
    }

    /// The question where questions are compared.
    pub fn point(&self, question: &[f32]) -> Vec<f32> {
        self.vectors.space.point(question)
    }

    /// By meaning, with a little weight on words.
    pub fn rank(&self, question: &[f32], keywords: &KeywordScores) -> Ranking {
        let point = self.vectors.space.point(question);
        let topics = self.vectors.topics.iter().zip(&self.centres).zip(&keywords.standardised);
        let scored = topics
            .map(|((questions, centre), words)| {
                let nearest = nearest(&point, questions);
                (nearest + CENTRE * dot(&point, centre) + KEYWORDS * words, nearest)
            })
            .collect();
        Ranking::new(scored, nearest(&point, &self.vectors.unrelated), Method::Encoder)
    }
}

fn nearest(point: &[f32], points: &[Vec<f32>]) -> f32 {
    points.iter().map(|other| dot(point, other)).fold(-1.0, f32::max)
}
