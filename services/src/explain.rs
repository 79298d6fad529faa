//! 解释 Why a rule speaks about a report and how to mend it, in plain Chinese with the values in the form.

use entities::enterprise::registered;
use entities::{Database, Scope};
use rules::access::Viewer;
use rules::annual_report::{FieldValue, FilerKind, Finding, Form, Proposal, Severity, Values, form, rules};

use crate::draft::{self, Checked, DraftError};

/// 填写内容 A field that a finding is about, with what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// 字段路径
    pub path: String,
    /// 字段名称
    pub label: String,
    /// 填写内容 `None` where nothing is written.
    pub value: Option<String>,
    /// 单位
    pub unit: Option<String>,
}

/// 解释
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// 规则编号
    pub rule_id: String,
    /// 严重程度
    pub severity: Severity,
    /// Whether the rule speaks about the report as it is now.
    pub is_at_fault: bool,
    /// 说明 To be shown as it stands.
    pub text: String,
    /// 涉及字段
    pub fields: Vec<Shown>,
    /// 更正建议
    pub proposals: Vec<Proposal>,
    /// 依据
    pub source: String,
}

/// 解释 What a rule says about the report of `year` with `typed` in place of what is prefilled; `None` if no rule on
/// such reports has this number. Explains the first place at fault if there are several, and names how many.
///
/// # Errors
/// As [`draft::prepare`].
pub async fn explain(
    db: &Database,
    row: &registered::Model,
    year: i32,
    rule_id: &str,
    typed: &Values,
    scope: &Scope,
    viewer: &Viewer,
) -> Result<Option<Explanation>, DraftError> {
    let kind = FilerKind::of(row.kind);
    let Some(rule) = rules(kind, year).find(|rule| rule.id == rule_id) else { return Ok(None) };
    let checked = draft::prepare(db, row, year, typed, scope, viewer).await?;
    let mut spoken = checked.findings.iter().filter(|finding| finding.rule_id == rule_id);
    let Some(first) = spoken.next() else {
        return Ok(Some(Explanation {
            rule_id: rule.id.clone(),
            severity: rule.severity,
            is_at_fault: false,
            text: format!("按现在填写的内容，这一项已经没有问题，不需要再改。核查依据：{}。", rule.source),
            fields: Vec::new(),
            proposals: Vec::new(),
            source: rule.source.clone(),
        }));
    };
    let others = spoken.count();
    let fields = form(kind, year).map(|form| shown(form, first, &checked, typed)).unwrap_or_default();
    Ok(Some(Explanation {
        rule_id: first.rule_id.to_owned(),
        severity: first.severity,
        is_at_fault: true,
        text: text(first, &fields, others),
        fields,
        proposals: first.proposals.clone(),
        source: first.source.to_owned(),
    }))
}

const fn demand(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "这是必须改正的错误，改正以前不能提交。",
        Severity::Warning => "这是需要核对的警告：确有其事的，写明原因就可以提交。",
        Severity::Hint => "这只是提示，不影响提交。",
    }
}

fn text(finding: &Finding, fields: &[Shown], others: usize) -> String {
    let mut text = format!("{}{}", demand(finding.severity), finding.message);
    let written = fields.iter().map(|field| match &field.value {
        Some(value) => format!("{}“{value}”{}", field.label, field.unit.as_deref().unwrap_or_default()),
        None => format!("{}没有填写", field.label),
    });
    let written: Vec<String> = written.collect();
    if !written.is_empty() {
        text += &format!("表中现在填写的是：{}。", written.join("，"));
    }
    text += &format!("怎样处理：{}", finding.mend);
    let meant: Vec<String> = finding.proposals.iter().map(|one| proposed(one, fields)).collect();
    if !meant.is_empty() {
        text += &format!("可以考虑改为：{}，请核对后自己决定是否采用。", meant.join("，"));
    }
    if others > 0 {
        text += &format!("另有{others}处有同样的问题。");
    }
    text + &format!("依据：{}。", finding.source)
}

fn proposed(proposal: &Proposal, fields: &[Shown]) -> String {
    let label = fields.iter().find(|field| field.path == proposal.path).map_or(&proposal.path, |field| &field.label);
    format!("{label}“{}”", proposal.value)
}

/// Fields shown at most: a list of everything that is missing says no more than its beginning.
const SHOWN: usize = 12;

fn shown(form: &Form, finding: &Finding, checked: &Checked, typed: &Values) -> Vec<Shown> {
    let of = |path: &String| {
        let field = form.field(path)?;
        let drafted = checked.draft.values.iter().find(|value| value.path == *path);
        let value = typed.get(path).or_else(|| drafted?.value.as_ref()).filter(|value| !FieldValue::is_blank(value));
        let word = |text: String| {
            field.choices.as_deref().and_then(|list| list.word(&text)).map(str::to_owned).unwrap_or(text)
        };
        Some(Shown {
            path: path.clone(),
            label: drafted.map_or_else(|| field.label.clone(), |drafted| drafted.label.clone()),
            value: value.map(|value| word(value.to_string())),
            unit: field.unit.clone(),
        })
    };
    finding.paths.iter().filter_map(of).take(SHOWN).collect()
}
