//! 智能助手 `qinxin assistant train | evaluate | review`.

use std::path::Path;

use ::assistant::Assistant;
use ::assistant::evaluation::{self, Case};
use ::assistant::figures::{self, Model, Settings, Split};
use anyhow::{Context, Result, bail, ensure};
use chrono::Days;
use serde::Serialize;
use services::ports::{Clock, Progress};
use services::questions;

use super::{open, prepared, print};
use crate::cli::{AssistantAct, LearnedReports};
use crate::config::Config;
use crate::progress::Bar;

/// Reports without which nothing is learnt.
const LEAST: usize = 1_000;
/// Groups of unanswered questions that are shown.
const GROUPS: usize = 40;
/// Questions of a group that are shown.
const EXAMPLES: usize = 5;
/// What was measured when the weights were made.
const EVALUATION_FILE: &str = "evaluation.json";

pub async fn run(config: &Config, act: AssistantAct, clock: Clock) -> Result<()> {
    match act {
        AssistantAct::Train { reports, epochs, out } => {
            let folder = out.unwrap_or_else(|| config.model_dir());
            train(config, reports, epochs, &folder, clock).await
        }
        AssistantAct::Evaluate { reports, questions, only_questions, json } => {
            let figures = if only_questions { None } else { Some(measure(config, reports, clock).await?) };
            let asked = ask(questions.as_deref())?;
            if json {
                as_json(&Evaluated { figures, questions: asked })
            } else {
                print(&told(figures.as_ref(), &asked))
            }
        }
        AssistantAct::Review { days, most, json } => review(config, days, most, json, clock).await,
    }
}

/// What is printed and stored.
#[derive(Serialize)]
struct Evaluated {
    figures: Option<Measured>,
    questions: Vec<Asked>,
}

/// The figures with what they were measured on.
#[derive(Serialize)]
struct Measured {
    seed: u64,
    reports: usize,
    epochs: Option<usize>,
    parameters: usize,
    false_alarms_aimed_at: f64,
    #[serde(flatten)]
    report: figures::evaluation::Report,
}

/// The questions of a file.
#[derive(Serialize)]
struct Asked {
    name: String,
    #[serde(flatten)]
    report: evaluation::Report,
}

async fn samples(config: &Config, reports: LearnedReports, clock: Clock) -> Result<Split> {
    let (db, _lock) = open(config, "assistant").await?;
    let db = prepared(config, db, clock).await?;
    let bar = Bar::new();
    let samples = services::figures::samples(&db, reports.year, reports.most, &bar).await;
    bar.finish();
    let samples = samples.context("读取年报失败")?;
    ensure!(
        samples.len() >= LEAST,
        "只有{}份带数字的年报，至少需要{LEAST}份；可以先用 qinxin generate 生成。",
        samples.len()
    );
    Ok(Split::of(samples, reports.seed))
}

async fn train(config: &Config, reports: LearnedReports, epochs: usize, folder: &Path, clock: Clock) -> Result<()> {
    let split = samples(config, reports, clock).await?;
    let settings = Settings { seed: reports.seed, epochs, false_alarms: reports.false_alarms };
    let bar = Bar::new();
    let progress = |done: usize, total: usize, loss: f64| {
        bar.report(&format!("训练（损失 {loss:.3}）"), done as u64, Some(total as u64));
    };
    let model = figures::train(&split, &settings, &progress);
    bar.finish();
    let model = model?;
    std::fs::create_dir_all(folder).with_context(|| format!("无法建立目录 {}", folder.display()))?;
    model.store(folder)?;
    let measured = measured(&model, &split, reports, Some(epochs))?;
    let text = serde_json::to_string_pretty(&measured)?;
    std::fs::write(folder.join(EVALUATION_FILE), format!("{text}\n"))?;
    print(&format!("{}权重和评测已写入 {}，下次启动时生效。\n", told(Some(&measured), &[]), folder.display()))
}

async fn measure(config: &Config, reports: LearnedReports, clock: Clock) -> Result<Measured> {
    let split = samples(config, reports, clock).await?;
    let folder = config.model_dir();
    let own = folder.join(figures::MODEL_FILE).exists();
    let model = if own { Model::load(&folder)? } else { Model::built_in()? };
    measured(&model, &split, reports, None)
}

