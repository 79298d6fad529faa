//! 智能助手 The assistant, loaded at the first question and asked off the serving threads.

use std::sync::{Arc, OnceLock};

pub use assistant::{Answer, Citation, Method, NearTopic, Verdict};

/// Why a question has no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The question itself is at fault.
    #[error("{0}")]
    Question(String),
    /// The assistant cannot work.
    #[error("the assistant cannot work: {0}")]
    Unavailable(String),
}

/// 智能助手 A handle; a clone is the same assistant.
#[derive(Clone, Default)]
pub struct Assistant(Arc<OnceLock<Result<assistant::Assistant, String>>>);

impl Assistant {
    /// Answers a question from authored knowledge.
    ///
    /// # Errors
    /// A question that is empty or too long; an assistant that cannot be loaded.
    pub async fn ask(&self, question: String) -> Result<Answer, AskError> {
        let shared = self.clone();
        let answered = tokio::task::spawn_blocking(move || {
            let assistant = shared.loaded()?;
            assistant.ask(&question).map_err(|error| AskError::Question(error.to_string()))
        });
        answered.await.map_err(|error| AskError::Unavailable(error.to_string()))?
    }

    /// What answers: the encoder, or keywords without it.
    ///
    /// # Errors
    /// An assistant that cannot be loaded.
    pub fn loaded(&self) -> Result<&assistant::Assistant, AskError> {
        self.0
            .get_or_init(|| assistant::Assistant::load(None).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|cause| AskError::Unavailable(cause.clone()))
    }
}
