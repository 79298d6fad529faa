//! 分页 The four arguments of a Relay connection, checked.

use crate::limits::{DEFAULT_PAGE, PAGE};
use crate::{Answer, Code, Failure};

/// The arguments `first`, `after`, `last`, `before` of a connection, as a client gave them.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// Rows from the beginning.
    pub first: Option<i32>,
    /// After this cursor.
    pub after: Option<String>,
    /// Rows from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// How many rows, and from which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows at most.
    pub limit: u32,
    /// Counted from the end of the list.
    pub from_end: bool,
}

impl Arguments {
    /// The size of the page.
    ///
    /// # Errors
    /// `INVALID_PAGE` when a number is out of bounds or both ends are asked for.
    pub fn size(&self) -> Answer<Size> {
        match (self.first, self.last) {
            (Some(_), Some(_)) => {
                Err(Failure::refused(Code::InvalidPage, "first 与 last 不能同时使用，请只保留其中一个。"))
            }
            (first, None) => Ok(Size { limit: bounded("first", first)?, from_end: false }),
            (None, last) => Ok(Size { limit: bounded("last", last)?, from_end: true }),
        }
    }
}

/// Rows that a page may hold, for the estimate of a document's cost; nonsense counts as the most.
pub fn rows(first: Option<i32>, last: Option<i32>) -> usize {
    let asked = first.or(last).unwrap_or(DEFAULT_PAGE);
    usize::try_from(asked.clamp(0, PAGE)).unwrap_or_default()
}

/// A page size within the limits.
///
/// # Errors
/// `INVALID_PAGE` naming the argument and its value.
pub fn bounded(name: &str, asked: Option<i32>) -> Answer<u32> {
    let rows = asked.unwrap_or(DEFAULT_PAGE);
    if (0..=PAGE).contains(&rows) {
        return Ok(rows.unsigned_abs());
    }
    Err(Failure::refused(Code::InvalidPage, format!("{name} 的值 {rows} 超出范围，应为 0 到 {PAGE} 的整数。")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bounded() {
        let arguments = |first, last| Arguments { first, last, ..Arguments::default() }.size().ok();
        assert_eq!(arguments(None, None), Some(Size { limit: 20, from_end: false }));
        assert_eq!(arguments(Some(0), None), Some(Size { limit: 0, from_end: false }));
        assert_eq!(arguments(None, Some(100)), Some(Size { limit: 100, from_end: true }));
        assert_eq!(arguments(Some(-1), None), None);
        assert_eq!(arguments(Some(101), None), None);
        assert_eq!(arguments(Some(1), Some(1)), None);
    }
}
