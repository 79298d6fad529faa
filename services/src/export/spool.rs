//! 暂存 The rows of an export on disk, before it is known how many there are: neither they nor the file made of
//! them are held in memory. A spool has no name in any folder; it goes with the process.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

use csv::{Reader, ReaderBuilder, Writer, WriterBuilder};

/// 暂存 Takes rows.
pub struct Spool {
    writer: Writer<File>,
    rows: u64,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// No room for temporary files.
    pub fn open() -> io::Result<Self> {
        Ok(Self { writer: WriterBuilder::new().has_headers(false).from_writer(tempfile::tempfile()?), rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The disk is full.
    pub fn add(&mut self, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
        self.writer.write_record(cells)?;
        self.rows += 1;
        Ok(())
    }

    /// How many rows it has.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Its rows, from the first.
    ///
    /// # Errors
    /// The disk is full.
    pub fn read(self) -> io::Result<Reader<File>> {
        let mut file = self.writer.into_inner().map_err(|error| error.into_error())?;
        file.seek(SeekFrom::Start(0))?;
        Ok(ReaderBuilder::new().has_headers(false).from_reader(file))
    }
}
