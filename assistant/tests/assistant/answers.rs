//! What the assistant says, how often it is right, and what it refuses.

use std::path::Path;
use std::sync::LazyLock;

use assistant::evaluation::{Case, evaluate};
use assistant::{Assistant, Knowledge, Method, QuestionError, Verdict};
use proptest::prelude::*;

use super::{ASSISTANT, NO_MODEL};

#[expect(clippy::unwrap_used, reason = "a test that cannot load has failed")]
static BY_WORDS: LazyLock<Assistant> = LazyLock::new(|| Assistant::load(Some(Path::new(NO_MODEL))).unwrap());

type TestResult = Result<(), Box<dyn std::error::Error>>;

#[test]
fn keeps_its_figures_on_questions_it_was_not_fitted_to() -> TestResult {
    let cases = Case::read_all(include_str!("../../evaluation/test.tsv"));
    let report = evaluate(&ASSISTANT, &cases)?;
    assert!(report.in_scope >= 60 && report.out_of_scope >= 40, "{report:?}");
    assert!(report.hit_at_1 >= 0.78, "{report:?}");
    assert!(report.hit_at_3 >= 0.92, "{report:?}");
    assert!(report.answered_right >= 0.85, "{report:?}");
    assert!(report.refusal_auroc >= 0.93, "{report:?}");
    assert!(report.out_of_scope_answered <= 0.08, "{report:?}");
    Ok(())
}

#[test]
fn answers_every_example_question_with_its_own_topic() -> TestResult {
    // One question a topic, each from another place in the list.
    for (number, topic) in ASSISTANT.knowledge().topics.iter().enumerate() {
        let questions: Vec<_> = topic.questions().collect();
        let answer = ASSISTANT.ask(questions[number % questions.len()])?;
        assert_eq!(answer.topic.as_ref(), Some(&topic.slug), "{answer:?}");
        assert_eq!(answer.text, topic.answer);
        assert_eq!(answer.citations, topic.citations);
        assert_eq!(answer.related_fields, topic.fields);
        assert_eq!(answer.near_topics.len(), 3);
        assert!(answer.near_topics.iter().all(|near| near.slug != topic.slug));
    }
    Ok(())
}

#[test]
fn cites_the_article_for_a_late_report() -> TestResult {
    let answer = ASSISTANT.ask("年报没按时报会怎么样？")?;
    assert_eq!(answer.verdict, Verdict::Answered);
    assert_eq!(answer.topic.as_deref(), Some("late_consequence"));
    assert_eq!(answer.method, Method::Encoder);
    let cited: Vec<_> = answer.citations.iter().map(|citation| citation.regulation.as_str()).collect();
    assert_eq!(cited[0], "企业信息公示暂行条例");
    assert!(answer.citations[0].article.as_deref().is_some_and(|article| article.contains("第十八条")));
    assert!(answer.valid_from.is_some());
    Ok(())
}

#[test]
fn says_that_it_does_not_know_and_how_to_reach_a_person() -> TestResult {
    for question in ["明天的天气如何", "帮我写首关于长城的诗", "红烧肉怎么烧", "zzzz"] {
        let answer = ASSISTANT.ask(question)?;
        assert_eq!(answer.verdict, Verdict::Unknown, "{question}: {answer:?}");
        assert!(answer.topic.is_none() && answer.citations.is_empty() && answer.near_topics.is_empty());
        assert!(answer.text.contains("12345"), "{}", answer.text);
    }
    Ok(())
}

#[test]
fn points_to_the_right_counter() -> TestResult {
    for (question, slug, counter) in [
        ("我想注册一个商标", "out_of_scope_trademark", "国家知识产权局"),
        ("老板拖欠我的工资不给", "out_of_scope_labour", "12333"),
        ("增值税发票怎么开", "out_of_scope_tax_declare", "12366"),
    ] {
        let answer = ASSISTANT.ask(question)?;
        assert_eq!(answer.topic.as_deref(), Some(slug), "{answer:?}");
        assert!(answer.elsewhere && answer.text.contains(counter), "{answer:?}");
    }
    Ok(())
}

