//! 数据库故障 What a failure of the database means to the person at the keyboard.

use std::io;

use entities::DatabaseError;
use sea_orm::{DbErr, RuntimeErr};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    DiskFull,
    Locked,
    Disconnected,
    Other,
}

/// Stable code of the failure.
pub fn code(error: &DatabaseError) -> &'static str {
    match cause(error) {
        Cause::DiskFull => "DATABASE_DISK_FULL",
        Cause::Locked => "DATABASE_LOCKED",
        Cause::Disconnected => "DATABASE_DISCONNECTED",
        Cause::Other => "DATABASE_ERROR",
    }
}

/// What is wrong and what to mend before `act` (`导入`) is tried again.
pub fn message(error: &DatabaseError, act: &str) -> String {
    match cause(error) {
        Cause::DiskFull => format!("数据库所在磁盘已满，请腾出空间后重新{act}。"),
        Cause::Locked => format!("数据库正被另一进程写入，请待其结束后重新{act}。"),
        Cause::Disconnected => format!("与数据库的连接中断，请检查数据库后重新{act}。"),
        Cause::Other => format!("数据库出错（{error}），请检查数据库后重新{act}。"),
    }
}

fn cause(error: &DatabaseError) -> Cause {
    match error {
        DatabaseError::Bulk(error) | DatabaseError::Connect(error) => sqlx_cause(error),
        DatabaseError::Statement(DbErr::Conn(error) | DbErr::Exec(error) | DbErr::Query(error)) => match error {
            RuntimeErr::SqlxError(error) => sqlx_cause(error),
            RuntimeErr::Internal(_) => Cause::Other,
        },
        DatabaseError::Statement(DbErr::ConnectionAcquire(_)) => Cause::Disconnected,
        _ => Cause::Other,
    }
}

fn sqlx_cause(error: &sqlx::Error) -> Cause {
    match error {
        sqlx::Error::Database(error) => error.code().map_or(Cause::Other, |code| code_cause(&code)),
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::StorageFull => Cause::DiskFull,
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            Cause::Disconnected
        }
        _ => Cause::Other,
    }
}

/// SQLSTATE of PostgreSQL, or the extended result code of SQLite as a decimal number.
fn code_cause(code: &str) -> Cause {
    match code {
        "53100" => Cause::DiskFull,
        "55P03" | "40P01" => Cause::Locked,
        "57P01" | "57P02" | "57P03" => Cause::Disconnected,
        _ if code.len() == 5 && code.starts_with("08") => Cause::Disconnected,
        _ => match code.parse::<u32>().map(|extended| extended & 0xff) {
            Ok(13) => Cause::DiskFull,
            Ok(5 | 6) if code.len() < 5 => Cause::Locked,
            _ => Cause::Other,
        },
    }
}
