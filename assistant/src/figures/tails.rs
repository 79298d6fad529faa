//! 一致性概率 How rare a deviation is among sound reports that were not used to fit anything: conformal p-values,
//! kept as a table of deviations by rarity on each side.

/// Rarities at which deviations are kept: 1/2, 1/2 × q, 1/2 × q² …
pub const STEPS: usize = 40;
const RATIO: f64 = 0.8;
/// Rarer than a table knows: each further deviation as large as the whole table counts for so many steps.
const BEYOND: f64 = 20.0;

/// 尾部 Deviations by rarity, above and below the middle.
#[derive(Clone, Debug, PartialEq)]
pub struct Tails {
    /// Ascending: the deviation that is passed with each rarity.
    pub above: Vec<f32>,
    /// The same of deviations downwards, as positive numbers.
    pub below: Vec<f32>,
}

fn rarity(step: usize) -> f64 {
    0.5 * RATIO.powi(i32::try_from(step).unwrap_or(i32::MAX))
}

impl Tails {
    /// From the deviations of sound reports.
    pub fn fit(mut deviations: Vec<f32>) -> Self {
        deviations.sort_by(f32::total_cmp);
        let count = deviations.len();
        let side = |at: &dyn Fn(usize) -> f32| {
            let mut row: Vec<f32> = Vec::with_capacity(STEPS);
            for step in 0..STEPS {
                // The place from the outside that this rarity stands for; the outermost if there are too few.
                let place = (rarity(step) * (count as f64 + 1.0)).floor().max(1.0) as usize - 1;
                let value = if count == 0 { 0.0 } else { at(place.min(count - 1)) };
                row.push(row.last().map_or(value, |before: &f32| before.max(value)));
            }
            row
        };
        Self { above: side(&|place| deviations[count - 1 - place]), below: side(&|place| -deviations[place]) }
    }

    /// 罕见度 -log10 of the probability that a sound report deviates as much, to either side.
    pub fn surprise(&self, deviation: f64) -> f64 {
        let (row, deviation) = if deviation >= f64::from(self.above.first().copied().unwrap_or_default()) {
            (&self.above, deviation)
        } else {
            (&self.below, -deviation)
        };
        let step = steps_passed(row, deviation);
        -(rarity(0) * 2.0 * RATIO.powf(step)).log10()
    }

    /// 通常范围 Deviations between which all but one in ten sound reports lie.
    pub fn usual(&self) -> (f64, f64) {
        // 1/2 × 0.8^10 = 0.054
        let at = |row: &[f32]| f64::from(row.get(10).copied().unwrap_or_default());
        (-at(&self.below), at(&self.above))
    }
}

/// How many rarities a deviation has passed, in between by its share of the way.
fn steps_passed(row: &[f32], deviation: f64) -> f64 {
    let passed = row.iter().take_while(|known| f64::from(**known) < deviation).count();
    if passed == 0 {
        return 0.0;
    }
    let from = f64::from(row[passed - 1]);
    match row.get(passed) {
        Some(to) => (passed - 1) as f64 + (deviation - from) / (f64::from(*to) - from).max(1e-9),
        None => {
            let width = (from - f64::from(row[0])).max(1e-3);
            (row.len() - 1) as f64 + ((deviation - from) / width * BEYOND).min(10.0 * BEYOND)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tails() -> Tails {
        Tails::fit((-5_000..=5_000).map(|n| n as f32 / 1_000.0).collect())
    }

    #[test]
    fn surprise_grows_with_the_deviation_to_both_sides() {
        let tails = tails();
        let surprises: Vec<f64> = [0.0, 1.0, 3.0, 4.9, 4.999, 6.0, 60.0].map(|d| tails.surprise(d)).to_vec();
        assert!(surprises.is_sorted() && surprises[0] < 0.1 && surprises[6] > surprises[4], "{surprises:?}");
        assert!((tails.surprise(-3.0) - tails.surprise(3.0)).abs() < 0.05);
    }

    #[test]
    fn surprise_is_minus_the_logarithm_of_the_share() {
        // 2 % of the deviations lie beyond 4.9 on either side.
        assert!((tails().surprise(4.9) - 1.7).abs() < 0.1, "{}", tails().surprise(4.9));
    }

    #[test]
    fn nothing_known_surprises_little_and_does_not_panic() {
        let empty = Tails::fit(Vec::new());
        assert!(empty.surprise(0.0).is_finite() && empty.surprise(5.0).is_finite());
    }
}
