//! 填报差错 The usual mistakes of filers, planted into sound reports to train and to measure.

use super::dice::Dice;
use super::sheet::{Field, Sample, Sheet};

/// 元 in 万元.
const UNIT: f64 = 10_000.0;

/// 差错种类 A kind of mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorKind {
    /// 全部单位错误 All amounts in 元.
    UnitOfAll,
    /// 单项单位错误 One amount in 元.
    UnitOfOne,
    /// 小数点右移 One amount ten times too large.
    DecimalUp,
    /// 小数点左移 One amount ten times too small.
    DecimalDown,
    /// 两项填串 Two amounts in each other's place.
    Swapped,
    /// 数字颠倒 Two leading digits in each other's place.
    Transposed,
    /// 以月代年 One month's flows for the year's.
    Monthly,
    /// 人数错误 A head count with a digit too many.
    HeadCount,
    /// 错行 Amounts one line too far down.
    Shifted,
    /// 漏写负号 A loss as a profit.
    LostSign,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::UnitOfAll,
        Self::UnitOfOne,
        Self::DecimalUp,
        Self::DecimalDown,
        Self::Swapped,
        Self::Transposed,
        Self::Monthly,
        Self::HeadCount,
        Self::Shifted,
        Self::LostSign,
    ];

    /// Held out of training: that it is found all the same shows that the network learnt reports and not mistakes.
    pub const HELD_OUT: Self = Self::Monthly;

    /// 代号 Stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnitOfAll => "UNIT_OF_ALL",
            Self::UnitOfOne => "UNIT_OF_ONE",
            Self::DecimalUp => "DECIMAL_UP",
            Self::DecimalDown => "DECIMAL_DOWN",
            Self::Swapped => "SWAPPED",
            Self::Transposed => "TRANSPOSED",
            Self::Monthly => "MONTHLY",
            Self::HeadCount => "HEAD_COUNT",
            Self::Shifted => "SHIFTED",
            Self::LostSign => "LOST_SIGN",
        }
    }

    /// 名称 In Chinese.
    pub const fn term(self) -> &'static str {
        match self {
            Self::UnitOfAll => "全部按元填写",
            Self::UnitOfOne => "单项按元填写",
            Self::DecimalUp => "小数点右移",
            Self::DecimalDown => "小数点左移",
            Self::Swapped => "两项填串",
            Self::Transposed => "数字颠倒",
            Self::Monthly => "以月代年",
            Self::HeadCount => "人数多一位",
            Self::Shifted => "错行",
            Self::LostSign => "漏写负号",
        }
    }

    /// The report with this mistake; `None` where it cannot be made, or would change nothing that matters.
    pub(super) fn planted(self, sample: &Sample, dice: &mut Dice) -> Option<Sample> {
        let mut wrong = *sample;
        let this = &mut wrong.this;
        match self {
            Self::UnitOfAll => Field::AMOUNTS.iter().for_each(|field| scale(this, *field, UNIT)),
            Self::UnitOfOne | Self::DecimalUp | Self::DecimalDown => {
                let field = one_of(this, dice)?;
                let factor = match self {
                    Self::UnitOfOne => UNIT,
                    Self::DecimalUp => 10.0,
                    _ => 0.1,
                };
                scale(this, field, factor);
            }
            Self::Swapped => {
                let (one, other) = (one_of(this, dice)?, one_of(this, dice)?);
                swap(this, one, other);
            }
            Self::Transposed => {
                let field = one_of(this, dice)?;
                let value = transposed(this.get(field)?, dice.below(2))?;
                this.set(field, Some(value));
            }
            Self::Monthly => Field::FLOWS.iter().for_each(|field| scale(this, *field, 1.0 / 12.0)),
            Self::HeadCount => scale(this, Field::Employees, 10.0),
            Self::Shifted => shift(this, 1 + dice.below(5)),
            Self::LostSign => {
                let lost = Field::AMOUNTS.iter().filter(|field| this.get(**field).is_some_and(|value| value < 0.0));
                for field in lost.copied().collect::<Vec<_>>() {
                    scale(this, field, -1.0);
                }
            }
        }
        differs(&sample.this, &wrong.this).then_some(wrong)
    }
}

/// A figure that was written and is not nothing.
fn one_of(sheet: &Sheet, dice: &mut Dice) -> Option<Field> {
    let written = Field::AMOUNTS.iter().filter(|field| sheet.get(**field).is_some_and(|value| value != 0.0));
    let written: Vec<Field> = written.copied().collect();
    written.get(dice.below(written.len())).copied()
}

