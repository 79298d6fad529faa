//! 提问记录 Keeps what is asked of the assistant without anything personal, and groups what found no answer.

use std::sync::LazyLock;

use assistant::review::{Group, ReviewError};
use chrono::NaiveDate;
use entities::bulk::Session;
use entities::questions::{self, Asked};
use entities::{Database, DatabaseError};
use regex::Regex;
use sea_orm::DbErr;

use crate::assistant::{AskError, Assistant, Verdict};
use crate::ports::Progress;

/// Characters of a question that are kept.
const LENGTH: usize = 200;

/// What is personal or names somebody: mailboxes, codes and numbers, names of enterprises, people who introduce
/// themselves.
static PERSONAL: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let patterns = [
        (r"[0-9A-Za-z._+-]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+", "〔邮箱〕"),
        (r"(?i)[0-9a-z]{15,20}", "〔代码〕"),
        (r"\d[\d -]{5,}\d", "〔号码〕"),
        (r"[\p{Han}（）()]{2,}?(有限责任公司|股份有限公司|有限公司|专业合作社)", "〔单位名称〕"),
        (r"(我叫|名叫|名字叫|姓名[是为：:]?|法人[是叫]|法定代表人[是叫]|老板叫)\p{Han}{2,3}", "$1〔姓名〕"),
        (r"\p{Han}{1,2}(先生|女士|小姐)", "〔姓名〕"),
    ];
    patterns.into_iter().filter_map(|(pattern, word)| Some((Regex::new(pattern).ok()?, word))).collect()
});

/// 去标识 The question without anything personal, in half-width characters, cut to a length.
pub fn impersonal(question: &str) -> String {
    let half_width = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '\u{ff20}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        other => other,
    };
    let plain: String = question.trim().chars().map(half_width).collect();
    let kept = PERSONAL.iter().fold(plain, |text, (pattern, word)| pattern.replace_all(&text, *word).into_owned());
    kept.chars().filter(|c| !c.is_control()).take(LENGTH).collect()
}

/// 结论 As it is stored.
pub const fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Answered => "ANSWERED",
        Verdict::Unsure => "UNSURE",
        Verdict::Unknown => "UNKNOWN",
    }
}

/// Keeps a question beside the answer's way: who asked does not wait for it, and an answer is no worse without it.
pub fn keep(db: Database, asked: Asked) {
    tokio::spawn(async move {
        if let Err(error) = record(&db, &asked).await {
            tracing::warn!(%error, "a question was not kept");
        }
    });
}

/// Keeps a question.
///
/// # Errors
/// Any failure of the database.
pub async fn record(db: &Database, asked: &Asked) -> Result<(), DatabaseError> {
    let asked = Asked { question: impersonal(&asked.question), ..asked.clone() };
    let mut session = Session::begin(db).await?;
    questions::add(&mut session, &asked).await?;
    session.commit().await
}

/// Why questions cannot be reviewed.
#[derive(Debug, thiserror::Error)]
pub enum UnansweredError {
    /// The assistant cannot work.
    #[error(transparent)]
    Assistant(#[from] AskError),
    /// No encoder.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// 复盘 Groups of the questions since a day that got no answer, those asked most often first.
///
/// # Errors
/// A failure of the database, an assistant without its encoder.
pub async fn unanswered(
    db: &Database,
    assistant: &Assistant,
    since: NaiveDate,
    limit: i64,
    progress: &dyn Progress,
) -> Result<Vec<Group>, UnansweredError> {
    let asked = questions::unanswered(db, since, limit).await?;
    let asked: Vec<(String, u64)> =
        asked.into_iter().map(|(question, times)| (question, u64::try_from(times).unwrap_or_default())).collect();
    let told = |done: usize, total: usize| progress.report("归并问题", done as u64, Some(total as u64));
    Ok(assistant.loaded()?.groups(&asked, &told)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_personal_is_kept() {
        for (asked, kept) in [
            ("我的手机13912345678收不到验证码", "我的手机〔号码〕收不到验证码"),
            ("座机029-87654321能填吗", "座机〔号码〕能填吗"),
            ("代码91610113MA6TXB2N3N登不上", "代码〔代码〕登不上"),
            ("身份证61011319900307002X输错了", "身份证〔代码〕输错了"),
            ("邮箱li.ming@qq.com填错了", "邮箱〔邮箱〕填错了"),
            ("西安示例科技有限公司的年报谁报", "〔单位名称〕的年报谁报"),
            ("我叫李小明，怎么换联络员", "我叫〔姓名〕，怎么换联络员"),
            ("１３９１２３４５６７８打不通", "〔号码〕打不通"),
            ("我们公司要年报吗", "我们公司要年报吗"),
            ("2025年的年报6月30日截止吗", "2025年的年报6月30日截止吗"),
        ] {
            assert_eq!(impersonal(asked), kept);
        }
        assert_eq!(impersonal(&"问".repeat(900)).chars().count(), LENGTH);
        assert_eq!(PERSONAL.len(), 6);
    }
}
