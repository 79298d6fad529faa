//! 模型 The ratio screen and the network as one: stored in one file, asked about one report.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{Device, Tensor, safetensors};

use super::network::{self, Guess, Network};
use super::screen::{FEATURES, Feature, GROUPS, Screen};
use super::sheet::{FIELDS, Field, Sample, Sheet};
use super::tails::{STEPS, Tails};
use super::{hard, repair, words};
use crate::AssistantError;

/// 模型文件名 Name of the weights.
pub const MODEL_FILE: &str = "figures.safetensors";
const BUILT_IN: &[u8] = include_bytes!("../../figures/figures.safetensors");

/// 层 What found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// 硬规则
    Hard,
    /// 比率筛查
    Screen,
    /// 遮盖网络
    Network,
}

/// 罕见度 How rare a report is to each layer: -log10 of the probability that a sound one is as strange.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surprise {
    /// Whether a hard rule speaks.
    pub hard: bool,
    /// 比率筛查
    pub screen: f64,
    /// 遮盖网络
    pub network: f64,
}

/// 异常提示 What is strange about a report, for its filer to confirm or to mend. Never a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What found it.
    pub layer: Layer,
    /// 涉及字段 The most suspicious first.
    pub fields: Vec<Field>,
    /// 问题 In plain Chinese, with the values.
    pub message: String,
    /// 处理办法
    pub mend: String,
    /// 通常范围 Between which nine of ten sound reports lie, in the unit of the first field.
    pub expected: Option<(f64, f64)>,
    /// 概率 Of a sound report being as strange.
    pub probability: f64,
}

/// 修正建议 A usual mistake whose undoing makes the report plausible.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// 可能的差错 In plain Chinese.
    pub label: String,
    /// 建议填写 The figures that change.
    pub values: Vec<(Field, f64)>,
}

/// 模型 What has been learnt from sound reports.
pub struct Model {
    pub(super) screen: Screen,
    pub(super) network: Network,
    pub(super) tails: Vec<Tails>,
    /// 提示界限 Surprise from which a report is spoken about.
    pub(super) threshold: f64,
}

impl Model {
    /// The model that is part of the binary.
    ///
    /// # Errors
    /// [`AssistantError::Model`] if the file was damaged before compiling.
    pub fn built_in() -> Result<Self, AssistantError> {
        Self::from_bytes(BUILT_IN)
    }

    /// The model of a folder.
    ///
    /// # Errors
    /// [`AssistantError::File`] if there is none, [`AssistantError::Model`] if it is no model of this shape.
    pub fn load(folder: &Path) -> Result<Self, AssistantError> {
        let path = folder.join(MODEL_FILE);
        let bytes = std::fs::read(&path).map_err(|source| AssistantError::File { path, source })?;
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, AssistantError> {
        let stored = safetensors::load_buffer(bytes, &Device::Cpu)?;
        let damaged = || AssistantError::Model(format!("{MODEL_FILE} does not fit this release"));
        let row = |name: &str, length: usize| -> Result<Vec<f32>, AssistantError> {
            let row: Vec<f32> = stored.get(name).ok_or_else(damaged)?.flatten_all()?.to_vec1()?;
            if row.len() == length { Ok(row) } else { Err(damaged()) }
        };
        let tails = |name: &str, count: usize| -> Result<Vec<Tails>, AssistantError> {
            let all = row(name, count * 2 * STEPS)?;
            let tails = |both: &[f32]| Tails { above: both[..STEPS].to_vec(), below: both[STEPS..].to_vec() };
            Ok(all.chunks_exact(2 * STEPS).map(tails).collect())
        };
        let screen = Screen {
            middles: row("screen.middles", GROUPS * FEATURES)?,
            spreads: row("screen.spreads", GROUPS * FEATURES)?,
            tails: tails("screen.tails", FEATURES)?,
        };
        let network = Network::load(|name| stored.get(name).cloned()).ok_or_else(damaged)?;
        let threshold = f64::from(*row("threshold", 1)?.first().ok_or_else(damaged)?);
        Ok(Self { screen, network, tails: tails("network.tails", Field::WRITTEN)?, threshold })
    }

    /// Writes [`MODEL_FILE`] into a folder.
    ///
    /// # Errors
    /// [`AssistantError::Compute`] if writing fails.
    pub fn store(&self, folder: &Path) -> Result<(), AssistantError> {
        let mut tensors: HashMap<&str, Tensor> = self.network.tensors().collect();
        let mut put = |name: &'static str, row: Vec<f32>| -> Result<(), AssistantError> {
            tensors.insert(name, Tensor::new(row, &Device::Cpu)?);
            Ok(())
        };
        let flat =
            |tails: &[Tails]| tails.iter().flat_map(|tail| tail.above.iter().chain(&tail.below).copied()).collect();
        put("screen.middles", self.screen.middles.clone())?;
        put("screen.spreads", self.screen.spreads.clone())?;
        put("screen.tails", flat(&self.screen.tails))?;
        put("network.tails", flat(&self.tails))?;
        put("threshold", vec![self.threshold as f32])?;
        Ok(safetensors::save(&tensors, folder.join(MODEL_FILE))?)
    }

