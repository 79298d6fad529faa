//! 规则 `qinxin rules diff`.

use std::path::Path;

use ::rules::annual_report::{Changed, Comparison, Rulebook, Severity};
use anyhow::{Context, Result, ensure};
use entities::Scope;
use serde_json::{Value, json};
use services::ports::Clock;
use services::rule_diff;

use super::{open, prepared, print};
use crate::cli::RulesAct;
use crate::config::Config;
use crate::progress::Bar;

pub async fn run(config: &Config, act: RulesAct, clock: Clock) -> Result<()> {
    let RulesAct::Diff { old, new, year, json } = act;
    ensure!(old.is_some() || new.is_some(), "请用 --old 或者 --new 指明要与现行规则比对的规则表");
    let (old, new) = (rulebook(old.as_deref())?, rulebook(new.as_deref())?);
    let (db, _lock) = open(config, "rules diff").await?;
    let db = prepared(config, db, clock).await?;
    let bar = Bar::new();
    let compared = rule_diff::compare(&db, &old, &new, year, &Scope::now(clock.today()), &bar).await;
    bar.finish();
    let compared = compared.context("比对失败")?;
    ensure!(compared.reports > 0, "没有{year}年度的年报");
    let text = if json { format!("{}\n", serde_json::to_string_pretty(&as_json(&compared))?) } else { told(&compared) };
    print(&text)
}

/// The tables of a file or of every file of a folder, else those in force.
fn rulebook(path: Option<&Path>) -> Result<Rulebook> {
    let Some(path) = path else { return Ok(Rulebook::in_force()?) };
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path).with_context(|| format!("无法读取 {}", path.display()))?;
        files = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        ensure!(!files.is_empty(), "{} 里没有规则表（*.toml）", path.display());
    }
    let read = |file: &std::path::PathBuf| {
        std::fs::read_to_string(file).with_context(|| format!("无法读取 {}", file.display()))
    };
    let texts = files.iter().map(read).collect::<Result<Vec<_>>>()?;
    let tables: Vec<&str> = texts.iter().map(String::as_str).collect();
    Rulebook::read(&tables).with_context(|| format!("规则表 {} 有错误", path.display()))
}

fn told(compared: &Comparison) -> String {
    let mut text = format!("比对年报 {} 份\n", compared.reports);
    let mut is_same = true;
    for (id, changed) in compared.differences() {
        is_same = false;
        text += &format!(
            "{id}  新增不通过 {}  转为通过 {}  都不通过 {}{}\n",
            changed.newly_failing,
            changed.newly_passing,
            changed.both,
            severity(changed),
        );
        for (word, examples) in [("新增", &changed.failing), ("转为通过", &changed.passing)] {
            for example in examples {
                text += &format!("    {word} {}：{}\n", example.report, example.message);
            }
        }
    }
    if is_same {
        text += "两份规则表对这些年报的结论完全相同。\n";
    }
    text
}

fn severity(changed: &Changed) -> String {
    let code = |severity: Option<Severity>| severity.map_or("", Severity::code);
    if changed.severity_changed == 0 {
        return String::new();
    }
    format!("  严重程度 {} → {}", code(changed.severity.0), code(changed.severity.1))
}

fn as_json(compared: &Comparison) -> Value {
    let rules = compared.rules().map(|(id, changed)| {
        let examples = |list: &[::rules::annual_report::Example]| -> Value {
            list.iter().map(|example| json!({ "report": example.report, "message": example.message })).collect()
        };
        json!({
            "rule": id,
            "newlyFailing": changed.newly_failing,
            "newlyPassing": changed.newly_passing,
            "both": changed.both,
            "severityBefore": changed.severity.0.map(Severity::code),
            "severityAfter": changed.severity.1.map(Severity::code),
            "failingExamples": examples(&changed.failing),
            "passingExamples": examples(&changed.passing),
        })
    });
    json!({ "reports": compared.reports, "rules": rules.collect::<Value>() })
}