#[test]
fn is_shared_between_threads() {
    const fn shared<T: Send + Sync>(_: &T) {}
    shared(&*ASSISTANT);
}

#[test]
fn refuses_what_is_no_question() {
    let refusal = |question: &str| ASSISTANT.ask(question).err();
    for empty in ["", "   ", "\n\t\u{3000}", "\u{200b}\u{feff}", "\0"] {
        assert_eq!(refusal(empty), Some(QuestionError::Empty), "{empty:?}");
    }
    let long = "报".repeat(2_001);
    assert_eq!(refusal(&long), Some(QuestionError::TooLong { length: 2_001 }));
    assert_eq!(refusal(&long).map(|error| error.code()), Some("ASSISTANT_QUESTION_TOO_LONG"));
    assert_eq!(QuestionError::Empty.code(), "ASSISTANT_QUESTION_EMPTY");
    assert_eq!(refusal(&"报".repeat(2_000)), None);
}

#[test]
fn without_a_model_it_looks_up_words_and_says_so() -> TestResult {
    assert_eq!(BY_WORDS.method(), Method::Keywords);
    assert_eq!(BY_WORDS.degraded().map(|error| error.code()), Some("ASSISTANT_FILE_UNREADABLE"));
    assert!(ASSISTANT.degraded().is_none());
    let answer = BY_WORDS.ask("连锁企业总部如何批量申报分公司年度报告")?;
    assert_eq!(answer.method, Method::Keywords);
    let found = answer.topic.iter().chain(answer.near_topics.iter().map(|near| &near.slug));
    assert!(found.into_iter().any(|slug| slug == "parent_files_for_branches"), "{answer:?}");
    assert_eq!(BY_WORDS.ask("附近好吃的烤鸭店")?.verdict, Verdict::Unknown);
    Ok(())
}

#[test]
fn a_folder_with_a_model_is_used() -> TestResult {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/model");
    let assistant = Assistant::load(Some(Path::new(folder)))?;
    assert_eq!(assistant.method(), Method::Encoder);
    assert_eq!(assistant.ask("单位是万元吗")?, ASSISTANT.ask("单位是万元吗")?);
    Ok(())
}

proptest! {
    #[test]
    fn every_text_gets_an_answer_or_a_refusal(text in "\\PC{0,300}|[\\s\\x00-\\x1f]{0,20}|.{1,40}") {
        match BY_WORDS.ask(&text) {
            Ok(answer) => {
                prop_assert!(!answer.text.is_empty());
                prop_assert!((0.0..=1.0).contains(&answer.confidence));
                prop_assert!(answer.near_topics.len() <= 3);
                prop_assert!(answer.near_topics.iter().all(|near| (0.0..=1.0).contains(&near.score)));
                prop_assert_eq!(answer.topic.is_some(), answer.verdict == Verdict::Answered);
                prop_assert_eq!(answer.citations.is_empty(), answer.topic.is_none());
            }
            Err(error) => prop_assert_eq!(error, QuestionError::Empty),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_encoder_takes_any_text(text in "\\PC{1,60}") {
        if let Ok(answer) = ASSISTANT.ask(&text) {
            prop_assert!((0.0..=1.0).contains(&answer.confidence));
            prop_assert_eq!(answer.method, Method::Encoder);
        }
    }

    #[test]
    fn the_same_question_gets_the_same_answer(topic in 0..60_usize, question in 0..10_usize) {
        let knowledge = Knowledge::built_in().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let asked = knowledge.topics[topic].questions().nth(question).unwrap_or_default();
        prop_assert_eq!(ASSISTANT.ask(asked), ASSISTANT.ask(&format!("　{asked} \n")));
    }
}
