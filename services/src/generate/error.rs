//! 生成失败 Why nothing was generated.

use entities::DatabaseError;
use entities::vault::VaultError;

use crate::failure;

/// Why a run ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The schema is not complete, or the tables of the standards are not filled.
    #[error("the database is not prepared")]
    NotPrepared,
    /// More enterprises than there are credit codes for them.
    #[error("at most {most} enterprises can be generated at once")]
    TooMany {
        /// The largest number.
        most: u64,
    },
    /// An enterprise of the database has a code of this seed.
    #[error("an enterprise of the database has a credit code of this seed")]
    Clash(#[source] DatabaseError),
    /// Telephone numbers cannot be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A thread that makes rows ended without a word.
    #[error("the making of rows ended unexpectedly")]
    Interrupted,
    /// The database failed.
    #[error(transparent)]
    Database(DatabaseError),
}

impl GenerateError {
    /// Stable code of the failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotPrepared => "GENERATE_NOT_PREPARED",
            Self::TooMany { .. } => "GENERATE_TOO_MANY",
            Self::Clash(_) => "GENERATE_CLASH",
            Self::Vault(error) => error.code(),
            Self::Interrupted => "GENERATE_INTERRUPTED",
            Self::Database(error) => failure::code(error),
        }
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        let told = match self {
            Self::NotPrepared => "数据库结构不是最新，请先运行qinxin migrate。".to_owned(),
            Self::TooMany { most } => format!("一次最多生成{most}户，请减少户数。"),
            Self::Clash(_) => "库中已有经营主体使用了该种子对应的统一社会信用代码，请用--seed换一个种子。".to_owned(),
            Self::Vault(error) => error.message(),
            Self::Interrupted => "生成数据时意外中断，请重试。".to_owned(),
            Self::Database(error) => failure::message(error, "生成"),
        };
        format!("{told}本次生成没有改动数据库。")
    }
}

impl From<DatabaseError> for GenerateError {
    /// The only unique values that a run does not take from the database itself are its codes.
    fn from(error: DatabaseError) -> Self {
        let is_clash = match &error {
            DatabaseError::Bulk(sqlx::Error::Database(cause)) => cause.is_unique_violation(),
            _ => false,
        };
        if is_clash { Self::Clash(error) } else { Self::Database(error) }
    }
}
