//! 分页 The four arguments of a Relay connection, checked.

use crate::limits::limits;
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
    let limits = limits();
    let asked = first.or(last).map(|rows| usize::try_from(rows).unwrap_or(limits.page_size));
    asked.unwrap_or(limits.default_page_size).min(limits.page_size)
}

/// A page size within the limits.
///
/// # Errors
/// `INVALID_PAGE` naming the argument and its value.
pub fn bounded(name: &str, asked: Option<i32>) -> Answer<u32> {
    let most = limits().page_size;
    let rows = asked.map_or(Ok(limits().default_page_size), usize::try_from);
    if let Some(rows) = rows.ok().filter(|rows| *rows <= most).and_then(|rows| u32::try_from(rows).ok()) {
        return Ok(rows);
    }
    let asked = asked.unwrap_or_default();
    Err(Failure::refused(Code::InvalidPage, format!("{name} 的值 {asked} 超出范围，应为 0 到 {most} 的整数。")))
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