/// Multiplies a figure as it would be written.
pub(super) fn scale(sheet: &mut Sheet, field: Field, factor: f64) {
    sheet.set(field, sheet.get(field).map(|value| Sheet::written(field, value * factor)));
}

pub(super) fn swap(sheet: &mut Sheet, one: Field, other: Field) {
    sheet.0.swap(one as usize, other as usize);
}

/// Amounts from a line on, each in the place of the next; the first stands twice.
fn shift(sheet: &mut Sheet, from: usize) {
    for place in (from..Field::AMOUNTS.len()).rev() {
        sheet.0[place] = sheet.0[place - 1];
    }
}

/// Amounts from a line on, each back in the place before; the last one is lost. `false` where the line does not repeat
/// the one before it.
pub(super) fn unshift(sheet: &mut Sheet, from: usize) -> bool {
    let last = Field::AMOUNTS.len() - 1;
    if sheet.0[from].is_none_or(|value| value == 0.0) || sheet.0[from] != sheet.0[from - 1] {
        return false;
    }
    sheet.0.copy_within(from + 1..=last, from);
    sheet.0[last] = None;
    true
}

/// The value with the digits at `place` and the next one swapped, counted from the left; `None` if it has too few.
pub(super) fn transposed(value: f64, place: usize) -> Option<f64> {
    let text = format!("{:.2}", value.abs());
    let digits: Vec<usize> = text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let (one, other) = (*digits.get(place)?, *digits.get(place + 1)?);
    let mut bytes = text.into_bytes();
    bytes.swap(one, other);
    let swapped: f64 = String::from_utf8(bytes).ok()?.parse().ok()?;
    Some(swapped * value.signum())
}

/// Whether any figure differs by more than rounding and small change: by a twentieth and by 0.05.
fn differs(one: &Sheet, other: &Sheet) -> bool {
    one.0.iter().zip(&other.0).any(|(one, other)| match (one, other) {
        (Some(one), Some(other)) => {
            let by = (one - other).abs();
            by > 0.05 && by > 0.05 * one.abs().max(other.abs())
        }
        (None, None) => false,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Sample {
        let mut sample = Sample { section: 'I', ..Sample::default() };
        let figures = [560.0, 200.0, 360.0, 800.0, 750.0, -90.0, -90.0, 40.0, 12.0, 12.0, 100.0];
        sample.this = Sheet(figures.map(Some));
        sample
    }

    #[test]
    fn every_kind_can_be_planted_and_changes_only_figures_of_the_year() {
        let mut dice = Dice::new(7);
        for kind in ErrorKind::ALL {
            let wrong = (0..20).find_map(|_| kind.planted(&sample(), &mut dice)).unwrap_or_else(|| panic!("{kind:?}"));
            assert_ne!(wrong.this, sample().this, "{kind:?}");
            assert_eq!((wrong.last, wrong.section), (sample().last, 'I'), "{kind:?}");
            assert_eq!(wrong.this.get(Field::Capital), Some(100.0), "{kind:?}");
        }
    }

    #[test]
    fn nothing_is_planted_into_nothing() {
        let mut dice = Dice::new(7);
        let empty = Sample { this: Sheet([Some(0.0); 11]), ..Sample::default() };
        for kind in ErrorKind::ALL {
            assert_eq!(kind.planted(&empty, &mut dice), None, "{kind:?}");
        }
    }

    #[test]
    fn a_line_too_far_down_is_moved_back() {
        for from in 1..=5 {
            let mut sheet = sample().this;
            // Profit and net profit of the sample are the same.
            sheet.set(Field::NetProfit, Some(-95.0));
            let sound = sheet;
            assert!(!unshift(&mut sheet, from), "{from}");
            shift(&mut sheet, from);
            assert!(unshift(&mut sheet, from), "{from}");
            assert_eq!(sheet.0[..7], sound.0[..7], "{from}");
            assert_eq!(sheet.get(Field::Tax), None);
        }
    }

    #[test]
    fn digits_change_places() {
        assert_eq!(transposed(123.45, 0), Some(213.45));
        assert_eq!(transposed(123.45, 2), Some(124.35));
        assert_eq!(transposed(-0.5, 0), Some(-5.0));
        assert_eq!(transposed(1.0, 5), None);
    }
}
