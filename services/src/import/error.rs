//! 导入失败 Why a whole run cannot begin or go on. Nothing of it is in the database then, unless the
//! message says otherwise.

use std::io;
use std::path::PathBuf;

use entities::DatabaseError;
use entities::vault::VaultError;

use super::rejects::Taken;
use crate::failure;
use crate::vault::KeyError;

/// Why a run ended without a result.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Files of the dump are not there.
    #[error("the dump lacks {}", files.join(", "))]
    MissingFile {
        /// Folder of the dump.
        folder: PathBuf,
        /// Names of the absent files.
        files: Vec<&'static str>,
    },
    /// The header of a file does not name what is needed, or names it twice.
    #[error("{file} needs each of these columns once: {}", columns.join(", "))]
    Header {
        /// Name of the file.
        file: &'static str,
        /// Columns that are absent or come twice.
        columns: Vec<&'static str>,
    },
    /// A file is UTF-16.
    #[error("{file} is neither UTF-8 nor GBK")]
    Encoding {
        /// Name of the file.
        file: &'static str,
    },
    /// A file cannot be read.
    #[error("{file} cannot be read: {source}")]
    Read {
        /// Name of the file.
        file: &'static str,
        /// Cause.
        source: io::Error,
    },
    /// The list of rejected rows cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Rejects {
        /// Where it should stand.
        path: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// Something would be lost where the list of rejected rows should stand.
    #[error("{} must not be replaced: {taken:?}", path.display())]
    RejectsTaken {
        /// Where the list, or the unfinished list, should stand.
        path: PathBuf,
        /// What stands there.
        taken: Taken,
    },
    /// The run is complete, but the list of rejected rows stays under another name.
    #[error("{} cannot be put in place: {source}", path.display())]
    RejectsUnplaced {
        /// Where it should stand.
        path: PathBuf,
        /// Where it is.
        kept: PathBuf,
        /// Cause.
        source: io::Error,
    },
    /// The database cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Open(#[source] DatabaseError),
    /// The database cannot be brought to the present schema.
    #[error("the schema cannot be completed: {0}")]
    Prepare(#[source] DatabaseError),
    /// The connection broke while the database was told to keep everything.
    #[error("the outcome of the commit is unknown: {0}")]
    CommitUnknown(#[source] DatabaseError),
    /// The schema is not complete, or the tables of the standards are not filled.
    #[error("the database is not prepared")]
    NotPrepared,
    /// Telephone numbers cannot be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The keys of the database cannot be made or checked.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The reader of a file ended without a word.
    #[error("the reader of {file} ended unexpectedly")]
    Reader {
        /// Name of the file.
        file: &'static str,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl ImportError {
    /// Stable code of the failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingFile { .. } => "IMPORT_MISSING_FILE",
            Self::Header { .. } => "IMPORT_HEADER",
            Self::Encoding { .. } => "IMPORT_ENCODING",
            Self::Read { .. } | Self::Reader { .. } => "IMPORT_READ",
            Self::Rejects { .. } => "IMPORT_REJECTS",
            Self::RejectsTaken { .. } => "IMPORT_REJECTS_TAKEN",
            Self::RejectsUnplaced { .. } => "IMPORT_REJECTS_UNPLACED",
            Self::CommitUnknown(_) => "IMPORT_COMMIT_UNKNOWN",
            Self::NotPrepared => "IMPORT_NOT_PREPARED",
            Self::Vault(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Open(error) | Self::Prepare(error) | Self::Database(error) => failure::code(error),
        }
    }

    /// What is wrong and how to mend it.
    pub fn message(&self) -> String {
        let told = match self {
            Self::MissingFile { folder, files } => {
                format!("{}中缺少{}，请补齐文件，或指明只导入部分文件。", folder.display(), files.join("、"))
            }
            Self::Header { file, columns } => {
                format!("{file}的表头应各有一列{}，请核对表头。", columns.join("、"))
            }
            Self::Encoding { file } => format!("{file}是UTF-16编码，请另存为UTF-8或GBK后重试。"),
            Self::Read { file, source } => format!("{file}无法读取（{source}），请检查文件和权限。"),
            Self::Reader { file } => format!("读取{file}时意外中断，请重试。"),
            Self::Rejects { path, source } => {
                format!("拒收清单{}无法写入（{source}），请检查磁盘空间和权限。", path.display())
            }
            Self::RejectsTaken { path, taken } => {
                format!("拒收清单不能写到{}：那里是{}，请用--rejects另指定一个文件。", path.display(), taken.what())
            }
            Self::Vault(error) => error.message(),
            Self::Keys(error) => error.message(),
            Self::NotPrepared => "数据库结构不是最新，请先运行qinxin migrate。".to_owned(),
            Self::Open(error) => {
                format!("无法打开数据库（{error}），请检查数据库地址、用户和权限，并确认数据库已启动。")
            }
            Self::Prepare(error) => {
                return format!("数据库结构未能升级，数据未受影响。{}", failure::message(error, "导入"));
            }
            Self::Database(error) => failure::message(error, "导入"),
            Self::RejectsUnplaced { path, kept, source } => {
                let (path, kept) = (path.display(), kept.display());
                return format!("导入已经完成，但拒收清单无法放到{path}（{source}），请从{kept}取用。");
            }
            Self::CommitUnknown(error) => {
                let told = failure::message(error, "导入");
                return format!(
                    "提交时未收到数据库的答复，数据或已全部写入，或全部未写入。{told}已写入的行不会重复写入。"
                );
            }
        };
        format!("{told}本次导入没有改动数据库。")
    }
}
