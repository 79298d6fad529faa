use super::*;
use crate::evaluation::{Case, SPLITS};

fn knowledge() -> Knowledge {
    Knowledge::built_in().expect("topics")
}

fn asked(question: &str, focus: &Focus) -> Option<Answer> {
    let knowledge = knowledge();
    FieldAnswers::new(&knowledge).expect("names").answer(&knowledge, question, focus)
}

#[test]
fn every_field_of_every_form_is_answered() {
    let knowledge = knowledge();
    let answers = FieldAnswers::new(&knowledge).expect("names");
    for kind in FilerKind::ALL {
        let form = annual_report::form(*kind, ANY_YEAR).expect("a form");
        let focus = Focus { kind: Some(*kind), ..Focus::default() };
        for section in &form.sections {
            for field in &section.fields {
                for words in ["怎么填？", "填什么", "要填吗？", "会公示吗", "是必填项吗"] {
                    let question = format!("{}{words}", field.label);
                    if answers.authored.contains(&plain(&question)) {
                        continue;
                    }
                    let answer = answers.answer(&knowledge, &question, &focus);
                    let answer = answer.unwrap_or_else(|| panic!("{question} has no answer"));
                    assert!(answer.text.contains(&field.note), "{question}: {}", answer.text);
                    assert!(!answer.citations.is_empty() && answer.verdict == Verdict::Answered, "{question}");
                }
            }
        }
    }
}

#[test]
fn an_answer_is_that_of_the_kind_that_asks() {
    let household = Focus { kind: Some(FilerKind::Individual), ..Focus::default() };
    let answer = asked("联系电话怎么填？", &household).expect("an answer");
    assert!(answer.text.contains("由您选择") && !answer.text.contains("企业"), "{}", answer.text);
    let cited = answer.citations.first().map(|one| (one.regulation.as_str(), one.article.as_deref()));
    assert_eq!(cited, Some(("个体工商户年度报告暂行办法", Some("第六条"))));
    // Of whom nothing is known is told what differs.
    let anybody = asked("联系电话怎么填？", &Focus::default()).expect("an answer");
    assert!(anybody.text.contains("由您选择") && anybody.text.contains("应当向社会公示"), "{}", anybody.text);
    assert_eq!((anybody.topic.as_deref(), anybody.related_fields.len()), (Some("field:phone"), 1));
    // A field of others is told all the same.
    assert!(asked("研发费用要填吗", &household).is_some_and(|answer| answer.text.starts_with("“研发费用”")));
    let required = asked("电子邮箱要不要填", &Focus { kind: Some(FilerKind::Branch), ..Focus::default() });
    assert!(required.is_some_and(|answer| answer.text.contains("栏的一项。这一项必须填写。")));
}

#[test]
fn questions_of_topics_are_left_to_them() {
    let knowledge = knowledge();
    let answers = FieldAnswers::new(&knowledge).expect("names");
    for topic in &knowledge.topics {
        for question in topic.questions() {
            assert!(answers.answer(&knowledge, question, &Focus::default()).is_none(), "{question}");
        }
    }
    // Those by which the assistant is measured: none is taken away from a topic that is not about the field.
    for case in SPLITS.iter().flat_map(|(_, text)| Case::read_all(text)) {
        let Some(answer) = answers.answer(&knowledge, &case.question, &Focus::default()) else { continue };
        let topic = knowledge.topics.iter().find(|topic| Some(&topic.slug) == case.topic.as_ref());
        let is_about = |topic: &crate::Topic| topic.fields.iter().any(|field| answer.related_fields.contains(field));
        assert!(topic.is_some_and(is_about), "{}: {:?}", case.question, answer.topic);
    }
}
