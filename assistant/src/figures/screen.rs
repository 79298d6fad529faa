//! 比率筛查 Log-ratios between figures and changes since last year, against their middle and spread in the industry and
//! size class. No network: most of what can be found is found here.

use super::sheet::{Field, SECTIONS, Sample, scaled};
use super::tails::Tails;

/// Size classes of [`Sample::size`].
pub(super) const SIZES: usize = 3;
/// Groups: sections by sizes.
pub(super) const GROUPS: usize = SECTIONS * SIZES;
/// Reports that a group needs for a middle of its own.
const ENOUGH: usize = 80;
/// A spread below this is one of rounding.
const LEAST_SPREAD: f32 = 0.02;
/// Standard deviations of a normal distribution in a median absolute deviation.
const NORMAL: f32 = 1.4826;

/// 比率 Figures whose ratio is looked at.
const RATIOS: [(Field, Field); 13] = [
    (Field::Liabilities, Field::Assets),
    (Field::Equity, Field::Assets),
    (Field::Revenue, Field::Assets),
    (Field::MainRevenue, Field::Revenue),
    (Field::Profit, Field::Revenue),
    (Field::NetProfit, Field::Profit),
    (Field::Tax, Field::Revenue),
    (Field::Tax, Field::Profit),
    (Field::Revenue, Field::Employees),
    (Field::Assets, Field::Employees),
    (Field::Insured, Field::Employees),
    (Field::Assets, Field::Capital),
    (Field::Revenue, Field::Capital),
];
/// 份额 Plain shares, whose sign matters.
const SHARES: [(Field, Field); 3] =
    [(Field::Profit, Field::Revenue), (Field::NetProfit, Field::Profit), (Field::Tax, Field::Revenue)];
/// A share beyond this is as strange as one twice as large.
const WIDEST_SHARE: f64 = 50.0;

/// Number of features.
pub(super) const FEATURES: usize = RATIOS.len() + SHARES.len() + Field::WRITTEN;

/// 特征 What the screen looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Feature {
    Ratio(Field, Field),
    Share(Field, Field),
    /// Change since last year.
    Change(Field),
}

impl Feature {
    pub(super) fn at(place: usize) -> Self {
        if let Some((one, other)) = RATIOS.get(place) {
            return Self::Ratio(*one, *other);
        }
        match SHARES.get(place - RATIOS.len()) {
            Some((one, other)) => Self::Share(*one, *other),
            None => Self::Change(Field::ALL[place - RATIOS.len() - SHARES.len()]),
        }
    }

    /// The feature of a report; `None` where a figure is missing or both are nothing.
    pub(super) fn of(self, sample: &Sample) -> Option<f32> {
        let (one, other) = match self {
            Self::Ratio(one, other) | Self::Share(one, other) => (sample.this.get(one)?, sample.this.get(other)?),
            Self::Change(field) => (sample.this.get(field)?, sample.last.get(field)?),
        };
        let is_nothing = one == 0.0 && other == 0.0;
        let value = match self {
            Self::Share(..) if other == 0.0 => return None,
            Self::Share(..) => (one / other).clamp(-WIDEST_SHARE, WIDEST_SHARE),
            Self::Ratio(..) | Self::Change(_) => scaled(one) - scaled(other),
        };
        (!is_nothing).then_some(value as f32)
    }
}

/// Features of a report in their order.
pub(super) fn features(sample: &Sample) -> [Option<f32>; FEATURES] {
    std::array::from_fn(|place| Feature::at(place).of(sample))
}

/// 筛查表 Middle and spread of every feature by group, and how rare deviations are.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Screen {
    /// By group and feature, one row a group.
    pub(super) middles: Vec<f32>,
    pub(super) spreads: Vec<f32>,
    /// By feature.
    pub(super) tails: Vec<Tails>,
}

fn group(sample: &Sample) -> usize {
    sample.industry() * SIZES + sample.size()
}

impl Screen {
    /// Middles and spreads from some sound reports, rarities from others.
    pub(super) fn fit(samples: &[Sample], calibration: &[Sample]) -> Self {
        let mut screen = Self { middles: Vec::new(), spreads: Vec::new(), tails: Vec::new() };
        let rows: Vec<(usize, [Option<f32>; FEATURES])> =
            samples.iter().map(|sample| (group(sample), features(sample))).collect();
        for of_group in 0..GROUPS {
            for feature in 0..FEATURES {
                let (middle, spread) = middle_and_spread(&rows, of_group, feature);
                screen.middles.push(middle);
                screen.spreads.push(spread);
            }
        }
        let deviations = calibration.iter().map(|sample| screen.deviations(sample)).collect::<Vec<_>>();
        screen.tails = (0..FEATURES)
            .map(|feature| Tails::fit(deviations.iter().filter_map(|row| row[feature]).collect()))
            .collect();
        screen
    }

    /// Deviations in spreads from the middle of the group.
    pub(super) fn deviations(&self, sample: &Sample) -> [Option<f32>; FEATURES] {
        let start = group(sample) * FEATURES;
        let features = features(sample);
        std::array::from_fn(|place| {
            let (middle, spread) = (self.middles[start + place], self.spreads[start + place]);
            features[place].map(|value| (value - middle) / spread)
        })
    }

    /// 罕见度 Each feature that a report has, with how rare it is.
    pub(super) fn surprises(&self, sample: &Sample) -> Vec<(Feature, f64)> {
        let deviations = self.deviations(sample).into_iter().enumerate();
        let surprise = |(place, deviation): (usize, Option<f32>)| {
            Some((Feature::at(place), self.tails[place].surprise(f64::from(deviation?))))
        };
        deviations.filter_map(surprise).collect()
    }

    /// The most surprising feature.
    pub(super) fn surprise(&self, sample: &Sample) -> f64 {
        self.surprises(sample).into_iter().map(|(_, surprise)| surprise).fold(0.0, f64::max)
    }
}

/// Of the group; of its section, of its size, of all if it is too small.
fn middle_and_spread(rows: &[(usize, [Option<f32>; FEATURES])], of_group: usize, feature: usize) -> (f32, f32) {
    let chosen = |fits: &dyn Fn(usize) -> bool| -> Vec<f32> {
        rows.iter().filter(|(group, _)| fits(*group)).filter_map(|(_, row)| row[feature]).collect()
    };
    let same_section = |group: usize| group / SIZES == of_group / SIZES;
    let same_size = |group: usize| group % SIZES == of_group % SIZES;
    let mut values = chosen(&|group| group == of_group);
    for wider in [&same_section as &dyn Fn(usize) -> bool, &same_size, &|_| true] {
        if values.len() < ENOUGH {
            values = chosen(wider);
        }
    }
    let middle = median(&mut values);
    let mut distances: Vec<f32> = values.iter().map(|value| (value - middle).abs()).collect();
    (middle, (median(&mut distances) * NORMAL).max(LEAST_SPREAD))
}

fn median(values: &mut [f32]) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

impl Screen {
    /// Two deviations of a feature as values of that feature.
    pub(super) fn unit(&self, sample: &Sample, place: usize, low: f64, high: f64) -> (f64, f64) {
        let at = group(sample) * FEATURES + place;
        let value = |deviation: f64| f64::from(self.middles[at]) + deviation * f64::from(self.spreads[at]);
        (value(low), value(high))
    }
}
