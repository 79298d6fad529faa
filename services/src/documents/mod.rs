//! 文书 Documents that are printed, kept, fetched and verified.
//!
//! DOCUMENT-1: a document is kept as it was issued, byte for byte: what it is verified by is the digest of its bytes,
//! and neither a new font nor a new template changes what was handed out.
//! DOCUMENT-2: the same version of the same report is printed once; whoever asks again is given the same document.
//! DOCUMENT-3: the public has the public edition and nothing else; what it may not have does not exist.
//! DOCUMENT-4: a code that was never given and one that was mistyped are told apart by nothing.
//!
//! Bytes are made where they hold nobody up: on a thread of their own, few at a time.

pub mod download;
pub mod print;
pub mod verify;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::enterprise::registered;
pub use render::Missing;
use render::{Press, Printed, RenderError};
use rules::access::FieldClass;
use sea_orm::DbErr;
use tokio::sync::Semaphore;

use crate::access::household;
use crate::command::Caller;

/// Documents that are set at the same time: each takes a core for some hundredths of a second.
const AT_ONCE: usize = 2;
/// Sources that are remembered; beyond that those that have fallen silent are forgotten.
const SOURCES: usize = 10_000;

/// 文印室 Where documents are printed; a clone is the same.
#[derive(Clone)]
pub struct Printery(Arc<Inner>);

struct Inner {
    /// Folder of further fonts.
    fonts: PathBuf,
    /// Where browsers reach this server.
    public_url: Option<String>,
    /// Opened when the first document is printed: whoever prints none does without the memory.
    press: OnceLock<Press>,
    seats: Semaphore,
    printed: Frequency,
    verified: Frequency,
}

impl Printery {
    /// With the fonts of a folder beside the one of the binary, and the address under which documents are verified.
    pub fn new(fonts: PathBuf, public_url: Option<String>) -> Self {
        Self(Arc::new(Inner {
            fonts,
            public_url,
            press: OnceLock::new(),
            seats: Semaphore::new(AT_ONCE),
            printed: Frequency::new(60, TimeDelta::minutes(10)),
            verified: Frequency::new(60, TimeDelta::minutes(1)),
        }))
    }

    /// 验证地址 Where a code is asked for.
    fn address(&self, code: &str) -> Option<String> {
        let base = self.0.public_url.as_deref()?.trim_end_matches('/');
        Some(format!("{base}/?verify={code}"))
    }

    /// Works with the press, away from the threads that serve.
    async fn at_press<T: Send + 'static>(&self, work: impl FnOnce(&Press) -> T + Send + 'static) -> Result<T, DbErr> {
        let broken = |error: &dyn std::fmt::Display| DbErr::Custom(format!("the press stands still: {error}"));
        let _seat = self.0.seats.acquire().await.map_err(|error| broken(&error))?;
        let inner = Arc::clone(&self.0);
        let worked = tokio::task::spawn_blocking(move || {
            let press = inner.press.get_or_init(|| Press::new(fonts(&inner.fonts)));
            work(press)
        });
        worked.await.map_err(|error| broken(&error))
    }

    /// Sets a document.
    async fn set(
        &self,
        work: impl FnOnce(&Press) -> Result<Printed, RenderError> + Send + 'static,
    ) -> Result<Printed, DbErr> {
        self.at_press(work).await?.map_err(|error| DbErr::Custom(error.to_string()))
    }

    /// Whether fonts that came since have one of these characters.
    async fn has_one_of(&self, characters: String) -> Result<bool, DbErr> {
        self.at_press(move |press| characters.chars().any(|character| press.has(character))).await
    }
}

/// Font files of a folder, in the order of their names; most installations have none.
fn fonts(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_font = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["ttf", "otf", "ttc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_font).collect();
    files.sort();
    let read = |file: PathBuf| {
        let read = std::fs::read(&file);
        read.inspect_err(|error| tracing::warn!(file = %file.display(), %error, "a font is left out")).ok()
    };
    files.into_iter().filter_map(read).collect()
}

/// 缺字说明 What a document tells whoever had it printed.
pub fn warnings(missing: &str) -> Vec<Missing> {
    missing.chars().map(Missing).collect()
}

/// 知悉 Whether a caller may have all of a report of this enterprise: its own, or one of its jurisdiction.
pub fn knows(caller: &Caller, owner: &registered::Model) -> bool {
    owner.place().is_some_and(|place| caller.viewer.sees(FieldClass::Internal, place))
}

/// 频次 How often something was done of late, by account or, for strangers, by household.
struct Frequency {
    most: usize,
    window: TimeDelta,
    times: Mutex<HashMap<String, Vec<DateTime<Utc>>>>,
}

impl Frequency {
    fn new(most: usize, window: TimeDelta) -> Self {
        Self { most, window, times: Mutex::default() }
    }

    /// Counts one more, unless it is one too many: then the seconds to wait.
    fn count(&self, caller: &Caller) -> Result<(), i64> {
        let who = match caller.viewer.identity() {
            rules::access::Identity::Anonymous => household(&caller.source),
            _ => caller.actor(),
        };
        let since = caller.now - self.window;
        let mut all = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SOURCES {
            all.retain(|_, times| times.last().is_some_and(|time| *time > since));
        }
        let times = all.entry(who).or_default();
        times.retain(|time| *time > since);
        match times.first() {
            Some(first) if times.len() >= self.most => Err((*first - since).num_seconds().max(1)),
            _ => {
                times.push(caller.now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_waits_until_the_first_is_forgotten() {
        let frequency = Frequency::new(2, TimeDelta::seconds(60));
        let at = |seconds: i64, source: &str| {
            let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
            frequency.count(&Caller::anonymous(source.into(), now))
        };
        assert_eq!((at(0, "192.0.2.1"), at(10, "192.0.2.1"), at(20, "192.0.2.1")), (Ok(()), Ok(()), Err(40)));
        assert_eq!((at(20, "192.0.2.2"), at(60, "192.0.2.1")), (Ok(()), Ok(())));
    }
}
