//! Lint of the knowledge base: complete, without doubles, in step with its vectors.

use std::collections::HashSet;

use assistant::evaluation::Case;
use assistant::{AssistantError, Knowledge, KnowledgeVectors, MODEL_SHA256, Topic};
use rules::annual_report::{FilerKind, form};

/// Year whose forms the related fields are looked up in.
const FORM_YEAR: i32 = 2025;
const SPLITS: [&str; 2] = [include_str!("../../evaluation/development.tsv"), include_str!("../../evaluation/test.tsv")];

type TestResult = Result<(), Box<dyn std::error::Error>>;

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn is_article(text: &str) -> bool {
    text.starts_with('第') && text.contains('条')
}

fn has_field(name: &str) -> bool {
    let forms = FilerKind::ALL.iter().filter_map(|kind| form(*kind, FORM_YEAR));
    forms.flat_map(|form| &form.sections).any(|section| section.name == name || section.field(name).is_some())
}

fn faults(topic: &Topic) -> Vec<&'static str> {
    let sentences = topic.answer.matches('。').count();
    let cited = |topic: &Topic| {
        !topic.citations.is_empty()
            && topic
                .citations
                .iter()
                .all(|citation| !citation.regulation.is_empty() && citation.article.as_deref().is_none_or(is_article))
    };
    let checks = [
        (is_slug(&topic.slug), "slug"),
        (topic.title.chars().count() >= 4, "title"),
        ((2..=6).contains(&sentences) && topic.answer.ends_with('。'), "answer of 2 to 6 sentences"),
        (cited(topic), "citations"),
        (topic.fields.iter().all(|field| has_field(field)), "fields of a form"),
        (topic.formal.iter().all(|question| question.ends_with('？')), "formal questions"),
        (topic.questions().all(|question| question.trim() == question && !question.is_empty()), "questions"),
        (topic.elsewhere == topic.slug.starts_with("out_of_scope_"), "elsewhere"),
    ];
    checks.iter().filter(|(holds, _)| !holds).map(|(_, what)| *what).collect()
}

#[test]
fn every_topic_is_complete() -> TestResult {
    let knowledge = Knowledge::built_in()?;
    assert!(knowledge.topics.len() >= 60, "{}", knowledge.topics.len());
    for topic in &knowledge.topics {
        assert_eq!(faults(topic), Vec::<&str>::new(), "{}", topic.slug);
    }
    Ok(())
}

#[test]
fn nothing_stands_twice() -> TestResult {
    let knowledge = Knowledge::built_in()?;
    let mut slugs = HashSet::new();
    let mut titles = HashSet::new();
    let mut questions = HashSet::new();
    for topic in &knowledge.topics {
        assert!(slugs.insert(&topic.slug), "{}", topic.slug);
        assert!(titles.insert(&topic.title), "{}", topic.title);
    }
    let unrelated = knowledge.unrelated.iter().map(String::as_str);
    for question in knowledge.topics.iter().flat_map(Topic::questions).chain(unrelated) {
        assert!(questions.insert(question), "{question}");
    }
    Ok(())
}

#[test]
fn evaluation_questions_are_new_and_their_topics_exist() -> TestResult {
    let knowledge = Knowledge::built_in()?;
    let slugs: HashSet<_> = knowledge.topics.iter().map(|topic| &topic.slug).collect();
    let mut seen: HashSet<String> = knowledge.topics.iter().flat_map(Topic::questions).map(str::to_owned).collect();
    seen.extend(knowledge.unrelated.iter().cloned());
    for case in SPLITS.iter().flat_map(|split| Case::read_all(split)) {
        assert!(case.topic.as_ref().is_none_or(|slug| slugs.contains(slug)), "{case:?}");
        assert!(seen.insert(case.question.clone()), "{}", case.question);
    }
    Ok(())
}

#[test]
fn every_split_asks_about_every_topic() -> TestResult {
    let knowledge = Knowledge::built_in()?;
    for split in SPLITS {
        let asked: HashSet<_> = Case::read_all(split).into_iter().filter_map(|case| case.topic).collect();
        let missing: Vec<_> = knowledge.topics.iter().filter(|topic| !asked.contains(&topic.slug)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
    Ok(())
}

#[test]
fn stored_vectors_are_in_step_with_questions_and_model() -> TestResult {
    let knowledge = Knowledge::built_in()?;
    KnowledgeVectors::built_in(&knowledge, MODEL_SHA256)?;
    Ok(())
}

#[test]
fn a_changed_question_or_model_is_noticed() -> TestResult {
    let mut knowledge = Knowledge::built_in()?;
    let slug = knowledge.topics[3].slug.clone();
    let other_model = KnowledgeVectors::built_in(&knowledge, "another");
    assert!(matches!(other_model, Err(AssistantError::VectorsOutOfStep { .. })));
    knowledge.topics[3].colloquial[0].push('呢');
    let other_question = KnowledgeVectors::built_in(&knowledge, MODEL_SHA256).err();
    assert_eq!(other_question.as_ref().map(AssistantError::code), Some("ASSISTANT_VECTORS_OUT_OF_STEP"));
    // The space is made of all questions and comes first; the message names what to store again.
    let message = other_question.map(|error| error.to_string()).unwrap_or_default();
    assert!(message.contains("store_vectors"), "{message} {slug}");
    Ok(())
}
