//! 句向量编码器 Turns a question into 384 numbers, so that questions of like meaning lie close.
//!
//! The model is multilingual-e5-small with a Chinese vocabulary in 4 bits (GGUF), dequantised to
//! f32 when it is loaded: the 4-bit kernels are slower for texts of one question's length.
//! One text is computed by one thread. Candle splits every product over all cores by default,
//! which under load costs several times what it gains; here each text runs inside a pool of one
//! thread (a lane), and there are as many lanes as cores, so that requests share the machine.

mod bert;
mod pieces;

use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use candle_core::quantized::gguf_file;
use rayon::{ThreadPool, ThreadPoolBuilder};
use sha2::{Digest, Sha256};

use crate::AssistantError;
use bert::Bert;
use pieces::Pieces;

/// 模型文件名 Name of the weights inside a model folder.
pub const MODEL_FILE: &str = "e5-zh-q4_0.gguf";
/// 归一表文件名 Name of the code-point map inside a model folder.
pub const NORM_FILE: &str = "norm.json";
/// 模型指纹 SHA-256 of the weights that are built in.
pub const MODEL_SHA256: &str = "45fe78d94c28b802590e326e5d7528405c602efddc9f64a8714d5a498b552567";

const MODEL: &[u8] = include_bytes!("../model/e5-zh-q4_0.gguf");
const NORM: &str = include_str!("../model/norm.json");

/// e5 was trained with a prefix on both sides of a comparison; questions meet questions here.
const PREFIX: &str = "query: ";

/// 编码器 The loaded model, shared between threads.
pub struct Encoder {
    bert: Bert,
    pieces: Pieces,
    lanes: Vec<ThreadPool>,
    next_lane: AtomicUsize,
    model_sha256: String,
}

impl Encoder {
    /// The model that is part of the binary.
    ///
    /// # Errors
    /// [`AssistantError::Model`] if the built-in files were damaged before compiling.
    pub fn built_in() -> Result<Self, AssistantError> {
        Self::from_bytes(MODEL, NORM, MODEL_SHA256.to_owned())
    }

    /// The model of a folder that holds [`MODEL_FILE`] and [`NORM_FILE`].
    ///
    /// # Errors
    /// [`AssistantError::File`] if one is missing, [`AssistantError::Model`] if one is no model
    /// of this shape.
    pub fn load(folder: &Path) -> Result<Self, AssistantError> {
        let model = read(folder.join(MODEL_FILE))?;
        let norm = String::from_utf8(read(folder.join(NORM_FILE))?)
            .map_err(|error| AssistantError::Model(format!("{NORM_FILE}: {error}")))?;
        let sha256 = sha256_hex(&model);
        Self::from_bytes(&model, &norm, sha256)
    }

    fn from_bytes(model: &[u8], norm: &str, model_sha256: String) -> Result<Self, AssistantError> {
        let mut reader = Cursor::new(model);
        let content =
            gguf_file::Content::read(&mut reader).map_err(|error| AssistantError::Model(error.to_string()))?;
        let bert = Bert::load(&content, &mut reader).map_err(|error| AssistantError::Model(error.to_string()))?;
        let pieces = Pieces::load(&content, norm)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lanes = (0..cores)
            .map(|_| ThreadPoolBuilder::new().num_threads(1).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| AssistantError::Model(error.to_string()))?;
        Ok(Self { bert, pieces, lanes, next_lane: AtomicUsize::new(0), model_sha256 })
    }

    /// 模型指纹 SHA-256 of the weights, part of the key under which vectors are stored.
    pub fn model_sha256(&self) -> &str {
        &self.model_sha256
    }

    /// The vector of each text, of length one. A text of over 512 pieces is cut there.
    ///
    /// Blocks for about 20 ms a text: call it from a thread that may wait.
    ///
    /// # Errors
    /// [`AssistantError::Compute`] if the tensor library refuses, which no text should cause.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, AssistantError> {
        let turn = self.next_lane.fetch_add(1, Ordering::Relaxed);
        let lane = &self.lanes[turn % self.lanes.len()];
        lane.install(|| texts.iter().map(|text| self.embed_one(text)).collect())
    }

    fn embed_one(&self, text: &str) -> Result<Vec<f32>, AssistantError> {
        let ids = self.pieces.encode(&format!("{PREFIX}{text}"), self.bert.positions())?;
        Ok(self.bert.sentence_vector(&ids)?)
    }
}

fn read(path: std::path::PathBuf) -> Result<Vec<u8>, AssistantError> {
    std::fs::read(&path).map_err(|source| AssistantError::File { path, source })
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
