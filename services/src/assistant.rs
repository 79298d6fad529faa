//! 智能助手 The assistant, loaded at the first question and asked off the serving threads.

use std::sync::{Arc, OnceLock};

use tokio::sync::Semaphore;

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
#[derive(Clone)]
pub struct Assistant(Arc<Inner>);

struct Inner {
    loaded: OnceLock<Result<assistant::Assistant, String>>,
    /// Questions that are worked on at a time. Each takes a core for some hundredths of a second; those
    /// that wait cost nothing, and those whose client has gone are never begun.
    turns: Semaphore,
}

impl Default for Assistant {
    /// Works on as many questions at a time as leaves half of the cores to others.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner { loaded: OnceLock::new(), turns: Semaphore::new(cores.div_ceil(2)) }))
    }
}

impl Assistant {
    /// Answers a question from authored knowledge.
    ///
    /// # Errors
    /// A question that is empty or too long; an assistant that cannot be loaded.
    pub async fn ask(&self, question: String) -> Result<Answer, AskError> {
        let shared = self.clone();
        let turn = self.0.turns.acquire().await.map_err(|error| AskError::Unavailable(error.to_string()))?;
        let answered = tokio::task::spawn_blocking(move || {
            let assistant = shared.loaded()?;
            assistant.ask(&question).map_err(|error| AskError::Question(error.to_string()))
        });
        let answered = answered.await.map_err(|error| AskError::Unavailable(error.to_string()));
        drop(turn);
        answered?
    }

    /// What answers: the encoder, or keywords without it.
    ///
    /// # Errors
    /// An assistant that cannot be loaded.
    pub fn loaded(&self) -> Result<&assistant::Assistant, AskError> {
        self.0
            .loaded
            .get_or_init(|| assistant::Assistant::load(None).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|cause| AskError::Unavailable(cause.clone()))
    }
}
