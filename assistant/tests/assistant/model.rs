//! The encoder gives the vectors of the reference engine, for any text, on any thread.

use std::path::Path;
use std::sync::LazyLock;

use assistant::{Encoder, MODEL_FILE, MODEL_SHA256};
use serde::Deserialize;
use sha2::{Digest, Sha256};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/model");
const GOLDEN: &str = include_str!("../golden/embeddings.json");

#[expect(clippy::unwrap_used, reason = "a test that cannot load has failed")]
static ENCODER: LazyLock<Encoder> = LazyLock::new(|| Encoder::built_in().unwrap());

#[derive(Deserialize)]
struct Golden {
    text: String,
    embedding: Vec<f32>,
}

type TestResult = Result<(), Box<dyn std::error::Error>>;

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn the_weights_are_the_pinned_ones() -> TestResult {
    let bytes = std::fs::read(Path::new(FOLDER).join(MODEL_FILE))?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, MODEL_SHA256);
    Ok(())
}

#[test]
fn agrees_with_the_reference_engine() -> TestResult {
    let golden: Vec<Golden> = serde_json::from_str(GOLDEN)?;
    let texts: Vec<_> = golden.iter().map(|golden| golden.text.as_str()).collect();
    let vectors = ENCODER.embed(&texts)?;
    for (golden, vector) in golden.iter().zip(&vectors) {
        let cosine = cosine(&golden.embedding, vector);
        // The reference knows letter groups that the smaller vocabulary has not.
        let floor = if golden.text.contains("EXAMPLE") { 0.985 } else { 0.999 };
        assert!(cosine >= floor, "{}: {cosine}", golden.text);
    }
    Ok(())
}

#[test]
fn vectors_have_length_one_and_do_not_depend_on_company() -> TestResult {
    let texts = ["年报", "Ｑ１２３　全角", "\u{1f600}\u{200d}", "𠮷野家", "x"];
    let together = ENCODER.embed(&texts)?;
    for (text, vector) in texts.iter().zip(&together) {
        let length: f32 = vector.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-4, "{text}: {length}");
        assert_eq!(&ENCODER.embed(&[text])?[0], vector, "{text}");
    }
    Ok(())
}

#[test]
fn long_texts_are_cut_where_the_positions_end() -> TestResult {
    let long = "年度报告截止日期".repeat(300);
    let longer = "年度报告截止日期".repeat(400);
    let vectors = ENCODER.embed(&[&long, &longer, "年度报告截止日期"])?;
    assert_eq!(vectors[0], vectors[1]);
    assert!(cosine(&vectors[0], &vectors[2]) > 0.8);
    Ok(())
}

#[test]
fn nothing_to_embed_is_no_fault() -> TestResult {
    assert!(ENCODER.embed(&[])?.is_empty());
    assert_eq!(ENCODER.embed(&[""])?[0].len(), 384);
    Ok(())
}

#[test]
fn threads_share_one_encoder() -> TestResult {
    let alone = ENCODER.embed(&["分公司要报年报吗"])?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| ENCODER.embed(&["分公司要报年报吗"]).ok())).collect();
        for thread in threads {
            assert_eq!(thread.join().ok().flatten().as_ref(), Some(&alone));
        }
    });
    Ok(())
}

#[test]
fn a_folder_serves_as_well_as_the_binary() -> TestResult {
    let encoder = Encoder::load(Path::new(FOLDER))?;
    assert_eq!(encoder.model_sha256(), MODEL_SHA256);
    assert_eq!(encoder.embed(&["认缴"])?, ENCODER.embed(&["认缴"])?);
    Ok(())
}

#[test]
fn says_what_is_wrong_with_a_folder() {
    let code = |folder: &str| Encoder::load(Path::new(folder)).err().map(|error| error.code());
    assert_eq!(code("/nowhere"), Some("ASSISTANT_FILE_UNREADABLE"));
    assert_eq!(code(super::NO_MODEL), Some("ASSISTANT_FILE_UNREADABLE"));
}
