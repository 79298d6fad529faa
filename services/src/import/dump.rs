//! 转储 The dump as opened files whose headers are known to be complete, and the rows that a
//! reader thread makes of one.

use std::io;
use std::path::Path;

use entities::vault::Vault;
use tokio::sync::mpsc;

use super::error::ImportError;
use super::family::{Family, Reading};
use super::fault::Reject;
use super::fields::Fields;
use super::record::Record;
use super::records::Records;
use super::source::{Encoding, Lines};

/// Rows that go to the database together.
const BATCH_ROWS: usize = 1024;

/// Rows to make room for at most before they have come.
const MOST_ROOM: usize = 4_000_000;

/// Batches that the reader may be ahead of the database.
const BATCHES_AHEAD: usize = 3;

/// A file whose header is read.
pub struct Input {
    records: Records,
    /// Field of the file for each column of the family.
    positions: Vec<usize>,
    /// Rows that it probably has.
    pub estimate: u64,
}

impl Input {
    /// Rows to make room for: what is expected and a little more, but never without bound, since
    /// the beginning of a file may mislead.
    pub fn room(&self) -> usize {
        usize::try_from(self.estimate + self.estimate / 16).unwrap_or(MOST_ROOM).min(MOST_ROOM)
    }
}

/// A row as the file has it, with what could be told without the register.
pub struct Draft<F: Family> {
    /// Physical line, original text and faults.
    pub reject: Reject,
    /// Digest of the values.
    pub digest: i64,
    /// Keys and values; absent when the fields cannot be told apart.
    pub reading: Option<Reading<F>>,
    /// The old system's number as far as it can be read, for the children of a broken row.
    pub key: Option<i64>,
}

/// Opens a file of the dump, `None` if it is absent.
pub fn open<F: Family>(folder: &Path) -> Result<Option<Input>, ImportError> {
    let read = |source| ImportError::Read { file: F::FILE, source };
    let lines = match Lines::open(&folder.join(F::FILE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(read)?,
    };
    if lines.encoding == Encoding::Utf16 {
        return Err(ImportError::Encoding { file: F::FILE });
    }
    let estimate = lines.estimate.saturating_sub(1);
    let header = || ImportError::Header { file: F::FILE, columns: F::COLUMNS.to_vec() };
    let (names, mut records) = Records::open(lines).map_err(read)?.ok_or_else(header)?;
    let needed = F::COLUMNS.len() - F::OPTIONAL;
    let positions =
        positions(&names, F::COLUMNS, needed).map_err(|columns| ImportError::Header { file: F::FILE, columns })?;
    records.expect_keys([positions[0], positions[1]]);
    Ok(Some(Input { records, positions, estimate }))
}

/// Where each column stands, those after the first `needed` nowhere if they are absent; the error names those that
/// are absent or come twice.
fn positions(header: &Record, columns: &[&'static str], needed: usize) -> Result<Vec<usize>, Vec<&'static str>> {
    let mut positions = Vec::with_capacity(columns.len());
    let mut at_fault = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let mut found = (0..header.len()).filter(|at| header.field(*at).trim().eq_ignore_ascii_case(column));
        match (found.next(), found.next()) {
            (Some(position), None) => positions.push(position),
            (None, _) if place >= needed => positions.push(usize::MAX),
            _ => at_fault.push(*column),
        }
    }
    if at_fault.is_empty() { Ok(positions) } else { Err(at_fault) }
}

/// The batches of a file, read on a thread of their own so that reading and writing go on at once.
pub struct Batches<F: Family> {
    receiver: mpsc::Receiver<io::Result<Vec<Draft<F>>>>,
    has_ended: bool,
}

impl<F: Family> Batches<F> {
    /// Begins to read. The reader stops when nobody takes its batches any more.
    pub fn read(input: Input, vault: Vault) -> Self {
        let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
        tokio::task::spawn_blocking(move || {
            let Input { mut records, positions, .. } = input;
            loop {
                let batch = batch(&mut records, &positions, &vault);
                let goes_on = batch.as_ref().is_ok_and(|drafts| drafts.len() == BATCH_ROWS);
                if sender.blocking_send(batch).is_err() || !goes_on {
                    return;
                }
            }
        });
        Self { receiver, has_ended: false }
    }

    /// The next rows, `None` at the end of the file. Only a batch that is not full ends a file: a
    /// reader that just vanished must not make a long file look short.
    pub async fn next(&mut self) -> Result<Option<Vec<Draft<F>>>, ImportError> {
        match self.receiver.recv().await {
            Some(Ok(drafts)) => {
                self.has_ended = drafts.len() < BATCH_ROWS;
                Ok(Some(drafts))
            }
            Some(Err(source)) => Err(ImportError::Read { file: F::FILE, source }),
            None if self.has_ended => Ok(None),
            None => Err(ImportError::Reader { file: F::FILE }),
        }
    }
}

fn batch<F: Family>(records: &mut Records, positions: &[usize], vault: &Vault) -> io::Result<Vec<Draft<F>>> {
    let mut drafts = Vec::with_capacity(BATCH_ROWS);
    while drafts.len() < BATCH_ROWS {
        let Some(row) = records.read()? else { break };
        drafts.push(match row {
            Ok(record) => draft(record, positions, vault),
            Err((record, fault)) => Draft {
                key: positions.first().and_then(|id| record.field(*id).trim().parse().ok()),
                reject: Reject { line: record.line, original: record.into_original(), faults: vec![fault] },
                digest: 0,
                reading: None,
            },
        });
    }
    Ok(drafts)
}

fn draft<F: Family>(record: Record, positions: &[usize], vault: &Vault) -> Draft<F> {
    let mut fields = Fields::new(&record, F::COLUMNS, positions, vault);
    let reading = F::read(&mut fields);
    let (digest, faults) = fields.finish();
    Draft {
        key: reading.key,
        reject: Reject { line: record.line, original: record.into_original(), faults },
        digest,
        reading: Some(reading),
    }
}
