//! 预测 The straight line through the years that are known, one year further, and how wrong the same way was in
//! the years before: a forecast never comes without its error.

use rust_decimal::Decimal;

/// Years without which nothing is forecast.
pub const LEAST_YEARS: usize = 3;

/// 预测值
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// 预测年度
    pub year: i32,
    /// 预测值
    pub value: Decimal,
    /// 平均误差（%） Of the same forecast made for each known year from the years before it; `None` while too few
    /// years are known to try it.
    pub error_percent: Option<Decimal>,
    /// 检验次数 How many years it was tried on.
    pub tried: usize,
}

/// The forecast for the year after the last one. The years follow one another.
pub fn forecast(years: &[(i32, Decimal)]) -> Option<Forecast> {
    if years.len() < LEAST_YEARS || years.windows(2).any(|pair| pair[1].0 != pair[0].0 + 1) {
        return None;
    }
    let value = next(years)?;
    let errors: Vec<Decimal> =
        (LEAST_YEARS..years.len()).filter_map(|known| error(&years[..known], years[known].1)).collect();
    let sum: Decimal = errors.iter().copied().sum();
    let tried = errors.len();
    let error_percent = (tried > 0).then(|| (sum / Decimal::from(tried)).round_dp(2));
    Some(Forecast { year: years[years.len() - 1].0 + 1, value: value.round_dp(2), error_percent, tried })
}

/// By how many per cent the forecast from these years misses what came; `None` if what came is nothing.
fn error(known: &[(i32, Decimal)], came: Decimal) -> Option<Decimal> {
    let missed = (next(known)? - came).abs();
    missed.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(came.abs())
}

/// The least squares line at the place after the last.
fn next(years: &[(i32, Decimal)]) -> Option<Decimal> {
    let count = Decimal::from(years.len());
    let places = || (1..=years.len()).map(Decimal::from);
    let mean_place = places().sum::<Decimal>().checked_div(count)?;
    let mean = years.iter().try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(*value))?.checked_div(count)?;
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    for (place, (_, value)) in places().zip(years) {
        let off = place - mean_place;
        above = above.checked_add(off.checked_mul(*value - mean)?)?;
        below += off * off;
    }
    let slope = above.checked_div(below)?;
    mean.checked_add(slope.checked_mul(count + Decimal::ONE - mean_place)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[i64]) -> Vec<(i32, Decimal)> {
        (2020..).zip(values.iter().map(|value| Decimal::from(*value))).collect()
    }

    #[test]
    fn a_straight_line_goes_on_and_has_no_error() {
        let told = forecast(&series(&[10, 20, 30, 40])).expect("a forecast");
        assert_eq!((told.year, told.value), (2024, Decimal::from(50)));
        assert_eq!((told.error_percent, told.tried), (Some(Decimal::ZERO), 1));
    }

    #[test]
    fn the_error_is_that_of_the_years_before() {
        // From 10, 20, 30 comes 40, but 50 came: off by a fifth.
        let told = forecast(&series(&[10, 20, 30, 50])).expect("a forecast");
        assert_eq!(told.error_percent, Some(Decimal::from(20)));
        assert_eq!(told.value, Decimal::from(60));
    }

    #[test]
    fn too_few_years_and_gaps_give_nothing() {
        assert_eq!(forecast(&series(&[1, 2])), None);
        let mut gap = series(&[1, 2, 3, 4]);
        gap.remove(1);
        assert_eq!(forecast(&gap), None);
        assert_eq!(forecast(&series(&[1, 2, 3])).expect("a forecast").error_percent, None);
    }
}
