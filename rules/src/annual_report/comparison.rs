//! 规则比对 What would change if one state of the rules took the place of another: per rule, how many reports newly
//! fail and how many newly pass, with examples. Holds counts and a few examples, never the reports.

use std::collections::BTreeMap;

use super::{Judgement, Severity};

/// Examples kept for each rule and direction.
const EXAMPLES: usize = 3;

/// 例子 A report on which the two disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Name by which the caller knows the report.
    pub report: String,
    /// What the rule that speaks says.
    pub message: String,
}

/// 变化 What changes about one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Reports on which both speak.
    pub both: u64,
    /// 新增不通过 Reports on which only the new state speaks.
    pub newly_failing: u64,
    /// 转为通过 Reports on which only the old state speaks.
    pub newly_passing: u64,
    /// 严重程度变化 Reports on which both speak, with another severity.
    pub severity_changed: u64,
    /// Examples of reports that newly fail.
    pub failing: Vec<Example>,
    /// Examples of reports that newly pass.
    pub passing: Vec<Example>,
    /// Severity before and after, as far as the rule spoke.
    pub severity: (Option<Severity>, Option<Severity>),
}

/// 比对 Counts of a walk over reports.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Reports compared.
    pub reports: u64,
    rules: BTreeMap<String, Changed>,
}

impl Comparison {
    /// Adds what the old and the new state say about a report.
    pub fn add(&mut self, report: &str, old: &[Judgement<'_>], new: &[Judgement<'_>]) {
        self.reports += 1;
        for judgement in old {
            let after = find(new, &judgement.rule.id);
            let changed = self.rules.entry(judgement.rule.id.clone()).or_default();
            changed.severity.0 = Some(judgement.rule.severity);
            match after {
                Some(after) => {
                    changed.both += 1;
                    changed.severity_changed += u64::from(after.rule.severity != judgement.rule.severity);
                }
                None => {
                    changed.newly_passing += 1;
                    keep(&mut changed.passing, report, judgement);
                }
            }
        }
        for judgement in new {
            let is_new = find(old, &judgement.rule.id).is_none();
            let changed = self.rules.entry(judgement.rule.id.clone()).or_default();
            changed.severity.1 = Some(judgement.rule.severity);
            if is_new {
                changed.newly_failing += 1;
                keep(&mut changed.failing, report, judgement);
            }
        }
    }

    /// 变化 Every rule that spoke, by number.
    pub fn rules(&self) -> impl Iterator<Item = (&str, &Changed)> {
        self.rules.iter().map(|(id, changed)| (id.as_str(), changed))
    }

    /// 差异 The rules about which anything changes.
    pub fn differences(&self) -> impl Iterator<Item = (&str, &Changed)> {
        self.rules().filter(|(_, changed)| changed.newly_failing + changed.newly_passing + changed.severity_changed > 0)
    }
}

fn find<'a>(judgements: &'a [Judgement<'a>], id: &str) -> Option<&'a Judgement<'a>> {
    judgements.iter().find(|judgement| judgement.rule.id == id)
}

fn keep(examples: &mut Vec<Example>, report: &str, judgement: &Judgement<'_>) {
    if examples.len() < EXAMPLES {
        let message = judgement.messages.first().cloned().unwrap_or_default();
        examples.push(Example { report: report.to_owned(), message });
    }
}
