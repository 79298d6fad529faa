//! 分词 Splits a text into the pieces that the model has learnt.
//!
//! Unigram language model (Viterbi) over the pieces and scores inside the GGUF file. Before it,
//! each code point is replaced as the SentencePiece model of XLM-R would (full width to half
//! width, compatibility forms, white space), after the map in `norm.json`.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::{Content, Value};
use tokenizers::Model;
use tokenizers::models::unigram::Unigram;

use crate::AssistantError;

const START: u32 = 0;
const END: u32 = 2;
const UNKNOWN: u32 = 3;
/// Marks the beginning of a word in the vocabulary.
const WORD_START: char = '▁';

/// 词片表 The vocabulary, its scores and the code-point map.
pub struct Pieces {
    unigram: Unigram,
    normal_forms: HashMap<char, String>,
}

impl Pieces {
    pub fn load(content: &Content, norm: &str) -> Result<Self, AssistantError> {
        let pieces = list(content, "tokenizer.ggml.tokens", |value| value.to_string().cloned())?;
        let scores = list(content, "tokenizer.ggml.scores", Value::to_f32)?;
        let vocabulary = pieces.into_iter().zip(scores.into_iter().map(f64::from)).collect();
        let mut unigram = Unigram::from(vocabulary, Some(UNKNOWN as usize), false)
            .map_err(|error| AssistantError::Model(error.to_string()))?;
        // Questions must not linger in memory, and a cache of whole questions would hardly hit.
        unigram.resize_cache(0);
        let normal_forms =
            serde_json::from_str(norm).map_err(|error| AssistantError::Model(format!("norm.json: {error}")))?;
        Ok(Self { unigram, normal_forms })
    }

    /// Piece numbers between start and end mark, `most` in all at most.
    pub fn encode(&self, text: &str, most: usize) -> Result<Vec<u32>, AssistantError> {
        let mut ids = vec![START];
        for word in self.normalise(text).split_whitespace() {
            let pieces = self
                .unigram
                .tokenize(&format!("{WORD_START}{word}"))
                .map_err(|error| AssistantError::Model(error.to_string()))?;
            ids.extend(pieces.iter().map(|piece| piece.id));
        }
        ids.truncate(most.saturating_sub(1));
        ids.push(END);
        Ok(ids)
    }

    fn normalise(&self, text: &str) -> String {
        let mut normal = String::with_capacity(text.len());
        for character in text.chars() {
            match self.normal_forms.get(&character) {
                Some(form) => normal.push_str(form),
                None => normal.push(character),
            }
        }
        normal
    }
}

fn list<T>(
    content: &Content,
    key: &str,
    read: impl Fn(&Value) -> candle_core::Result<T>,
) -> Result<Vec<T>, AssistantError> {
    let missing = || AssistantError::Model(format!("no {key}"));
    let values = content.metadata.get(key).ok_or_else(missing)?.to_vec();
    values
        .and_then(|values| values.iter().map(read).collect())
        .map_err(|error| AssistantError::Model(format!("{key}: {error}")))
}
