//! Fits the confidence to the development questions and prints the numbers that stand in
//! `src/retrieval.rs`: `cargo run -p assistant --example fit [--keywords]`.
//!
//! Logistic regression of "the first topic is right" on the three signals, by gradient descent
//! on standardised signals; a little weight decay, because there are few questions. By words alone
//! the first signal stays out: it says the same as the other two, and got a weight below zero.

use std::error::Error;
use std::path::Path;

use assistant::Assistant;
use assistant::evaluation::Case;

const DEVELOPMENT: &str = include_str!("../evaluation/development.tsv");
const STEPS: usize = 20_000;
const RATE: f64 = 0.5;
const DECAY: f64 = 1e-5;
const SIGNALS: usize = 3;

struct Sample {
    signals: [f64; SIGNALS],
    right: f64,
    in_scope: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let keywords_only = std::env::args().any(|argument| argument == "--keywords");
    // A folder without a model makes the assistant fall back to words.
    let folder = keywords_only.then(|| Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")));
    let assistant = Assistant::load(folder)?;
    let samples = samples(&assistant)?;
    let (weights, bias) = fit(&samples, if keywords_only { [0.0, 1.0, 1.0] } else { [1.0; SIGNALS] });
    println!("{:?}", assistant.method());
    for (name, weight) in ["top", "margin", "advantage"].iter().zip(weights) {
        println!("  {name}: {weight:.2}");
    }
    println!("  bias: {bias:.2}");
    println!("in scope  2 % lie below advantage {:.3}", quantile(&samples, true, 0.02));
    println!("out of scope 70 % below {:.3}", quantile(&samples, false, 0.70));
    println!("out of scope 80 % below {:.3}", quantile(&samples, false, 0.80));
    Ok(())
}

fn samples(assistant: &Assistant) -> Result<Vec<Sample>, Box<dyn Error>> {
    let topics = &assistant.knowledge().topics;
    let mut samples = Vec::new();
    for case in Case::read_all(DEVELOPMENT) {
        let ranking = assistant.rank(&case.question)?;
        let first = ranking.topics.first().map(|ranked| topics[ranked.topic].slug.as_str());
        let right = case.topic.is_some() && case.topic.as_deref() == first;
        let signals = [ranking.signals.top, ranking.signals.margin, ranking.signals.advantage];
        samples.push(Sample {
            signals: signals.map(f64::from),
            right: f64::from(u8::from(right)),
            in_scope: case.topic.is_some(),
        });
    }
    Ok(samples)
}

/// `used`: 1 for a signal that takes part, 0 for one that does not.
fn fit(samples: &[Sample], used: [f64; SIGNALS]) -> ([f64; SIGNALS], f64) {
    let count = samples.len() as f64;
    let mean = per_signal(|i| samples.iter().map(|s| s.signals[i]).sum::<f64>() / count);
    let spread = per_signal(|i| (samples.iter().map(|s| (s.signals[i] - mean[i]).powi(2)).sum::<f64>() / count).sqrt());
    let (mut weights, mut bias) = ([0.0; SIGNALS], 0.0);
    for _ in 0..STEPS {
        let (mut slope, mut bias_slope) = ([0.0; SIGNALS], 0.0);
        for sample in samples {
            let standard = per_signal(|i| used[i] * (sample.signals[i] - mean[i]) / spread[i]);
            let sum: f64 = weights.iter().zip(standard).map(|(w, x)| w * x).sum::<f64>() + bias;
            let error = 1.0 / (1.0 + (-sum).exp()) - sample.right;
            slope.iter_mut().zip(standard).for_each(|(slope, x)| *slope += error * x / count);
            bias_slope += error / count;
        }
        weights.iter_mut().zip(slope).for_each(|(w, slope)| *w -= RATE * (slope + DECAY * *w));
        bias -= RATE * bias_slope;
    }
    let weights = per_signal(|i| weights[i] / spread[i]);
    let shift: f64 = weights.iter().zip(mean).map(|(w, m)| w * m).sum();
    (weights, bias - shift)
}

fn per_signal(value: impl FnMut(usize) -> f64) -> [f64; SIGNALS] {
    std::array::from_fn(value)
}

/// Advantage below which this share of the questions lies.
fn quantile(samples: &[Sample], in_scope: bool, share: f64) -> f64 {
    let chosen = samples.iter().filter(|sample| sample.in_scope == in_scope);
    let mut advantages: Vec<f64> = chosen.map(|sample| sample.signals[2]).collect();
    advantages.sort_by(f64::total_cmp);
    let place = (advantages.len() as f64 * share) as usize;
    advantages.get(place).copied().unwrap_or(f64::NAN)
}
