//! 分布 Values in steps of a scale, eight to a tenfold, and quantiles out of how many stand on each step: a
//! distribution that can be added up, and taken away from, without the values.

use std::collections::BTreeMap;

/// 10^(n/8) in millionths.
const STEPS: [i128; 8] = [1_000_000, 1_333_521, 1_778_279, 2_371_374, 3_162_278, 4_216_965, 5_623_413, 7_498_942];
const MILLION: i128 = 1_000_000;
/// Steps up to the largest number of 64 bits.
const LAST: i32 = 8 * 19;

/// The least value of a step above nothing.
fn edge(step: i32) -> i128 {
    let (tens, part) = (step.max(0).unsigned_abs() / 8, step.max(0).unsigned_abs() % 8);
    (STEPS[part as usize] * 10_i128.pow(tens) + MILLION - 1) / MILLION
}

/// The step on which a value stands: 0 for nothing and less.
pub fn bucket(value: i64) -> i32 {
    if value <= 0 {
        return 0;
    }
    let (mut low, mut high) = (0, LAST);
    while low < high {
        let middle = (low + high + 1) / 2;
        if edge(middle) <= i128::from(value) { low = middle } else { high = middle - 1 }
    }
    low + 1
}

/// The value below which `per_mille` of those on the steps lie, evenly spread within its step: off by less than
/// a step, which is a third of the value. `None` if there is none.
pub fn quantile(steps: &BTreeMap<i32, u64>, per_mille: u64) -> Option<i64> {
    let all: u64 = steps.values().sum();
    if all == 0 {
        return None;
    }
    // The place, in thousandths of a value, counted from nothing.
    let place = u128::from(all) * u128::from(per_mille);
    let mut below = 0_u128;
    for (step, count) in steps {
        let here = u128::from(*count) * 1_000;
        if below + here >= place && *count > 0 {
            return Some(within(*step, place - below, here));
        }
        below += here;
    }
    None
}

fn within(step: i32, place: u128, here: u128) -> i64 {
    if step <= 0 {
        return 0;
    }
    let (low, high) = (edge(step - 1), edge(step));
    let part = (high - low) * i128::try_from(place).unwrap_or(0) / i128::try_from(here).unwrap_or(1).max(1);
    i64::try_from(low + part).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread(values: &[i64]) -> BTreeMap<i32, u64> {
        let mut steps = BTreeMap::new();
        values.iter().for_each(|value| *steps.entry(bucket(*value)).or_insert(0) += 1);
        steps
    }

    #[test]
    fn nothing_has_a_step_of_its_own() {
        assert_eq!([i64::MIN, -1, 0].map(bucket), [0, 0, 0]);
        assert!(bucket(1) > 0 && bucket(i64::MAX) <= LAST + 1);
        assert_eq!(quantile(&spread(&[0, 0, 0, 10]), 500), Some(0));
        assert_eq!(quantile(&BTreeMap::new(), 500), None);
    }

    proptest! {
        #[test]
        fn a_value_stands_on_its_step(value in 1..i64::MAX) {
            let step = bucket(value);
            prop_assert!(edge(step - 1) <= i128::from(value));
            prop_assert!(step > LAST || i128::from(value) < edge(step));
        }

        #[test]
        fn a_quantile_is_off_by_less_than_a_step(mut values in proptest::collection::vec(100_i64..10_000_000_000, 1..200)) {
            values.sort_unstable();
            for per_mille in [100, 250, 500, 750, 900] {
                let told = quantile(&spread(&values), per_mille).expect("a value");
                let place = (values.len() * per_mille as usize).div_ceil(1_000).max(1) - 1;
                prop_assert!((bucket(told) - bucket(values[place])).abs() <= 1, "{} {}", told, values[place]);
            }
        }
    }
}
