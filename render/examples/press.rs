//! 用时 What a document takes: the first one, further ones, a report with 200 holders. `cargo run --release -p render
//! --example press [FOLDER]` writes the files too.

use std::path::PathBuf;
use std::time::Instant;

use render::{Edition, Press, Printed, Receipt, RenderError, Report, Stamp};
use rules::annual_report::{FieldType, FieldValue, FilerKind, FilingStep, Unpublished, Values, cell, form, window};

/// Documents that are printed one after another.
const COUNT: u32 = 200;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map(PathBuf::from);
    let keep = |name: &str, printed: &Printed| match &folder {
        Some(folder) => std::fs::write(folder.join(name), &printed.pdf),
        None => Ok(()),
    };
    let begun = Instant::now();
    let press = Press::new(Vec::new());
    let opened = begun.elapsed();
    let first = press.receipt(&receipt(0)?)?;
    println!("first receipt: {:?} ({opened:?} to open the press), {} bytes", begun.elapsed(), first.pdf.len());
    keep("receipt.pdf", &first)?;
    let begun = Instant::now();
    for number in 1..=COUNT {
        press.receipt(&receipt(number)?)?;
    }
    println!("further receipts: {:?} each", begun.elapsed() / COUNT);
    let begun = Instant::now();
    let report = report(&press)?;
    println!("report with 200 holders: {:?}, {} pages, {} bytes", begun.elapsed(), report.pages, report.pdf.len());
    Ok(keep("report.pdf", &report)?)
}

fn stamp(number: u32) -> Result<Stamp, chrono::ParseError> {
    let code = format!("7KPD-Q2MX-9RTW-{number:04}");
    Ok(Stamp {
        authority: "西安市雁塔区市场监督管理局".to_owned(),
        issued_on: "2026-03-04".parse()?,
        address: Some(format!("https://xy.example.gov.cn/?verify={code}")),
        code,
    })
}

fn receipt(number: u32) -> Result<Receipt, chrono::ParseError> {
    Ok(Receipt {
        stamp: stamp(number)?,
        number: format!("NB2025-91610113MA6TWJ1U2X-{:02}", number % 100),
        filer: format!("西安秦岭智造科技有限公司第{number}分公司𠮷"),
        uscc: "91610113MA6TWJ1U2X".to_owned(),
        kind: FilerKind::Enterprise,
        year: 2025,
        version: 1,
        step: FilingStep::Submit,
        submitted_at: "2026-03-04T02:20:05Z".parse()?,
        is_late: false,
        window: window(FilerKind::Enterprise, 2025),
        digest: format!("{number:064x}"),
    })
}

fn report(press: &Press) -> Result<Printed, Box<dyn std::error::Error>> {
    let form = form(FilerKind::Enterprise, 2025).ok_or("no form")?;
    let mut values = Values::new();
    for section in &form.sections {
        let rows = if section.name == "contributions" { 200 } else { 3 };
        for field in &section.fields {
            let value = |row: usize| {
                FieldValue::from(match field.field_type {
                    FieldType::Integer => (1_200 + row).to_string(),
                    FieldType::MoneyWan => format!("{}.5", 1_234 + row),
                    FieldType::Percent => "33.25".to_owned(),
                    FieldType::Date => "2026-03-01".to_owned(),
                    FieldType::Bool => "true".to_owned(),
                    FieldType::Region => "610113".to_owned(),
                    FieldType::Url => {
                        "https://shop.example.cn/西安/1234567890123456789012345678901234567890".to_owned()
                    }
                    _ => match &field.choices {
                        Some(choices) => choices.values[0].0.clone(),
                        None => format!("{}{row}", field.label),
                    },
                })
            };
            match section.table {
                None => drop(values.insert(field.name.clone(), value(0))),
                Some(_) => values.extend((0..rows).map(|row| (cell(&section.name, row, &field.name), value(row)))),
            }
        }
    }
    let unpublished: Unpublished = ["total_assets", "social_insurance.base"].map(str::to_owned).into();
    let report = Report {
        stamp: stamp(9999)?,
        filer: "西安秦岭智造科技有限公司".to_owned(),
        uscc: "91610113MA6TWJ1U2X".to_owned(),
        year: 2025,
        version: 2,
        submitted_at: Some("2026-03-04T02:20:05Z".parse()?),
        submitted_on: "2026-03-04".parse()?,
        is_late: false,
        form,
        values: &values,
        unpublished: &unpublished,
        edition: Edition::Full,
    };
    let printed: Result<Printed, RenderError> = press.report(&report);
    Ok(printed?)
}
