//! 训练 Learns from sound reports: the screen counts, the network is trained on masked figures, part of the time with a
//! mistake planted elsewhere in the report, so that one wrong figure does not make all others look wrong.

use candle_core::{Device, Tensor};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

use super::dice::Dice;
use super::errors::ErrorKind;
use super::model::Model;
use super::network::{self, INPUTS, Network};
use super::screen::Screen;
use super::sheet::{FIELDS, Field, Sample};
use super::tails::Tails;
use crate::AssistantError;

/// 训练参数
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// 种子 The same seed and reports give the same weights.
    pub seed: u64,
    /// 轮数 Passes over the reports.
    pub epochs: usize,
    /// 误报率 Share of sound reports that may be spoken about.
    pub false_alarms: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 2026, epochs: 24, false_alarms: 0.03 }
    }
}

/// 进度 Told after each pass: passes done, of how many, loss.
pub type Progress<'a> = &'a dyn Fn(usize, usize, f64);

const BATCH: usize = 256;
const RATE: f64 = 2e-3;
const DECAY: f64 = 1e-4;
/// Of a hundred reports, so many are shown with a mistake in them.
const SPOILT_PERCENT: usize = 35;
/// Of a hundred figures, so many are masked.
const MASKED_PERCENT: usize = 25;
/// Reports that the network judges at a time.
pub(super) const CHUNK: usize = 512;

/// 三分 Sound reports for fitting, for rarities and for measuring.
pub struct Split {
    /// Three fifths.
    pub fit: Vec<Sample>,
    /// One fifth.
    pub calibration: Vec<Sample>,
    /// One fifth.
    pub test: Vec<Sample>,
}

impl Split {
    /// Shares reports out by the seed.
    pub fn of(mut samples: Vec<Sample>, seed: u64) -> Self {
        Dice::new(seed).shuffle(&mut samples);
        let fifth = samples.len() / 5;
        let test = samples.split_off(samples.len() - fifth);
        let calibration = samples.split_off(samples.len() - fifth);
        Self { fit: samples, calibration, test }
    }
}

/// 训练 A model from sound reports.
///
/// # Errors
/// [`AssistantError::Compute`] if the tensor library refuses.
pub fn train(split: &Split, settings: &Settings, progress: Progress<'_>) -> Result<Model, AssistantError> {
    let network = trained(&split.fit, settings, progress)?;
    let screen = Screen::fit(&split.fit, &split.calibration);
    let mut deviations: Vec<Vec<f32>> = vec![Vec::new(); Field::WRITTEN];
    for chunk in split.calibration.chunks(CHUNK) {
        for (sample, guesses) in chunk.iter().zip(network.guesses(chunk)?) {
            let row = network::deviations(&sample.this, &guesses);
            deviations.iter_mut().zip(row).for_each(|(all, one)| all.extend(one));
        }
    }
    let tails = deviations.into_iter().map(Tails::fit).collect();
    let mut model = Model { screen, network, tails, threshold: f64::INFINITY };
    let mut surprises = Vec::with_capacity(split.calibration.len());
    for chunk in split.calibration.chunks(CHUNK) {
        surprises.extend(model.soft(chunk)?.into_iter().map(|(screen, network)| screen.max(network)));
    }
    model.threshold = threshold(surprises, settings.false_alarms);
    Ok(model)
}

/// The surprise that this share of reports passes.
pub(super) fn threshold(mut surprises: Vec<f64>, share: f64) -> f64 {
    surprises.sort_by(f64::total_cmp);
    let passed = (surprises.len() as f64 * share) as usize;
    let place = surprises.len().saturating_sub(passed + 1);
    surprises.get(place).copied().unwrap_or(f64::INFINITY)
}

fn trained(samples: &[Sample], settings: &Settings, progress: Progress<'_>) -> Result<Network, AssistantError> {
    let mut dice = Dice::new(settings.seed.wrapping_add(1));
    let (network, vars) = Network::untrained(&mut dice)?;
    let mut optimizer = AdamW::new(vars, ParamsAdamW { lr: RATE, weight_decay: DECAY, ..ParamsAdamW::default() })?;
    let mut order: Vec<usize> = (0..samples.len()).collect();
    for epoch in 0..settings.epochs {
        dice.shuffle(&mut order);
        // Down to nothing along a half wave.
        let way = epoch as f64 / settings.epochs.max(1) as f64;
        optimizer.set_learning_rate(RATE * (0.5 + 0.5 * (way * std::f64::consts::PI).cos()).max(0.02));
        let (mut sum, mut count) = (0.0, 0_usize);
        for batch in order.chunks(BATCH) {
            let loss = loss(&network, batch.iter().map(|at| &samples[*at]), &mut dice)?;
            optimizer.backward_step(&loss)?;
            sum += f64::from(loss.to_scalar::<f32>()?);
            count += 1;
        }
        progress(epoch + 1, settings.epochs, sum / count.max(1) as f64);
    }
    Ok(network)
}

/// Mistakes that are planted while training: all but the one held out.
const PLANTED: [ErrorKind; 9] = [
    ErrorKind::UnitOfAll,
    ErrorKind::UnitOfOne,
    ErrorKind::DecimalUp,
    ErrorKind::DecimalDown,
    ErrorKind::Swapped,
    ErrorKind::Transposed,
    ErrorKind::HeadCount,
    ErrorKind::Shifted,
    ErrorKind::LostSign,
];

/// Negative logarithm of the likelihood (Laplace) of the masked figures, of those that are right.
fn loss<'a>(
    network: &Network,
    samples: impl Iterator<Item = &'a Sample>,
    dice: &mut Dice,
) -> Result<Tensor, AssistantError> {
    let (mut rows, mut targets, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    let mut count = 0;
    for sample in samples {
        let spoilt = dice.percent(SPOILT_PERCENT).then(|| PLANTED[dice.below(PLANTED.len())].planted(sample, dice));
        let shown = spoilt.flatten().unwrap_or(*sample);
        let certain = dice.below(Field::WRITTEN);
        let masked: [bool; FIELDS] = std::array::from_fn(|field| field == certain || dice.percent(MASKED_PERCENT));
        rows.extend(network::inputs(&shown, &masked));
        for (truth, is_masked) in sample.this.0.iter().zip(masked) {
            targets.push(truth.map(network::figure).unwrap_or_default());
            weights.push(f32::from(u8::from(is_masked && truth.is_some())));
        }
        count += 1;
    }
    let rows = Tensor::from_vec(rows, (count, INPUTS), &Device::Cpu)?;
    let targets = Tensor::from_vec(targets, (count, FIELDS), &Device::Cpu)?;
    let masked = weights.iter().sum::<f32>().max(1.0);
    let weights = Tensor::from_vec(weights, (count, FIELDS), &Device::Cpu)?;
    let (middles, log_spreads) = network.forward(&rows)?;
    let distances = ((targets - middles)?.abs()? / log_spreads.exp()?)?;
    let sum = ((distances + log_spreads)? * weights)?.sum_all()?;
    Ok((sum / f64::from(masked))?)
}
