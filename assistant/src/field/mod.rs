//! 字段问答 A question that names a field of the form and asks how it is filled in is answered from the definition of the
//! field: no likeness, no threshold, the same words for everybody.
//!
//! FIELD-1: the whole question must be understood, the name of the field and what is asked of it; of any other question
//! nothing is said here, and the topics answer it.
//! FIELD-2: a question that an author has answered is the author's.

mod asked;
mod told;

use std::collections::HashSet;

use rules::annual_report::{self, Field, FilerKind, Section};

use crate::answer::{Answer, Method, NearTopic, Verdict};
use crate::{AssistantError, Focus, Knowledge};

use self::asked::{Names, plain};

/// Year whose forms are looked at where no report is open.
const ANY_YEAR: i32 = 2025;
/// Topics that are offered beside the answer.
const NEAR_TOPICS: usize = 3;

/// 所问 What is asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// 怎么填
    How,
    /// 要填吗
    Required,
    /// 公示吗
    Public,
    /// 单位是什么
    Unit,
}

/// 字段 A field as it stands on the forms of some kinds.
struct Place {
    kind: FilerKind,
    section: &'static Section,
    field: &'static Field,
}

/// 字段问答 The names of all fields, and the questions that are left to authors.
pub(crate) struct FieldAnswers {
    names: Names,
    /// Example questions of topics, without punctuation.
    authored: HashSet<String>,
}

impl FieldAnswers {
    /// # Errors
    /// [`AssistantError::Knowledge`] if the other names do not parse.
    pub(crate) fn new(knowledge: &Knowledge) -> Result<Self, AssistantError> {
        let authored = knowledge.topics.iter().flat_map(|topic| topic.questions().map(plain)).collect();
        Ok(Self { names: Names::built_in()?, authored })
    }

    /// The answer, if the question is one about a field.
    pub(crate) fn answer(&self, knowledge: &Knowledge, question: &str, focus: &Focus) -> Option<Answer> {
        let question = plain(question);
        if self.authored.contains(&question) {
            return None;
        }
        let asked = self.names.asked(&question)?;
        let places = places(asked.labels, asked.section, focus);
        let first = places.first()?;
        let path = first.path();
        let near: Vec<NearTopic> = knowledge
            .topics
            .iter()
            .filter(|topic| topic.fields.iter().any(|field| *field == first.field.name || *field == first.section.name))
            .take(NEAR_TOPICS)
            .map(|topic| NearTopic { slug: topic.slug.clone(), title: topic.title.clone(), score: 1.0 })
            .collect();
        Some(Answer {
            verdict: Verdict::Answered,
            topic: Some(format!("field:{path}")),
            title: Some(format!("“{}”怎么填", first.field.label)),
            text: told::text(&places, asked.ask),
            citations: told::citations(&places),
            confidence: 1.0,
            related_fields: related(&places),
            valid_from: None,
            elsewhere: false,
            near_topics: near,
            method: Method::Form,
        })
    }
}

impl Place {
    /// `phone`, `contributions.paid`.
    fn path(&self) -> String {
        match self.section.table {
            Some(_) => format!("{}.{}", self.section.name, self.field.name),
            None => self.field.name.clone(),
        }
    }
}

/// Where fields of these labels stand: on the form of the kind that is looked at if it has one, else on all forms.
fn places(labels: &[String], section: Option<&str>, focus: &Focus) -> Vec<Place> {
    let year = focus.year.unwrap_or(ANY_YEAR);
    let on = |kind: FilerKind| {
        let form = annual_report::form(kind, year).or_else(|| annual_report::form(kind, ANY_YEAR));
        form.into_iter().flat_map(move |form| {
            form.sections
                .iter()
                .flat_map(move |section| section.fields.iter().map(move |field| Place { kind, section, field }))
        })
    };
    let meant =
        |place: &Place| labels.contains(&place.field.label) && section.is_none_or(|name| place.section.label == name);
    let own: Vec<Place> = focus.kind.into_iter().flat_map(on).filter(meant).collect();
    if own.is_empty() { FilerKind::ALL.iter().copied().flat_map(on).filter(meant).collect() } else { own }
}

/// Names as topics name them: fields, and tables without their columns.
fn related(places: &[Place]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for place in places {
        let name = if place.section.table.is_some() { &place.section.name } else { &place.field.name };
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

#[cfg(test)]
mod tests;
