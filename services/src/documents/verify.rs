//! 验证 Whether a document is genuine, asked by whoever holds it.

use entities::Database;
use entities::documents::{by_code, document};

use super::Printery;
use super::print::grouped;
use crate::command::{Caller, Done, UserError};

/// Characters that a code may be typed with: groups, blanks, whatever else; longer texts are none.
const TYPED: usize = 64;

/// 验证结果 A document that was issued here.
#[derive(Clone, Debug)]
pub struct Verified {
    /// 文书
    pub document: document::Model,
    /// 现版本 The version in which its report is now, if that is a newer one.
    pub newer_version: Option<i32>,
}

/// 验证 The document with this code, however the code is typed; `None` for one that was never given.
///
/// # Errors
/// `TOO_OFTEN`, or a failure of the database.
pub async fn verify(db: &Database, printery: &Printery, caller: &Caller, typed: &str) -> Done<Option<Verified>> {
    if let Err(seconds) = printery.0.verified.count(caller) {
        let message = format!("验证过于频繁，请 {seconds} 秒后再试。");
        return Err(UserError::at(&["code"], "TOO_OFTEN", message).after(seconds).into());
    }
    // A code of another form is asked for as well: neither the answer nor its time tells anything.
    let found = by_code(db, &normal(typed)).await?;
    Ok(found.map(|(document, latest)| {
        let newer_version = (latest > document.version).then_some(latest);
        Verified { document, newer_version }
    }))
}

/// A code as it is stored, from how people type it: blanks, hyphens or none, full-width letters, small ones.
fn normal(typed: &str) -> String {
    let narrow = |sign: char| match sign {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(sign) - 0xfee0).unwrap_or(sign),
        other => other,
    };
    let signs = typed.chars().take(TYPED).map(narrow).filter(char::is_ascii_alphanumeric);
    grouped(&signs.map(|sign| sign.to_ascii_uppercase()).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_however_they_are_typed() {
        for typed in
            ["7KPD-Q2MX-9RTW-HC4V", " 7kpd q2mx 9rtw hc4v ", "７ＫＰＤＱ２ＭＸ９ｒｔｗＨＣ４Ｖ", "7KPD－Q2MX—9RTWHC4V"]
        {
            assert_eq!(normal(typed), "7KPD-Q2MX-9RTW-HC4V", "{typed}");
        }
        assert_eq!(normal(&"长".repeat(1000)), "");
    }
}
