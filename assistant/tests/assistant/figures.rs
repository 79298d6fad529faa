//! The model of sound figures that is part of the binary: silent on the ordinary, clear about the usual mistakes.

use std::sync::LazyLock;

use assistant::figures::{FIELDS, Field, Layer, Model, Sample, Sheet};

#[expect(clippy::unwrap_used, reason = "a test that cannot load has failed")]
static MODEL: LazyLock<Model> = LazyLock::new(|| Model::built_in().unwrap());

type TestResult = Result<(), Box<dyn std::error::Error>>;

/// A software house of a dozen people, this year and last.
fn ordinary() -> Sample {
    let this = [560.0, 200.0, 360.0, 620.0, 590.0, 60.0, 57.0, 14.0, 12.0, 10.0, 100.0].map(Some);
    let last = [520.0, 190.0, 330.0, 580.0, 550.0, 55.0, 52.25, 12.0, 11.0, 9.0].map(Some);
    let mut before = [None; FIELDS];
    before[..last.len()].copy_from_slice(&last);
    Sample { this: Sheet(this), last: Sheet(before), section: 'I' }
}

fn with(field: Field, value: f64) -> Sample {
    let mut sample = ordinary();
    sample.this.set(field, Some(value));
    sample
}

#[test]
fn has_about_the_parameters_that_were_planned() {
    assert!((20_000..36_000).contains(&MODEL.parameters()), "{}", MODEL.parameters());
}

#[test]
fn an_ordinary_report_is_left_alone() -> TestResult {
    let (findings, repairs) = MODEL.check(&ordinary())?;
    assert!(findings.is_empty() && repairs.is_empty(), "{findings:?}");
    Ok(())
}

#[test]
fn a_figure_in_yuan_is_pointed_at_with_its_range_and_its_repair() -> TestResult {
    let (findings, repairs) = MODEL.check(&with(Field::Revenue, 6_200_000.0))?;
    let network = findings.iter().find(|finding| finding.layer == Layer::Network).ok_or("nothing found")?;
    assert_eq!(network.fields, [Field::Revenue]);
    let (low, high) = network.expected.ok_or("no range")?;
    assert!(low < 620.0 && 620.0 < high && high < 62_000.0, "{low} {high}");
    assert!(network.message.contains("6200000万元"), "{}", network.message);
    assert!(repairs.iter().any(|repair| repair.values == [(Field::Revenue, 620.0)]), "{repairs:?}");
    Ok(())
}

#[test]
fn figures_of_one_month_are_multiplied() -> TestResult {
    let mut sample = ordinary();
    for field in Field::FLOWS {
        sample.this.set(field, sample.this.get(field).map(|value| Sheet::written(field, value / 12.0)));
    }
    let (findings, repairs) = MODEL.check(&sample)?;
    assert!(!findings.is_empty());
    assert!(repairs.iter().any(|repair| repair.label.contains("乘以12")), "{repairs:?}");
    Ok(())
}

#[test]
fn nothing_written_is_nothing_strange() -> TestResult {
    for sample in [Sample::default(), Sample { section: '?', ..Sample::default() }] {
        assert!(MODEL.check(&sample)?.0.is_empty());
    }
    Ok(())
}

#[test]
fn any_figures_are_judged_without_panic() -> TestResult {
    for value in [0.0, -0.01, 1e12, -1e12, 1e300, f64::MIN_POSITIVE] {
        for field in Field::ALL {
            let (findings, _) = MODEL.check(&with(field, value))?;
            assert!(findings.iter().all(|finding| (0.0..=1.0).contains(&finding.probability)), "{field:?} {value}");
        }
    }
    Ok(())
}
