//! 修正 The usual mistakes undone one after another: offered is what makes the report plausible again. The person
//! accepts it or not.

use super::errors::{scale, swap, transposed, unshift};
use super::model::{Model, Repair};
use super::sheet::{Field, Sample, Sheet};
use crate::AssistantError;

/// Repairs offered at most.
const MOST: usize = 3;
/// A repair that is not plausible must at least take away so much of the surprise.
const RELIEF: f64 = 0.5;
/// Leading digits that are swapped.
const DIGITS: usize = 3;
/// The last line from which on amounts stand a line too far down.
const SHIFTED: usize = 5;

/// The repairs that make a report plausible, best first.
pub(super) fn repairs(model: &Model, sample: &Sample) -> Result<Vec<Repair>, AssistantError> {
    let candidates = candidates(sample);
    let mut samples = vec![*sample];
    samples.extend(candidates.iter().map(|(_, sheet)| Sample { this: *sheet, ..*sample }));
    let surprises: Vec<f64> = model.soft(&samples)?.into_iter().map(|(screen, network)| screen.max(network)).collect();
    let (before, after) = (surprises[0], &surprises[1..]);
    let mut found: Vec<(f64, &(String, Sheet))> = after
        .iter()
        .zip(&candidates)
        .filter(|(surprise, (_, sheet))| {
            let is_plausible = **surprise < model.threshold || **surprise < before * RELIEF;
            is_plausible && balances(sheet) >= balances(&sample.this)
        })
        // One that breaks the balance is no repair; one that restores it is likelier than one that only looks usual.
        .map(|(surprise, candidate)| (*surprise - 3.0 * f64::from(balances(&candidate.1)), candidate))
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let repair = |(_, (label, sheet)): &(f64, &(String, Sheet))| Repair {
        label: label.clone(),
        values: Field::ALL
            .iter()
            .filter(|field| sheet.get(**field) != sample.this.get(**field))
            .filter_map(|field| Some((*field, sheet.get(*field)?)))
            .collect(),
    };
    Ok(found.iter().take(MOST).map(repair).collect())
}

/// Whether assets are liabilities and equity, 1 or 0; 1 where one of them is missing.
fn balances(sheet: &Sheet) -> u8 {
    let parts = (sheet.get(Field::Assets), sheet.get(Field::Liabilities), sheet.get(Field::Equity));
    let (Some(assets), Some(liabilities), Some(equity)) = parts else { return 1 };
    let by = (assets - liabilities - equity).abs();
    u8::from(by <= 0.02_f64.max(assets.abs().max(liabilities.abs()) * 0.005))
}

/// Every usual mistake undone, where that changes anything.
fn candidates(sample: &Sample) -> Vec<(String, Sheet)> {
    let mut found: Vec<(String, Sheet)> = Vec::new();
    let mut with = |label: String, change: &dyn Fn(&mut Sheet)| {
        let mut sheet = sample.this;
        change(&mut sheet);
        if sheet != sample.this {
            found.push((label, sheet));
        }
    };
    let all =
        |factor: f64| move |sheet: &mut Sheet| Field::AMOUNTS.iter().for_each(|field| scale(sheet, *field, factor));
    let flows =
        |factor: f64| move |sheet: &mut Sheet| Field::FLOWS.iter().for_each(|field| scale(sheet, *field, factor));
    with("八项金额都按元填写，应换算为万元".to_owned(), &all(1e-4));
    with("八项金额都按亿元填写，应换算为万元".to_owned(), &all(1e4));
    with("全年数填成了一个月的数，应乘以12".to_owned(), &flows(12.0));
    with("全年数填成了一个季度的数，应乘以4".to_owned(), &flows(4.0));
    for field in Field::AMOUNTS {
        let label = field.label();
        with(format!("{label}按元填写，应换算为万元"), &|sheet| scale(sheet, field, 1e-4));
        with(format!("{label}按亿元填写，应换算为万元"), &|sheet| scale(sheet, field, 1e4));
        with(format!("{label}小数点右移了一位"), &|sheet| scale(sheet, field, 0.1));
        with(format!("{label}小数点左移了一位"), &|sheet| scale(sheet, field, 10.0));
        with(format!("{label}漏写或者多写了负号"), &|sheet| scale(sheet, field, -1.0));
        for place in 0..DIGITS {
            with(format!("{label}相邻两位数字颠倒"), &|sheet| {
                let mended = sheet.get(field).and_then(|value| transposed(value, place));
                sheet.set(field, mended.or_else(|| sheet.get(field)));
            });
        }
        for other in Field::AMOUNTS.into_iter().filter(|other| *other > field) {
            with(format!("{label}与{}填串了栏目", other.label()), &|sheet| swap(sheet, field, other));
        }
    }
    for from in 1..=SHIFTED {
        let label = Field::AMOUNTS[from].label();
        let last = Field::AMOUNTS[Field::AMOUNTS.len() - 1].label();
        with(format!("从{label}起错后了一行，应逐项上移，{last}请重新填写"), &|sheet| {
            unshift(sheet, from);
        });
    }
    for field in [Field::Employees, Field::Insured] {
        with(format!("{}多写了一位", field.label()), &|sheet| scale(sheet, field, 0.1));
        with(format!("{}少写了一位", field.label()), &|sheet| scale(sheet, field, 10.0));
    }
    with("利润总额和净利润漏写或者多写了负号".to_owned(), &|sheet| {
        scale(sheet, Field::Profit, -1.0);
        scale(sheet, Field::NetProfit, -1.0);
    });
    found
}
