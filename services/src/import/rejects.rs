//! 拒收清单 The file of rejected rows, written beside its final name and put in place at the end,
//! so that a list is either complete or absent.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};

use super::error::ImportError;
use super::fault::{Code, Reject};

const HEADER: [&str; 6] = ["file", "line", "column", "code", "message", "original"];

/// 不可作拒收清单 Why a list may not stand at a place: something would be lost there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A folder.
    Folder,
    /// A device, a pipe or the like.
    NoFile,
    /// A file of the dump, present or not.
    Dump,
    /// A file of the database.
    Database,
    /// A file with something else in it.
    Other,
}

impl Taken {
    /// What stands at the place.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Folder => "一个目录",
            Self::NoFile => "设备或管道，不是普通文件",
            Self::Dump => "待导入的数据文件",
            Self::Database => "数据库文件",
            Self::Other => "其他内容的文件，不是以前的拒收清单",
        }
    }
}

/// 已占用之处 The files that a list must not replace, whatever is in them.
pub struct Guarded<'a> {
    /// Folder of the dump.
    pub dump: &'a Path,
    /// Names of its files.
    pub names: [&'static str; 6],
    /// Files of the database.
    pub database: Vec<PathBuf>,
}

impl Guarded<'_> {
    /// What a list at `path` would replace; nothing, an empty file or an older list is no loss.
    pub fn taken(&self, path: &Path) -> io::Result<Option<Taken>> {
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Ok(Some(Taken::Folder));
        }
        if same_folder(path.parent(), self.dump) && self.names.iter().any(|name| path.ends_with(name)) {
            return Ok(Some(Taken::Dump));
        }
        if self.database.iter().any(|file| {
            file.file_name() == path.file_name() && same_folder(path.parent(), file.parent().unwrap_or(file))
        }) {
            return Ok(Some(Taken::Database));
        }
        contents(path)
    }
}

/// Whether two ways lead to the same folder; one that is not there is no other's.
fn same_folder(one: Option<&Path>, other: &Path) -> bool {
    let real = |folder: &Path| fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let (one, other) = (one.map(real), real(other));
    matches!((one, other), (Some(Ok(one)), Ok(other)) if one == other)
}

fn contents(path: &Path) -> io::Result<Option<Taken>> {
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found?,
    };
    if found.is_dir() {
        return Ok(Some(Taken::Folder));
    }
    if !found.is_file() {
        return Ok(Some(Taken::NoFile));
    }
    let header = HEADER.join(",");
    let mut start = Vec::new();
    File::open(path)?.take(header.len() as u64).read_to_end(&mut start)?;
    Ok((!start.is_empty() && start != header.as_bytes()).then_some(Taken::Other))
}

/// The list under construction; dropped before [`Rejects::publish`], it leaves nothing behind.
pub struct Rejects {
    writer: csv::Writer<BufWriter<File>>,
    path: PathBuf,
    unfinished: Unfinished,
    by_code: BTreeMap<&'static str, u64>,
}

/// Removes the file under its temporary name, if there is one still to be removed.
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(temporary) = &self.0 {
            // A list that cannot be removed harms nobody.
            let _ = fs::remove_file(temporary);
        }
    }
}

impl Rejects {
    /// Begins the list that will stand at `path`, if nothing is lost there nor beside it.
    pub fn create(path: &Path, guarded: &Guarded<'_>) -> Result<Self, ImportError> {
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(".part");
        for place in [path, Path::new(&temporary)] {
            if let Some(taken) = guarded.taken(place).map_err(|source| unwritable(path, source))? {
                return Err(ImportError::RejectsTaken { path: place.to_owned(), taken });
            }
        }
        Self::begin(path, PathBuf::from(temporary)).map_err(|source| unwritable(path, source))
    }

    fn begin(path: &Path, temporary: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create(&temporary)?;
        let unfinished = Unfinished(Some(temporary));
        let mut writer = csv::Writer::from_writer(BufWriter::new(file));
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

    /// Puts the list in place and tells how many rows each code has. The run is complete by now: a list
    /// that cannot be put in place stays under its temporary name.
    pub fn publish(self) -> Result<BTreeMap<&'static str, u64>, ImportError> {
        let Self { path, mut unfinished, by_code, .. } = self;
        let kept = unfinished.0.take().unwrap_or_default();
        match fs::rename(&kept, &path) {
            Ok(()) => Ok(by_code),
            Err(source) => Err(ImportError::RejectsUnplaced { path, kept, source }),
        }
    }
}

/// A list that cannot be written.
pub fn unwritable(path: &Path, source: io::Error) -> ImportError {
    ImportError::Rejects { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_cannot_be_put_in_place_is_kept() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let path = folder.path().join("rejects.csv");
        let guarded = Guarded { dump: folder.path(), names: ["a.csv"; 6], database: Vec::new() };
        let mut rejects = Rejects::create(&path, &guarded).expect("a list");
        rejects.sync().expect("written");
        fs::create_dir(&path).expect("a folder in the way");
        let error = rejects.publish().expect_err("a folder is in the way");
        assert_eq!(error.code(), "IMPORT_REJECTS_UNPLACED");
        assert!(error.message().contains("导入已经完成") && error.message().contains("rejects.csv.part"));
        assert!(folder.path().join("rejects.csv.part").exists());
    }
}
