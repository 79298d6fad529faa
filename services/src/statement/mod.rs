//! 表格文件 Files that filers upload, read into cells, and what financial statements say in them. Pure: bytes in, cells
//! and figures out; nothing is executed, nothing kept.
//!
//! UPLOAD-1: no bytes make the process end or grow without bound: sizes are counted before anything is unpacked, and
//! what may panic does so behind a wall.
//! UPLOAD-2: a number is taken as it stands: its unit is that of the sheet, and what is rounded says so.

pub mod csv;
pub mod lines;
pub mod map;
pub mod pdf;
pub mod sheet;
pub mod units;

pub use map::{Figure, Found, Reading, Remark};
pub use sheet::{Book, Bounds, Cell, Row, Sheet, Unread, read};
