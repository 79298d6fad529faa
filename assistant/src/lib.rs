//! 年报问答助手 Answers questions about annual reports and the credit lists from authored topics.
//!
//! The assistant cites and explains. It writes nothing itself: each answer is a text of the
//! knowledge base with its articles; a question that no topic covers gets the nearest topics or
//! the way to a person. Absent on purpose: text generation, database, network, clock.
//!
//! ```
//! let assistant = assistant::Assistant::load(None)?;
//! let answer = assistant.ask("年报最晚什么时候报")?;
//! assert_eq!(answer.topic.as_deref(), Some("deadline"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod assistant;
mod encoder;
mod error;
pub mod evaluation;
mod field;
pub mod figures;
mod focus;
mod keywords;
mod knowledge;
mod question;
mod retrieval;
pub mod review;
mod space;
mod vectors;

pub use answer::{Answer, Method, NearTopic, Verdict};
pub use assistant::Assistant;
pub use encoder::{Encoder, MODEL_FILE, MODEL_SHA256, NORM_FILE};
pub use error::{AssistantError, QuestionError};
pub use focus::Focus;
pub use knowledge::{COLLOQUIAL_QUESTIONS, Citation, FORMAL_QUESTIONS, Knowledge, Topic};
pub use question::MAX_QUESTION_CHARS;
pub use retrieval::{Ranked, Ranking, Signals};
pub use vectors::{KnowledgeVectors, VECTORS_FILE};
