//! 知识库向量 The vectors of all example questions, computed once and kept in a file.
//!
//! Encoding the knowledge base takes half a minute, far too long for a start. The file
//! (safetensors, half precision) names each topic's vectors after the model and the questions
//! they were made from; whoever changes one of them without storing the vectors again is told so.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor, safetensors};

use crate::encoder::sha256_hex;
use crate::space::Space;
use crate::{AssistantError, Encoder, Knowledge};

/// 向量文件名 Name of the vectors, in the knowledge folder and in a model folder.
pub const VECTORS_FILE: &str = "vectors.safetensors";

const BUILT_IN: &[u8] = include_bytes!("../knowledge/vectors.safetensors");
const UNRELATED: &str = "unrelated";
const SPACE: &str = "space";
/// Characters of the digest in a name: 64 bits, against accidents and not against intent.
const KEY_LENGTH: usize = 16;

/// 知识库向量 Vectors of the example questions, in the space where they are compared.
pub struct KnowledgeVectors {
    pub(crate) space: Space,
    /// A list for each topic, in the order of the knowledge.
    pub(crate) topics: Vec<Vec<Vec<f32>>>,
    pub(crate) unrelated: Vec<Vec<f32>>,
}

impl KnowledgeVectors {
    /// The vectors that are part of the binary.
    ///
    /// # Errors
    /// [`AssistantError::VectorsOutOfStep`] if they were made from another model or from other
    /// questions.
    pub fn built_in(knowledge: &Knowledge, model_sha256: &str) -> Result<Self, AssistantError> {
        Self::from_bytes(BUILT_IN, knowledge, model_sha256)
    }

    /// The vectors of a model folder.
    ///
    /// # Errors
    /// [`AssistantError::File`] if there are none, otherwise as [`Self::built_in`].
    pub fn load(folder: &Path, knowledge: &Knowledge, model_sha256: &str) -> Result<Self, AssistantError> {
        let path = folder.join(VECTORS_FILE);
        let bytes = std::fs::read(&path).map_err(|source| AssistantError::File { path, source })?;
        Self::from_bytes(&bytes, knowledge, model_sha256)
    }

    fn from_bytes(bytes: &[u8], knowledge: &Knowledge, model_sha256: &str) -> Result<Self, AssistantError> {
        let stored = safetensors::load_buffer(bytes, &Device::Cpu)?;
        let get = |name: String| -> Result<Vec<Vec<f32>>, AssistantError> {
            let out_of_step = || AssistantError::VectorsOutOfStep { slug: name.clone() };
            let tensor = stored.get(&name).ok_or_else(out_of_step)?;
            Ok(tensor.to_dtype(DType::F32)?.to_vec2()?)
        };
        let names = Names::new(knowledge, model_sha256);
        let space = Space::from_rows(get(names.space.clone())?)
            .ok_or(AssistantError::VectorsOutOfStep { slug: names.space })?;
        let points = |vectors: Vec<Vec<f32>>| vectors.iter().map(|v| space.point(v)).collect();
        let topics = names.topics.into_iter().map(|name| Ok(points(get(name)?)));
        let topics = topics.collect::<Result<_, AssistantError>>()?;
        let unrelated = points(get(names.unrelated)?);
        Ok(Self { space, topics, unrelated })
    }

    /// Encodes the knowledge base and writes [`VECTORS_FILE`] into the folder.
    ///
    /// # Errors
    /// [`AssistantError::Compute`] if encoding or writing fails.
    pub fn store(encoder: &Encoder, knowledge: &Knowledge, folder: &Path) -> Result<(), AssistantError> {
        let names = Names::new(knowledge, encoder.model_sha256());
        let mut tensors = HashMap::new();
        let mut all = Vec::new();
        for (topic, name) in knowledge.topics.iter().zip(names.topics) {
            let questions: Vec<_> = topic.questions().collect();
            let vectors = encoder.embed(&questions)?;
            tensors.insert(name, half_precision(&vectors)?);
            all.extend(vectors);
        }
        let unrelated: Vec<_> = knowledge.unrelated.iter().map(String::as_str).collect();
        tensors.insert(names.unrelated, half_precision(&encoder.embed(&unrelated)?)?);
        tensors.insert(names.space, half_precision(&Space::fit(&all).rows())?);
        Ok(safetensors::save(&tensors, folder.join(VECTORS_FILE))?)
    }
}

fn half_precision(rows: &[Vec<f32>]) -> Result<Tensor, AssistantError> {
    Ok(Tensor::new(rows.to_vec(), &Device::Cpu)?.to_dtype(DType::F16)?)
}

/// Names under which the vectors of one model and one state of the questions are stored.
struct Names {
    topics: Vec<String>,
    unrelated: String,
    space: String,
}

impl Names {
    fn new(knowledge: &Knowledge, model_sha256: &str) -> Self {
        let name = |what: &str, texts: &[&str]| {
            let key = sha256_hex(format!("{model_sha256}\n{}", texts.join("\n")).as_bytes());
            format!("{what}@{}", &key[..KEY_LENGTH])
        };
        let questions = |topic: &crate::Topic| name(&topic.slug, &topic.questions().collect::<Vec<_>>());
        let unrelated: Vec<_> = knowledge.unrelated.iter().map(String::as_str).collect();
        let all: Vec<_> = knowledge.topics.iter().flat_map(crate::Topic::questions).collect();
        Self {
            topics: knowledge.topics.iter().map(questions).collect(),
            unrelated: name(UNRELATED, &unrelated),
            space: name(SPACE, &all),
        }
    }
}
