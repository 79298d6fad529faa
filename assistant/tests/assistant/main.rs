//! 助手 The assistant from outside: its model, its knowledge, its answers.

mod answers;
mod figures;
mod knowledge;
mod model;

use std::sync::LazyLock;

use assistant::Assistant;

/// Loaded once for all tests of this binary.
#[expect(clippy::unwrap_used, reason = "a test that cannot load has failed")]
static ASSISTANT: LazyLock<Assistant> = LazyLock::new(|| Assistant::load(None).unwrap());

/// A folder without a model: the assistant falls back to words.
const NO_MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/evaluation");
