//! 版式 What the columns of a file are, and what it calls itself.

/// 版式 Of the files of one kind.
#[derive(Debug)]
pub struct Layout {
    /// 标题
    pub title: &'static str,
    /// 工作表名
    pub sheet: &'static str,
    /// 表头
    pub headings: &'static [&'static str],
    /// Widths of the columns, in characters of the usual type.
    pub widths: &'static [f64],
    /// Columns with days.
    pub days: &'static [usize],
    /// Columns with numbers.
    pub numbers: &'static [usize],
}