    /// 参数个数 Of the network.
    pub fn parameters(&self) -> usize {
        self.network.parameters()
    }

    /// 罕见度 How rare reports are to each layer.
    ///
    /// # Errors
    /// [`AssistantError::Compute`] if the tensor library refuses, which no report should cause.
    pub fn surprises(&self, samples: &[Sample]) -> Result<Vec<Surprise>, AssistantError> {
        let soft = self.soft(samples)?;
        let of = |(sample, (screen, network)): (&Sample, (f64, f64))| Surprise {
            hard: hard::speaks(sample),
            screen,
            network,
        };
        Ok(samples.iter().zip(soft).map(of).collect())
    }

    /// Surprise of the screen and of the network.
    pub(super) fn soft(&self, samples: &[Sample]) -> Result<Vec<(f64, f64)>, AssistantError> {
        let guesses = self.network.guesses(samples)?;
        let of = |(sample, guesses): (&Sample, &[Guess; FIELDS])| {
            let network = self.field_surprises(&sample.this, guesses).into_iter().map(|(_, s)| s).fold(0.0, f64::max);
            (self.screen.surprise(sample), network)
        };
        Ok(samples.iter().zip(&guesses).map(of).collect())
    }

    fn field_surprises(&self, sheet: &Sheet, guesses: &[Guess; FIELDS]) -> Vec<(Field, f64)> {
        let deviations = network::deviations(sheet, guesses);
        let of = |field: &Field| {
            Some((*field, self.tails[*field as usize].surprise(f64::from(deviations[*field as usize]?))))
        };
        Field::ALL[..Field::WRITTEN].iter().filter_map(of).collect()
    }

    /// 核查 What the screen and the network find, and the repairs that would make the report plausible. Nothing if
    /// the report is as usual. The hard rules speak for themselves.
    ///
    /// # Errors
    /// As [`Self::surprises`].
    pub fn check(&self, sample: &Sample) -> Result<(Vec<Finding>, Vec<Repair>), AssistantError> {
        let guesses = self.network.guesses(std::slice::from_ref(sample))?;
        let Some(guesses) = guesses.first() else { return Ok((Vec::new(), Vec::new())) };
        let mut findings = Vec::new();
        let mut fields = self.field_surprises(&sample.this, guesses);
        fields.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (field, surprise) in fields.into_iter().filter(|(_, surprise)| *surprise > self.threshold).take(words::MOST)
        {
            findings.push(words::of_field(sample, field, surprise, self.expected(field, guesses[field as usize])));
        }
        let mut features = self.screen.surprises(sample);
        features.sort_by(|a, b| b.1.total_cmp(&a.1));
        let strange = features.into_iter().filter(|(_, surprise)| *surprise > self.threshold);
        for (feature, surprise) in strange.take(words::MOST) {
            findings.push(words::of_feature(sample, feature, surprise, self.usual(sample, feature)));
        }
        let repairs = if findings.is_empty() { Vec::new() } else { repair::repairs(self, sample)? };
        Ok((findings, repairs))
    }

    /// 通常范围 Of a figure, in its unit.
    fn expected(&self, field: Field, guess: Guess) -> (f64, f64) {
        let (low, high) = self.tails[field as usize].usual();
        let value = |deviation: f64| {
            let value = network::value(f64::from(guess.middle) + deviation * f64::from(guess.spread));
            Sheet::written(field, value)
        };
        (value(low), value(high))
    }

    /// 通常范围 Of a feature, as the screen counts it.
    fn usual(&self, sample: &Sample, feature: Feature) -> (f64, f64) {
        let place = (0..FEATURES).find(|place| Feature::at(*place) == feature).unwrap_or_default();
        let (low, high) = self.screen.tails[place].usual();
        self.screen.unit(sample, place, low, high)
    }
}
