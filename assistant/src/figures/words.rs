//! 说明 What the screen and the network found, in plain Chinese with the values of the form.

use super::model::{Finding, Layer};
use super::screen::Feature;
use super::sheet::{Field, Sample, Sheet, unscaled};

/// Findings of one layer at most.
pub(super) const MOST: usize = 3;

const MEND: &str = "请对照财务报表核对数字、单位（万元）和栏目；确无错误的，保留原数并说明情况即可。";

/// A figure far from the network's guess.
pub(super) fn of_field(sample: &Sample, field: Field, surprise: f64, expected: (f64, f64)) -> Finding {
    let (low, high) = expected;
    let written = shown(field, sample.this.get(field).unwrap_or_default());
    let message = format!(
        "{}填写为{written}，按其他各项数字、上年数字和同行业企业推算，通常在{}至{}之间。",
        field.label(),
        shown(field, low),
        shown(field, high),
    );
    let probability = 10_f64.powf(-surprise);
    Finding {
        layer: Layer::Network,
        fields: vec![field],
        message,
        mend: MEND.to_owned(),
        expected: Some(expected),
        probability,
    }
}

/// A ratio or change that is rare.
pub(super) fn of_feature(sample: &Sample, feature: Feature, surprise: f64, usual: (f64, f64)) -> Finding {
    let (fields, message, expected) = match feature {
        Feature::Change(field) => change(sample, field, usual),
        Feature::Ratio(one, other) | Feature::Share(one, other) => {
            let is_share = matches!(feature, Feature::Share(..));
            let message = format!(
                "{}{}与{}{}相比，{}在同行业、同规模企业中少见。",
                one.label(),
                shown(one, sample.this.get(one).unwrap_or_default()),
                other.label(),
                shown(other, sample.this.get(other).unwrap_or_default()),
                ratio(sample, one, other),
            );
            let base = sample.this.get(other).unwrap_or_default();
            let end = |value: f64| {
                let value = if is_share { value * base } else { unscaled(super::sheet::scaled(base) + value) };
                Sheet::written(one, value)
            };
            let (low, high) = (end(usual.0), end(usual.1));
            (vec![one, other], message, (low.min(high), low.max(high)))
        }
    };
    let probability = 10_f64.powf(-surprise);
    Finding { layer: Layer::Screen, fields, message, mend: MEND.to_owned(), expected: Some(expected), probability }
}

fn change(sample: &Sample, field: Field, usual: (f64, f64)) -> (Vec<Field>, String, (f64, f64)) {
    let (this, last) = (sample.this.get(field).unwrap_or_default(), sample.last.get(field).unwrap_or_default());
    let end = |value: f64| Sheet::written(field, unscaled(super::sheet::scaled(last) + value));
    let (low, high) = (end(usual.0), end(usual.1));
    let message = format!(
        "{}由上年的{}变为{}，变动幅度在同行业、同规模企业中少见，通常在{}至{}之间。",
        field.label(),
        shown(field, last),
        shown(field, this),
        shown(field, low),
        shown(field, high),
    );
    (vec![field], message, (low, high))
}

/// The ratio of two figures, where there is one.
fn ratio(sample: &Sample, one: Field, other: Field) -> String {
    let (one_value, other_value) =
        (sample.this.get(one).unwrap_or_default(), sample.this.get(other).unwrap_or_default());
    if other_value == 0.0 {
        return "这种情形".to_owned();
    }
    let ratio = one_value / other_value;
    if other.is_count() && !one.is_count() {
        format!("人均{}", shown(one, ratio))
    } else if ratio.abs() < 10.0 {
        format!("比率{:.1}%", ratio * 100.0)
    } else {
        format!("为其{ratio:.0}倍，")
    }
}

/// A figure with its unit.
fn shown(field: Field, value: f64) -> String {
    let value = Sheet::written(field, value);
    format!("{value}{}", field.unit())
}