fn measured(model: &Model, split: &Split, reports: LearnedReports, epochs: Option<usize>) -> Result<Measured> {
    let report = figures::evaluation::evaluate(model, &split.test, reports.each, reports.false_alarms, reports.seed)?;
    Ok(Measured {
        seed: reports.seed,
        reports: split.fit.len() + split.calibration.len() + split.test.len(),
        epochs,
        parameters: model.parameters(),
        false_alarms_aimed_at: reports.false_alarms,
        report,
    })
}

/// The committed questions of both splits, or those of a file.
fn ask(file: Option<&Path>) -> Result<Vec<Asked>> {
    let assistant = Assistant::load(None)?;
    if let Some(cause) = assistant.degraded() {
        tracing::warn!(%cause, "questions are looked up by words only");
    }
    let texts = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).with_context(|| format!("无法读取 {}", file.display()))?;
            vec![(file.display().to_string(), text)]
        }
        None => evaluation::SPLITS.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec(),
    };
    let mut asked = Vec::new();
    for (name, text) in texts {
        let cases = Case::read_all(&text);
        if cases.is_empty() {
            bail!("{name} 里没有问题；每行应为：问题、制表符、主题代号或者“-”，第一行是标题。");
        }
        let report = evaluation::evaluate(&assistant, &cases).with_context(|| name.clone())?;
        asked.push(Asked { name, report });
    }
    Ok(asked)
}

fn told(figures: Option<&Measured>, questions: &[Asked]) -> String {
    let mut text = String::new();
    let percent = |share: f64| format!("{:5.1}%", share * 100.0);
    if let Some(measured) = figures {
        let report = &measured.report;
        text += &format!(
            "数字异常：{}份年报，网络{}个参数，种子{}\n误报率        硬规则 {}  加比率筛查 {}  加遮盖网络 {}\n",
            measured.reports,
            measured.parameters,
            measured.seed,
            percent(report.false_alarms_hard),
            percent(report.false_alarms_with_screen),
            percent(report.false_alarms_with_network),
        );
        text += "找回率        硬规则   加比率筛查  加遮盖网络  修正建议命中\n";
        for kind in &report.kinds {
            let mark = if kind.held_out { "（未参与训练）" } else { "" };
            text += &format!(
                "  {:<14} {}   {}      {}      {}  {}份 {}{mark}\n",
                kind.kind,
                percent(kind.hard),
                percent(kind.with_screen),
                percent(kind.with_network),
                percent(kind.repaired),
                kind.reports,
                kind.term,
            );
        }
        let [hard, screen, network] = report.macro_recall;
        text += &format!("  宏平均         {}   {}      {}\n", percent(hard), percent(screen), percent(network));
    }
    for asked in questions {
        let report = &asked.report;
        text += &format!("问答 {}：范围内{}题，范围外{}题\n", asked.name, report.in_scope, report.out_of_scope);
        for (label, share) in [
            ("首位命中 hit@1", report.hit_at_1),
            ("前三命中 hit@3", report.hit_at_3),
            ("直接答复", report.answered),
            ("直接答复中正确", report.answered_right),
            ("拒答 AUROC", report.refusal_auroc),
            ("范围外误答", report.out_of_scope_answered),
        ] {
            text += &format!("  {label}：{share:.3}\n");
        }
    }
    text
}

/// A group of questions, to be printed.
#[derive(Serialize)]
struct Grouped {
    asked: u64,
    nearest: Option<String>,
    questions: Vec<String>,
}

async fn review(config: &Config, days: u64, most: i64, json: bool, clock: Clock) -> Result<()> {
    let (db, _lock) = open(config, "assistant review").await?;
    let db = prepared(config, db, clock).await?;
    let since = clock.today().checked_sub_days(Days::new(days)).context("天数太大")?;
    let assistant = services::assistant::Assistant::default();
    let bar = Bar::new();
    let groups = questions::unanswered(&db, &assistant, since, most, &bar).await;
    bar.finish();
    let groups = groups?.into_iter();
    let groups: Vec<Grouped> = groups
        .map(|group| Grouped { asked: group.asked, nearest: group.nearest, questions: group.questions })
        .collect();
    if json {
        return as_json(&groups);
    }
    let mut text = format!("{since}以来没有答复的问题：{}组\n", groups.len());
    for group in groups.iter().take(GROUPS) {
        text += &format!(
            "{}次，{}种问法，最近的主题：{}\n",
            group.asked,
            group.questions.len(),
            group.nearest.as_deref().unwrap_or("无")
        );
        for question in group.questions.iter().take(EXAMPLES) {
            text += &format!("  {question}\n");
        }
    }
    print(&text)
}

fn as_json(value: &impl Serialize) -> Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}
