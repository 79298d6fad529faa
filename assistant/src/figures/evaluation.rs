//! 评测 How many planted mistakes each layer finds, at the same share of false alarms.

use serde::Serialize;

use super::dice::Dice;
use super::errors::ErrorKind;
use super::model::{Model, Surprise};
use super::sheet::{Field, Sample};
use super::train::{CHUNK, threshold};
use crate::AssistantError;

/// Tries to plant one mistake.
const TRIES: usize = 4;

/// 找回率 Of one kind of mistake, 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recall {
    /// 差错种类
    pub kind: &'static str,
    /// 名称
    pub term: &'static str,
    /// Whether the network never saw this kind.
    pub held_out: bool,
    /// Reports with it.
    pub reports: usize,
    /// Found by the hard rules.
    pub hard: f64,
    /// Found by the hard rules or the screen.
    pub with_screen: f64,
    /// Found by any of the three layers.
    pub with_network: f64,
    /// Of those found, the planted mistake undone is among the repairs offered.
    pub repaired: f64,
}

/// 评测结果
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Sound reports.
    pub sound: usize,
    /// 误报率 Of the hard rules alone; of the other two it is matched.
    pub false_alarms_hard: f64,
    /// 误报率 With the screen.
    pub false_alarms_with_screen: f64,
    /// 误报率 With the network.
    pub false_alarms_with_network: f64,
    /// By kind of mistake.
    pub kinds: Vec<Recall>,
    /// 宏平均 Of the kinds, by layer: hard rules, with the screen, with the network.
    pub macro_recall: [f64; 3],
}

/// Thresholds at which the layers together raise the share of false alarms.
struct Limits {
    screen: f64,
    network: f64,
}

impl Limits {
    /// Fitted on the sound reports of one half, to be measured on the other.
    fn fit(surprises: &[Surprise], share: f64) -> Self {
        let matched = |of: &dyn Fn(&Surprise) -> f64| {
            let raised = surprises.iter().map(|one| if one.hard { f64::INFINITY } else { of(one) });
            threshold(raised.collect(), share)
        };
        Self { screen: matched(&|one| one.screen), network: matched(&|one| one.screen.max(one.network)) }
    }

    fn with_screen(&self, one: &Surprise) -> bool {
        one.hard || one.screen > self.screen
    }

    fn with_network(&self, one: &Surprise) -> bool {
        one.hard || one.screen.max(one.network) > self.network
    }
}

/// Plants every kind of mistake into sound reports that the model has not seen.
///
/// # Errors
/// [`AssistantError::Compute`] if the tensor library refuses.
pub fn evaluate(
    model: &Model,
    sound: &[Sample],
    each: usize,
    false_alarms: f64,
    seed: u64,
) -> Result<Report, AssistantError> {
    let mut dice = Dice::new(seed.wrapping_add(2));
    let (fit, test) = sound.split_at(sound.len() / 2);
    let (fitted, tested) = (surprises(model, fit)?, surprises(model, test)?);
    let limits = Limits::fit(&fitted, false_alarms);
    let mut kinds = Vec::new();
    for kind in ErrorKind::ALL {
        kinds.push(recall(model, &limits, kind, test, each, &mut dice)?);
    }
    let mean = |of: fn(&Recall) -> f64| kinds.iter().map(of).sum::<f64>() / kinds.len().max(1) as f64;
    Ok(Report {
        sound: tested.len(),
        false_alarms_hard: share(&tested, |one| one.hard),
        false_alarms_with_screen: share(&tested, |one| limits.with_screen(one)),
        false_alarms_with_network: share(&tested, |one| limits.with_network(one)),
        macro_recall: [mean(|one| one.hard), mean(|one| one.with_screen), mean(|one| one.with_network)],
        kinds,
    })
}

fn recall(
    model: &Model,
    limits: &Limits,
    kind: ErrorKind,
    sound: &[Sample],
    each: usize,
    dice: &mut Dice,
) -> Result<Recall, AssistantError> {
    let candidates = sound.iter().filter(|sample| !sample.this.is_zero());
    let planted: Vec<(Sample, Sample)> = candidates
        .filter_map(|sample| Some((*sample, (0..TRIES).find_map(|_| kind.planted(sample, dice))?)))
        .take(each)
        .collect();
    let wrong: Vec<Sample> = planted.iter().map(|(_, wrong)| *wrong).collect();
    let surprises = surprises(model, &wrong)?;
    let (mut looked_at, mut repaired) = (0_usize, 0_usize);
    for ((sound, wrong), _) in planted.iter().zip(&surprises).filter(|(_, one)| limits.with_network(one)).take(REPAIRED)
    {
        looked_at += 1;
        repaired += usize::from(is_offered(model, kind, sound, wrong)?);
    }
    Ok(Recall {
        kind: kind.code(),
        term: kind.term(),
        held_out: kind == ErrorKind::HELD_OUT,
        reports: wrong.len(),
        hard: share(&surprises, |one| one.hard),
        with_screen: share(&surprises, |one| limits.with_screen(one)),
        with_network: share(&surprises, |one| limits.with_network(one)),
        repaired: repaired as f64 / looked_at.max(1) as f64,
    })
}

/// Reports of each kind whose repairs are looked at: each costs a hundred judgements.
const REPAIRED: usize = 60;

/// Whether a repair brings the sound figures back, but for rounding, and but for the last amount where that was lost.
fn is_offered(model: &Model, kind: ErrorKind, sound: &Sample, wrong: &Sample) -> Result<bool, AssistantError> {
    let repairs = super::repair::repairs(model, wrong)?;
    let is_right = |repair: &super::Repair| {
        let mut sheet = wrong.this;
        repair.values.iter().for_each(|(field, value)| sheet.set(*field, Some(*value)));
        if kind == ErrorKind::Shifted {
            sheet.set(Field::Tax, sound.this.get(Field::Tax));
        }
        sheet.0.iter().zip(&sound.this.0).all(|(mended, sound)| match (mended, sound) {
            (Some(mended), Some(sound)) => (mended - sound).abs() <= 0.5_f64.max(sound.abs() * 0.01),
            (mended, sound) => mended == sound,
        })
    };
    Ok(repairs.iter().any(is_right))
}

fn surprises(model: &Model, samples: &[Sample]) -> Result<Vec<Surprise>, AssistantError> {
    let mut all = Vec::with_capacity(samples.len());
    for chunk in samples.chunks(CHUNK) {
        all.extend(model.surprises(chunk)?);
    }
    Ok(all)
}

fn share<T>(all: &[T], holds: impl Fn(&T) -> bool) -> f64 {
    all.iter().filter(|one| holds(one)).count() as f64 / all.len().max(1) as f64
}
