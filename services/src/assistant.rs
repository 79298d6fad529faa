//! 智能助手 The assistant, loaded at the first question and asked off the serving threads.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use assistant::figures::{MODEL_FILE, Model};
use tokio::sync::Semaphore;

pub use assistant::{Answer, Citation, Focus, Method, NearTopic, Verdict};

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
    figures: OnceLock<Result<Model, String>>,
    /// Where an operator's own weights are.
    folder: Option<PathBuf>,
    /// Questions that are worked on at a time. Each takes a core for some hundredths of a second; those
    /// that wait cost nothing, and those whose client has gone are never begun.
    turns: Semaphore,
}

impl Default for Assistant {
    fn default() -> Self {
        Self::of(None)
    }
}

impl Assistant {
    /// With the weights of a folder for figures, if there are any. Works on as many questions at a time as leaves half
    /// of the cores to others.
    pub fn of(folder: Option<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let turns = Semaphore::new(cores.div_ceil(2));
        Self(Arc::new(Inner { loaded: OnceLock::new(), figures: OnceLock::new(), folder, turns }))
    }

    /// Answers a question from authored knowledge, asked while looking at `focus`.
    ///
    /// # Errors
    /// A question that is empty or too long; an assistant that cannot be loaded.
    pub async fn ask(&self, question: String, focus: Focus) -> Result<Answer, AskError> {
        self.in_turn(move |shared| {
            let assistant = shared.loaded()?;
            assistant.ask_about(&question, &focus).map_err(|error| AskError::Question(error.to_string()))
        })
        .await
    }

    /// Works on something off the serving threads, when its turn has come.
    pub(crate) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, AskError> + Send + 'static,
    ) -> Result<T, AskError> {
        let shared = self.clone();
        let turn = self.0.turns.acquire().await.map_err(|error| AskError::Unavailable(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        drop(turn);
        done.map_err(|error| AskError::Unavailable(error.to_string()))?
    }

    /// 词位 Where short texts lie beside each other; `None` where no encoder works. Computes for some 10 ms a text.
    pub(crate) fn points(&self, texts: &[&str]) -> Option<Vec<Vec<f32>>> {
        let points = self.loaded().ok()?.points(texts);
        points.inspect_err(|error| tracing::error!(%error, "names are compared without the encoder")).ok()?
    }

    /// 数字模型 What is known of sound figures.
    ///
    /// # Errors
    /// A model that cannot be loaded.
    pub fn figures(&self) -> Result<&Model, AskError> {
        let loaded = self.0.figures.get_or_init(|| {
            let own = self.0.folder.as_deref().filter(|folder| folder.join(MODEL_FILE).exists());
            own.map_or_else(Model::built_in, Model::load).map_err(|error| error.to_string())
        });
        loaded.as_ref().map_err(|cause| AskError::Unavailable(cause.clone()))
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
