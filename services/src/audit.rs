//! 审计 The audit log: what was done by whom, in a chain that tells of every later change.
//!
//! AUDIT-1: an entry is in the transaction of what it tells of, so that neither is there alone.
//! AUDIT-2: each entry holds the SM3 of itself and of the one before it, so that whoever edits,
//! deletes or reorders entries has to forge all that follow, and the head.
//!
//! AUDIT-3: the next entry is chained to the head as it is when it is written. What a process remembers of the head
//! saves the question for it, and is compared with it by the statement that writes.
//!
//! GB/T 22239-2019 8.1.4.3. Whoever can write to every table of the database can forge the whole
//! chain: copies of the head belong outside it (`qinxin audit verify` prints it).

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, SecondsFormat, Utc};
use entities::audit::{self, Entry, Head};
use entities::bulk::Session;
use entities::{Database, DatabaseError};
use serde_json::Value;
use sm3::{Digest, Sm3};

use crate::ports::Progress;

/// 结果 How what was tried ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 成功
    Done,
    /// 拒绝
    Refused,
}

impl Outcome {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "DONE",
            Self::Refused => "REFUSED",
        }
    }
}

/// 事项 What is to be recorded.
#[derive(Clone, Debug)]
pub struct Event {
    /// 时间
    pub at: DateTime<Utc>,
    /// 主体 `user:7 wang`, `client:2 税务局`, `system`.
    pub actor: String,
    /// 操作 A stable word.
    pub act: &'static str,
    /// 客体
    pub subject: String,
    /// 来源
    pub source: Option<String>,
    /// 结果
    pub outcome: Outcome,
    /// Facts worth keeping; never a secret, never personal data in clear.
    pub detail: Value,
}

/// Columns hold this many characters.
const TEXT: usize = 128;
const SOURCE: usize = 64;

/// 末条 The head as this process left it, whether its transaction was kept or not.
static LEFT: Mutex<Option<Head>> = Mutex::new(None);

/// Chains events to the log within the transaction of `session`.
///
/// # Errors
/// Any failure of the database.
pub async fn append(session: &mut Session, events: &[Event]) -> Result<(), DatabaseError> {
    let started = Instant::now();
    let head = match events {
        [] => return Ok(()),
        [event] => match remembered(session, event).await? {
            Some(head) => head,
            None => locked(session, events).await?,
        },
        _ => locked(session, events).await?,
    };
    *LEFT.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
    metrics::histogram!("qinxin_audit_append_seconds").record(started.elapsed().as_secs_f64());
    Ok(())
}

/// Chains an event to the head that is remembered; `None` if it is not the head any more: another process has
/// written, or what was written here was not kept.
async fn remembered(session: &mut Session, event: &Event) -> Result<Option<Head>, DatabaseError> {
    let left = LEFT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let Some(before) = left else { return Ok(None) };
    let mut head = before.clone();
    let entry = chained(&mut head, event);
    Ok(audit::write_after(session, &entry, &before).await?.then_some(head))
}

/// Chains events to the head that is there, asked for first.
async fn locked(session: &mut Session, events: &[Event]) -> Result<Head, DatabaseError> {
    let mut head = audit::locked_head(session).await?;
    let entries: Vec<Entry> = events.iter().map(|event| chained(&mut head, event)).collect();
    audit::write(session, &entries, &head).await?;
    Ok(head)
}

fn chained(head: &mut Head, event: &Event) -> Entry {
    let cut = |text: &str, most| text.chars().take(most).collect::<String>();
    let mut entry = Entry {
        sequence: head.last + 1,
        recorded_at: event.at,
        actor: cut(&event.actor, TEXT),
        act: event.act.to_owned(),
        subject: cut(&event.subject, TEXT),
        source: event.source.as_deref().map(|source| cut(source, SOURCE)),
        outcome: Some(event.outcome.code().to_owned()),
        detail: event.detail.clone(),
        hash: None,
    };
    let hash = hash(&head.hash, &entry);
    entry.hash = Some(hash.clone());
    (head.last, head.hash) = (entry.sequence, hash);
    entry
}

/// 链值 SM3 in hexadecimal over the hash before and the entry as a JSON list with sorted keys.
fn hash(before: &str, entry: &Entry) -> String {
    let facts = serde_json::json!([
        before,
        entry.sequence,
        entry.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        entry.actor,
        entry.act,
        entry.subject,
        entry.source,
        entry.outcome,
        sorted(&entry.detail),
    ]);
    hex(&Sm3::digest(facts.to_string().as_bytes()))
}

/// Objects as lists of pairs in the order of their keys: an engine may store them in any.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut pairs: Vec<(&String, Value)> = fields.iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.sort_by_key(|(key, _)| *key);
            serde_json::json!(pairs)
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        plain => plain.clone(),
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 核验结果 What a walk along the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was recorded yet.
    Empty,
    /// Every entry is as it was written.
    Whole(Head),
    /// The first entry that is not.
    Broken {
        /// Its number.
        sequence: i64,
        /// What is wrong with it.
        fault: Fault,
    },
}

/// 断点 What is wrong with the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 缺失 The entry is not there.
    Missing,
    /// 被改动 The entry is not what was written, or stands in another's place.
    Changed,
    /// 多出 The entry was not written by the product.
    Added,
    /// The head is not the last entry's.
    Head,
}

impl Fault {
    /// 说明 In Chinese.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Missing => "该序号的记录缺失（被删除）",
            Self::Changed => "该序号的记录与写入时不同（被改动或调换次序）",
            Self::Added => "该序号的记录不是由系统写入",
            Self::Head => "链头与最后一条记录不符（链头或末尾记录被改动）",
        }
    }
}

/// Entries that are read at once.
const PAGE: i64 = 1_000;

/// 核验 Walks along the whole chain.
///
/// # Errors
/// Any failure of the database.
pub async fn verify(db: &Database, progress: &dyn Progress) -> Result<Verdict, DatabaseError> {
    let Some(head) = audit::head(db).await? else { return Ok(Verdict::Empty) };
    let (mut expected, mut before) = (head.first, String::new());
    let total = (head.last - head.first + 1).unsigned_abs();
    while expected <= head.last {
        let page = audit::after(db, expected - 1, PAGE).await?;
        for entry in page.iter().take_while(|entry| entry.sequence <= head.last) {
            if entry.sequence != expected {
                return Ok(Verdict::Broken { sequence: expected, fault: Fault::Missing });
            }
            let hash = hash(&before, entry);
            if entry.hash.as_deref() != Some(hash.as_str()) {
                return Ok(Verdict::Broken { sequence: expected, fault: Fault::Changed });
            }
            (expected, before) = (expected + 1, hash);
        }
        progress.report("核验审计链", (expected - head.first).unsigned_abs(), Some(total));
        if expected <= head.last && page.is_empty() {
            return Ok(Verdict::Broken { sequence: expected, fault: Fault::Missing });
        }
    }
    if before != head.hash {
        return Ok(Verdict::Broken { sequence: head.last, fault: Fault::Head });
    }
    match audit::after_head(db, &head).await? {
        // Written since the head was read: a chain that grows is no fault.
        Some(sequence) if audit::head(db).await?.is_none_or(|now| sequence > now.last) => {
            Ok(Verdict::Broken { sequence, fault: Fault::Added })
        }
        _ => Ok(Verdict::Whole(head)),
    }
}
