//! 错误 What can go wrong: loading (an operator mends it) and asking (the person who asks mends it).
//!
//! Every error has a stable code; its `Display` is the Chinese sentence to show.

use std::path::PathBuf;

use thiserror::Error;

use crate::question::MAX_QUESTION_CHARS;

/// 装载错误 Why the assistant, its model or its knowledge could not be loaded.
#[derive(Debug, Error)]
pub enum AssistantError {
    /// 文件读不出 A file of the override folder is missing or unreadable.
    #[error("问答模型文件 {} 读不出来（{source}），请检查文件是否存在、是否有读权限", path.display())]
    File {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// 模型不对 The GGUF file or the code-point map is not what the encoder expects.
    #[error("问答模型的内容不对（{0}），请换回发行包里的模型文件")]
    Model(String),
    /// 知识库不对 A knowledge file does not parse.
    #[error("知识库文件 {file} 有错误（{reason}），请按提示改正")]
    Knowledge {
        /// Name of the file.
        file: &'static str,
        /// What is wrong, with the place.
        reason: String,
    },
    /// 向量过期 The stored vectors are not those of this model and these questions.
    #[error("主题 {slug} 的向量与模型或问题不一致，请重新运行 store_vectors 生成向量文件")]
    VectorsOutOfStep {
        /// Topic, or the list of unrelated questions.
        slug: String,
    },
    /// 计算出错 The tensor library refused an operation.
    #[error("问答模型计算出错（{0}）")]
    Compute(#[from] candle_core::Error),
}

impl AssistantError {
    /// 代码 Stable code of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "ASSISTANT_FILE_UNREADABLE",
            Self::Model(_) => "ASSISTANT_MODEL_INVALID",
            Self::Knowledge { .. } => "ASSISTANT_KNOWLEDGE_INVALID",
            Self::VectorsOutOfStep { .. } => "ASSISTANT_VECTORS_OUT_OF_STEP",
            Self::Compute(_) => "ASSISTANT_COMPUTE_FAILED",
        }
    }
}

/// 提问错误 Why a question is refused before it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QuestionError {
    /// 空白 Nothing but white space or characters that cannot be seen.
    #[error("请先写下您的问题，再提交")]
    Empty,
    /// 过长 More characters than [`MAX_QUESTION_CHARS`].
    #[error("问题有{length}个字，最多{MAX_QUESTION_CHARS}个字，请只留下最想问的一件事")]
    TooLong {
        /// Characters of the question as it came.
        length: usize,
    },
}

impl QuestionError {
    /// 代码 Stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "ASSISTANT_QUESTION_EMPTY",
            Self::TooLong { .. } => "ASSISTANT_QUESTION_TOO_LONG",
        }
    }
}
