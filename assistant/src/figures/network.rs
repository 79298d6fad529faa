//! 遮盖网络 A small network that guesses each figure from the others, from last year's and from the industry: it gives
//! the middle and the spread of a masked figure. What lies far from the guess is pointed at, with the range expected.

use candle_core::{D, DType, Device, Result, Tensor, Var};

use super::dice::Dice;
use super::sheet::{FIELDS, Field, SECTIONS, Sample, Sheet, scaled};

/// Figures, which of them are shown, those of last year, which of them there are, industry.
pub(super) const INPUTS: usize = FIELDS + FIELDS + 2 * Field::WRITTEN + SECTIONS;
const HIDDEN: usize = 124;
/// Middle and logarithm of the spread of every figure.
const OUTPUTS: usize = 2 * FIELDS;
/// Keeps the scaled figures within a few units.
const INPUT_SCALE: f32 = 4.0;
/// The spread is never narrower than rounding.
const LEAST_LOG_SPREAD: f64 = -5.0;
const MOST_LOG_SPREAD: f64 = 2.0;
/// Layers as (inputs, outputs).
const SHAPES: [(usize, usize); 3] = [(INPUTS, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, OUTPUTS)];
/// Names of the tensors of each layer.
const NAMES: [(&str, &str); 3] = [
    ("network.0.weight", "network.0.bias"),
    ("network.1.weight", "network.1.bias"),
    ("network.2.weight", "network.2.bias"),
];

/// A guess of one figure, in scaled units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Guess {
    pub(super) middle: f32,
    pub(super) spread: f32,
}

/// 遮盖网络 Weights and biases of three layers.
pub(super) struct Network {
    layers: Vec<(Tensor, Tensor)>,
}

/// What a figure is to the network.
pub(super) fn figure(value: f64) -> f32 {
    scaled(value) as f32 / INPUT_SCALE
}

/// Undoes [`figure`].
pub(super) fn value(figure: f64) -> f64 {
    super::sheet::unscaled(figure * f64::from(INPUT_SCALE))
}

/// The inputs of a report with some figures masked.
pub(super) fn inputs(sample: &Sample, masked: &[bool; FIELDS]) -> Vec<f32> {
    let mut row = Vec::with_capacity(INPUTS);
    let this: Vec<Option<f32>> =
        sample.this.0.iter().zip(masked).map(|(value, masked)| value.filter(|_| !masked).map(figure)).collect();
    let last: Vec<Option<f32>> = sample.last.0[..Field::WRITTEN].iter().map(|value| value.map(figure)).collect();
    for figures in [&this, &last] {
        row.extend(figures.iter().map(|figure| figure.unwrap_or_default()));
        row.extend(figures.iter().map(|figure| f32::from(u8::from(figure.is_some()))));
    }
    row.extend((0..SECTIONS).map(|section| f32::from(u8::from(section == sample.industry()))));
    row
}

impl Network {
    /// Random weights, to be trained.
    pub(super) fn untrained(dice: &mut Dice) -> Result<(Self, Vec<Var>)> {
        let (mut layers, mut vars) = (Vec::new(), Vec::new());
        for (from, to) in SHAPES {
            let bound = (3.0 / from as f32).sqrt();
            let weights: Vec<f32> = (0..from * to).map(|_| dice.symmetric() * bound).collect();
            let weight = Var::from_tensor(&Tensor::from_vec(weights, (from, to), &Device::Cpu)?)?;
            let bias = Var::from_tensor(&Tensor::zeros((1, to), DType::F32, &Device::Cpu)?)?;
            layers.push((weight.as_tensor().clone(), bias.as_tensor().clone()));
            vars.extend([weight, bias]);
        }
        Ok((Self { layers }, vars))
    }

    /// From stored tensors.
    pub(super) fn load(tensor: impl Fn(&str) -> Option<Tensor>) -> Option<Self> {
        let layer = |((weight, bias), (from, to)): (&(&str, &str), (usize, usize))| {
            let (weight, bias) = (tensor(weight)?, tensor(bias)?);
            (weight.dims() == [from, to] && bias.dims() == [1, to]).then_some((weight, bias))
        };
        Some(Self { layers: NAMES.iter().zip(SHAPES).map(layer).collect::<Option<_>>()? })
    }

    /// To be stored.
    pub(super) fn tensors(&self) -> impl Iterator<Item = (&'static str, Tensor)> {
        let both = |((weight, bias), tensors): (&(&'static str, &'static str), &(Tensor, Tensor))| {
            [(*weight, tensors.0.detach()), (*bias, tensors.1.detach())]
        };
        NAMES.iter().zip(&self.layers).flat_map(both)
    }

    /// 参数个数
    pub(super) fn parameters(&self) -> usize {
        self.layers.iter().map(|(weight, bias)| weight.elem_count() + bias.elem_count()).sum()
    }

    /// Middles and logarithms of spreads, a row a report.
    pub(super) fn forward(&self, rows: &Tensor) -> Result<(Tensor, Tensor)> {
        let mut x = rows.clone();
        for (place, (weight, bias)) in self.layers.iter().enumerate() {
            x = x.matmul(weight)?.broadcast_add(bias)?;
            if place + 1 < self.layers.len() {
                x = x.relu()?;
            }
        }
        let middles = x.narrow(D::Minus1, 0, FIELDS)?;
        let spreads = x.narrow(D::Minus1, FIELDS, FIELDS)?.clamp(LEAST_LOG_SPREAD, MOST_LOG_SPREAD)?;
        Ok((middles, spreads))
    }

    /// Each written figure guessed from the others, one pass for all: a row for each figure that is masked.
    pub(super) fn guesses(&self, samples: &[Sample]) -> Result<Vec<[Guess; FIELDS]>> {
        let mut rows = Vec::with_capacity(samples.len() * FIELDS * INPUTS);
        for sample in samples {
            for field in 0..FIELDS {
                rows.extend(inputs(sample, &together(field)));
            }
        }
        let rows = Tensor::from_vec(rows, (samples.len() * FIELDS, INPUTS), &Device::Cpu)?;
        let (middles, spreads) = self.forward(&rows)?;
        let (middles, spreads) = (middles.to_vec2::<f32>()?, spreads.to_vec2::<f32>()?);
        let guess = |row: usize, field: usize| Guess { middle: middles[row][field], spread: spreads[row][field].exp() };
        let of_sample = |sample: usize| std::array::from_fn(|field| guess(sample * FIELDS + field, field));
        Ok((0..samples.len()).map(of_sample).collect())
    }
}

/// What is masked to guess a figure: with the figure itself nothing else.
fn together(field: usize) -> [bool; FIELDS] {
    std::array::from_fn(|other| other == field)
}

/// How many spreads each written figure lies from its guess.
pub(super) fn deviations(sheet: &Sheet, guesses: &[Guess; FIELDS]) -> [Option<f32>; FIELDS] {
    std::array::from_fn(|field| {
        let guess = guesses[field];
        let written = sheet.0[field].filter(|_| field < Field::WRITTEN)?;
        Some((figure(written) - guess.middle) / guess.spread)
    })
}
