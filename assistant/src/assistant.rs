//! 助手 The public face: load once, ask from any thread.

use std::path::Path;
use std::sync::OnceLock;

use crate::field::FieldAnswers;
use crate::keywords::Keywords;
use crate::question;
use crate::retrieval::Semantics;
use crate::vectors::{KnowledgeVectors, VECTORS_FILE};
use crate::{Answer, AssistantError, Encoder, Focus, Knowledge, Method, QuestionError, Ranking};

/// 助手 Knowledge, encoder and word index.
///
/// Asking computes for some 25 ms and blocks: an async caller uses a blocking thread.
pub struct Assistant {
    knowledge: Knowledge,
    fields: FieldAnswers,
    meaning: Result<Meaning, AssistantError>,
    /// Made with the first question, so that a start does not wait for the dictionary.
    keywords: OnceLock<Keywords>,
}

struct Meaning {
    encoder: Encoder,
    semantics: Semantics,
}

impl Assistant {
    /// The built-in model and knowledge, or the model of a folder with the files
    /// [`MODEL_FILE`](crate::MODEL_FILE), [`NORM_FILE`](crate::NORM_FILE) and, for another model
    /// than the built-in one, [`VECTORS_FILE`].
    ///
    /// A model that cannot be used does not stop the assistant: it answers by words alone, says
    /// so in [`Answer::method`], and [`Self::degraded`] tells why.
    ///
    /// # Errors
    /// [`AssistantError::Knowledge`] if the built-in knowledge does not parse.
    pub fn load(model_folder: Option<&Path>) -> Result<Self, AssistantError> {
        let knowledge = Knowledge::built_in()?;
        let meaning = Meaning::load(model_folder, &knowledge);
        if let Err(error) = &meaning {
            tracing::warn!(code = error.code(), %error, "assistant answers by keywords only");
        }
        let fields = FieldAnswers::new(&knowledge)?;
        Ok(Self { knowledge, fields, meaning, keywords: OnceLock::new() })
    }

    /// 降级原因 Why the encoder is not in use, `None` if it is.
    pub fn degraded(&self) -> Option<&AssistantError> {
        self.meaning.as_ref().err()
    }

    /// 方法 How questions are looked up.
    pub fn method(&self) -> Method {
        if self.meaning.is_ok() { Method::Encoder } else { Method::Keywords }
    }

    /// 知识库 The topics that can be answered.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// 提问 The authored answer, the nearest topics, or that it is not known.
    ///
    /// # Errors
    /// [`QuestionError`] if there is nothing to read or far too much.
    pub fn ask(&self, question: &str) -> Result<Answer, QuestionError> {
        self.ask_about(question, &Focus::default())
    }

    /// 提问 As [`Self::ask`], while the person looks at something: what belongs to it comes first where the words alone
    /// leave it open, and topics of other kinds of filers come last. A question that names a field and asks how it is
    /// filled in is answered from the form of the filer.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn ask_about(&self, question: &str, focus: &Focus) -> Result<Answer, QuestionError> {
        let of_field = self.fields.answer(&self.knowledge, question::checked(question)?, focus);
        if let Some(answer) = of_field {
            return Ok(answer);
        }
        let mut ranking = self.rank(question)?;
        ranking.favour(|topic| focus.favour(&self.knowledge.topics[topic]));
        Ok(Answer::new(&self.knowledge, &ranking))
    }

    /// A question where questions are compared; `None` without an encoder.
    pub(crate) fn point(&self, question: &str) -> Result<Option<Vec<f32>>, AssistantError> {
        let Ok(meaning) = &self.meaning else { return Ok(None) };
        Ok(meaning.encoder.embed(&[question])?.pop().map(|vector| meaning.semantics.point(&vector)))
    }

    /// 词位 Where short texts lie beside each other, for a likeness that is the product of two points; `None` without an
    /// encoder. Blocks for some 10 ms a text.
    ///
    /// # Errors
    /// [`AssistantError::Compute`], which no text should cause.
    pub fn points(&self, texts: &[&str]) -> Result<Option<Vec<Vec<f32>>>, AssistantError> {
        let Ok(meaning) = &self.meaning else { return Ok(None) };
        let vectors = meaning.encoder.embed(texts)?;
        Ok(Some(vectors.iter().map(|vector| meaning.semantics.point(vector)).collect()))
    }

    /// 排序 All topics by likeness, for evaluation.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn rank(&self, question: &str) -> Result<Ranking, QuestionError> {
        let question = question::checked(question)?;
        let keywords = self.keywords.get_or_init(|| Keywords::new(&self.knowledge)).scores(question);
        let by_meaning = self.meaning.as_ref().ok().and_then(|meaning| {
            let vectors = meaning.encoder.embed(&[question]);
            let vectors = vectors.inspect_err(|error| {
                tracing::error!(code = error.code(), %error, "question answered by keywords only");
            });
            vectors.ok()?.pop().map(|vector| meaning.semantics.rank(&vector, &keywords))
        });
        Ok(by_meaning.unwrap_or_else(|| Ranking::by_keywords(&keywords)))
    }
}

impl Meaning {
    fn load(folder: Option<&Path>, knowledge: &Knowledge) -> Result<Self, AssistantError> {
        let encoder = folder.map_or_else(Encoder::built_in, Encoder::load)?;
        let vectors = match folder {
            Some(folder) if folder.join(VECTORS_FILE).exists() => {
                KnowledgeVectors::load(folder, knowledge, encoder.model_sha256())
            }
            _ => KnowledgeVectors::built_in(knowledge, encoder.model_sha256()),
        }?;
        Ok(Self { encoder, semantics: Semantics::new(vectors) })
    }
}
