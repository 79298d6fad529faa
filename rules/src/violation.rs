//! 违法行为用语 What violations and what is done about them are called, term by term with the law that speaks of
//! it: words of which the parts say something else, as 无证经营 is no 经营.
//!
//! The rows stand in `data/violation_terms.csv`.

use std::sync::LazyLock;

use crate::vocabulary::{AbnormalGround, RemovalGround, SeriousGround};

/// 用语 A term and the law that speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViolationTerm {
    /// 用语
    pub term: &'static str,
    /// 法规 Without its book marks.
    pub law: &'static str,
    /// 又作 How decisions write it in other words, all of which stand there; empty if they write the term itself.
    pub also: &'static str,
}

static TERMS: LazyLock<Vec<ViolationTerm>> = LazyLock::new(|| {
    let rows = include_str!("../data/violation_terms.csv").lines().skip(1);
    let term = |line: &'static str| {
        let mut cells = line.split(',');
        Some(ViolationTerm { term: cells.next()?, law: cells.next()?, also: cells.next().unwrap_or_default() })
    };
    rows.filter_map(term).collect()
});

/// Every term, in the order of the table.
pub fn terms() -> &'static [ViolationTerm] {
    &TERMS
}

/// 列入与移出的原因 The grounds of listings and removals, as they are written down.
pub fn grounds() -> impl Iterator<Item = &'static str> {
    let abnormal = AbnormalGround::ALL.iter().map(|ground| ground.term());
    let removal = RemovalGround::ALL.iter().map(|ground| ground.term());
    abnormal.chain(removal).chain(SeriousGround::ALL.iter().map(|ground| ground.term()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_term_stands_there_once_with_its_law() {
        let mut seen = HashSet::new();
        for ViolationTerm { term, law, also } in terms() {
            assert!(seen.insert(term) && !law.is_empty() && also != term, "{term}");
            assert!(term.chars().count() >= 2 && term.chars().all(char::is_alphanumeric), "{term}");
        }
        assert!(seen.contains(&"虚假宣传") && seen.contains(&"无证经营"));
        assert!(grounds().any(|ground| ground == "侵害消费者权益"));
    }
}
