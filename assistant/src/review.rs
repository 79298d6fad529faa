//! 复盘 Groups questions that found no answer, so that somebody can write the topics that are wanted.

use crate::space::{dot, normalised};
use crate::{Assistant, AssistantError, QuestionError};

/// 问题组 Questions of like meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The questions, the most typical first.
    pub questions: Vec<String>,
    /// How often they were asked together.
    pub asked: u64,
    /// 最近主题 Title of the topic that is nearest to the first.
    pub nearest: Option<String>,
}

/// Likeness from which two questions are of one group, after what all questions have in common is taken away.
const ALIKE: f32 = 0.45;

/// Why questions cannot be grouped.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The encoder is not in use or refuses.
    #[error("{0}")]
    Assistant(#[from] AssistantError),
    /// 没有编码器 Words alone do not tell what is alike.
    #[error("语义模型不可用，不能归并问题")]
    NoEncoder,
}

impl Assistant {
    /// 归并 Groups of questions, those asked most often first. Each question is put into the group whose middle it is
    /// nearest to, or begins one.
    ///
    /// # Errors
    /// Without an encoder.
    pub fn groups(
        &self,
        questions: &[(String, u64)],
        progress: &dyn Fn(usize, usize),
    ) -> Result<Vec<Group>, ReviewError> {
        let mut clusters: Vec<Cluster> = Vec::new();
        for (done, (question, asked)) in questions.iter().enumerate() {
            let point = self.point(question)?.ok_or(ReviewError::NoEncoder)?;
            let nearest = clusters.iter_mut().map(|cluster| (dot(&cluster.middle, &point), cluster));
            match nearest.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness >= ALIKE) {
                Some((_, cluster)) => cluster.add(question, *asked, point),
                None => clusters.push(Cluster::of(question, *asked, point)),
            }
            progress(done + 1, questions.len());
        }
        let mut groups: Vec<Group> = clusters.into_iter().map(|cluster| cluster.group(self)).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.asked));
        Ok(groups)
    }
}

/// A group under construction.
struct Cluster {
    sum: Vec<f32>,
    middle: Vec<f32>,
    members: Vec<(String, Vec<f32>)>,
    asked: u64,
}

impl Cluster {
    fn of(question: &str, asked: u64, point: Vec<f32>) -> Self {
        Self { sum: point.clone(), middle: point.clone(), members: vec![(question.to_owned(), point)], asked }
    }

    fn add(&mut self, question: &str, asked: u64, point: Vec<f32>) {
        self.sum.iter_mut().zip(&point).for_each(|(sum, x)| *sum += x);
        self.middle = normalised(self.sum.clone());
        self.members.push((question.to_owned(), point));
        self.asked += asked;
    }

    fn group(mut self, assistant: &Assistant) -> Group {
        let middle = self.middle;
        self.members.sort_by(|a, b| dot(&b.1, &middle).total_cmp(&dot(&a.1, &middle)));
        let questions: Vec<String> = self.members.into_iter().map(|(question, _)| question).collect();
        let nearest = questions.first().and_then(|question| nearest(assistant, question).ok().flatten());
        Group { questions, asked: self.asked, nearest }
    }
}

fn nearest(assistant: &Assistant, question: &str) -> Result<Option<String>, QuestionError> {
    let ranking = assistant.rank(question)?;
    Ok(ranking.topics.first().map(|ranked| assistant.knowledge().topics[ranked.topic].title.clone()))
}
