//! 拒收清单 The file of rejected rows, written beside its final name and put in place at the end,
//! so that a list is either complete or absent.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::fault::{Code, Reject};

const HEADER: [&str; 6] = ["file", "line", "column", "code", "message", "original"];

/// The list under construction; dropped before [`Rejects::publish`], it leaves nothing behind.
pub struct Rejects {
    writer: csv::Writer<BufWriter<File>>,
    path: PathBuf,
    unfinished: Unfinished,
    by_code: BTreeMap<&'static str, u64>,
}

/// Removes the file under its temporary name.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After a rename there is nothing to remove, and a list that cannot be removed harms nobody.
        let _ = fs::remove_file(&self.0);
    }
}

impl Rejects {
    /// Begins the list that will stand at `path`.
    pub fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".part");
        let unfinished = Unfinished(PathBuf::from(temporary));
        let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(&unfinished.0)?));
        writer.write_record(HEADER)?;
        Ok(Self { writer, path: path.to_owned(), unfinished, by_code: BTreeMap::new() })
    }

    /// Adds a row.
    pub fn add(&mut self, file: &str, reject: &Reject) -> io::Result<()> {
        let Some(first) = reject.faults.first() else { return Ok(()) };
        self.count(first.code);
        let (line, code) = (reject.line.to_string(), first.code.as_str());
        let record = [file, &line, first.column, code, &reject.message(), &reject.original];
        Ok(self.writer.write_record(record)?)
    }

    fn count(&mut self, code: Code) {
        *self.by_code.entry(code.as_str()).or_default() += 1;
    }

    /// Brings every row to the disk, so that a full one is known before the database commits.
    pub fn sync(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().get_ref().sync_data()
    }

    /// Puts the list in place and tells how many rows each code has.
    pub fn publish(self) -> io::Result<BTreeMap<&'static str, u64>> {
        fs::rename(&self.unfinished.0, &self.path)?;
        Ok(self.by_code)
    }
}
