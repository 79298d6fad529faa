//! 一次导入 One run: batches come from the reader, are judged, and go to the database or to the list
//! of rejected rows; events and the audit entry follow in the same transaction.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use chrono::SecondsFormat;
use entities::bulk::{Keys, Row, Session};
use entities::cross_region::received;
use entities::operations::Event;
use entities::read::Value;
use entities::vault::Vault;
use entities::{Database, DatabaseError};

use super::authority::Authorities;
use super::dump::{Batches, Draft, Input};
use super::error::ImportError;
use super::family::{Family, Reading};
use super::ledger::{Known, Ledger, Shelf, Verdict};
use super::rejects::{Rejects, unwritable};
use super::{Counts, Options, SOURCE, Summary, TABLES};
use crate::audit;
use crate::failure;
use crate::load::{self, Load, Written};
use crate::ports::{Clock, Progress};

/// A run with its open transaction. Dropped before [`Run::finish`], it leaves nothing behind.
pub struct Run<'a> {
    session: Session,
    vault: Vault,
    load: Load,
    ledger: Ledger,
    rejects: Rejects,
    options: &'a Options,
    progress: &'a dyn Progress,
    files: BTreeMap<&'static str, Counts>,
    written: Vec<Written>,
    done: u64,
    estimate: u64,
}

impl<'a> Run<'a> {
    /// Opens the transaction; `rejects` takes the rows that are not taken.
    pub async fn begin(
        db: &Database,
        rejects: Rejects,
        options: &'a Options,
        progress: &'a dyn Progress,
        estimate: u64,
    ) -> Result<Self, ImportError> {
        let (mut session, mut load) = load::begin(db, TABLES).await?;
        if !load::has_standards(&mut session).await? {
            return Err(ImportError::NotPrepared);
        }
        let ledger = Ledger::new(Authorities::load(&mut session).await?);
        if load.is_first {
            load.strip(&mut session).await?;
        }
        let (files, written) = (BTreeMap::new(), Vec::new());
        let vault = db.vault().clone();
        Ok(Self { session, vault, load, ledger, rejects, options, progress, files, written, done: 0, estimate })
    }

    /// Takes a file; an absent one was allowed by the options.
    pub async fn file<F: Family>(&mut self, input: Option<Input>) -> Result<(), ImportError> {
        let Some(input) = input else { return Ok(()) };
        let first_id = self.session.largest_id(F::Row::TABLE).await? + 1;
        let mut shelf = Shelf::<F>::new(first_id, input.room());
        if F::IS_ENTERPRISE {
            self.ledger.expect(input.room());
        }
        let batches = Batches::<F>::read(input, self.vault.clone());
        let counts = if self.load.is_first {
            self.fill_empty_table(batches, &mut shelf).await?
        } else {
            self.among_others(batches, &mut shelf).await?
        };
        self.files.insert(F::FILE, counts);
        if counts.inserted > 0 {
            self.written.push(Written { table: F::Row::TABLE, first_id, last_id: shelf.next_id() - 1 });
        }
        Ok(())
    }

    /// Nothing has to be looked up, so one `COPY` takes all batches.
    async fn fill_empty_table<F: Family>(
        &mut self,
        mut batches: Batches<F>,
        shelf: &mut Shelf<F>,
    ) -> Result<Counts, ImportError> {
        let mut desk = Desk {
            ledger: &mut self.ledger,
            rejects: &mut self.rejects,
            options: self.options,
            counts: Counts::default(),
        };
        let mut writer = self.session.writer(self.load.copy_options()).await?;
        while let Some(batch) = batches.next().await? {
            let rows = desk.judge(shelf, &Known::default(), batch)?;
            writer.write(&rows).await?;
            self.progress.report(F::FILE, self.done + desk.counts.read, Some(self.estimate));
        }
        writer.finish().await?;
        let counts = desk.counts;
        self.done += counts.read;
        self.session.insert(&self.ledger.authorities.take_added()).await?;
        Ok(counts)
    }

    /// What the register has under the keys of a batch is asked for, batch by batch.
    async fn among_others<F: Family>(
        &mut self,
        mut batches: Batches<F>,
        shelf: &mut Shelf<F>,
    ) -> Result<Counts, ImportError> {
        let mut counts = Counts::default();
        while let Some(batch) = batches.next().await? {
            let known = self.known(&batch).await?;
            let mut desk = Desk { ledger: &mut self.ledger, rejects: &mut self.rejects, options: self.options, counts };
            let rows = desk.judge(shelf, &known, batch)?;
            counts = desk.counts;
            self.session.insert(&self.ledger.authorities.take_added()).await?;
            self.session.insert(&rows).await?;
            self.progress.report(F::FILE, self.done + counts.read, Some(self.estimate));
        }
        self.done += counts.read;
        Ok(counts)
    }

    async fn known<F: Family>(&mut self, batch: &[Draft<F>]) -> Result<Known<F>, DatabaseError> {
        let readings = || batch.iter().filter_map(|draft| draft.reading.as_ref());
        let numbers: Vec<i64> = readings().filter_map(|reading| reading.enterprise).collect();
        self.find_enterprises(numbers).await?;
        let keys: Vec<i64> = readings().filter_map(|reading| reading.key).collect();
        let whose = if F::IS_ENTERPRISE { format!(" AND source = '{SOURCE}'") } else { String::new() };
        let sql = format!("SELECT source_id, id, digest FROM {} WHERE source_id {{in}}{whose}", F::Row::TABLE);
        let mut rows = HashMap::with_capacity(keys.len());
        for row in self.session.query(&sql, Keys::Numbers(&keys)).await? {
            rows.insert(row.try_get("", "source_id")?, (row.try_get("", "id")?, row.try_get("", "digest")?));
        }
        let unique = |reading: &Reading<F>| {
            let enterprise_id = reading.enterprise.and_then(|number| self.ledger.enterprise_id(number));
            reading.unique.map(|unique| F::unique_in_register(unique, enterprise_id))
        };
        let uniques: Vec<F::Unique> = readings().filter_map(unique).collect();
        let uniques = F::holders(&mut self.session, &uniques).await?;
        Ok(Known { rows, uniques })
    }

    /// Enterprises that the dump names but does not hold may be in the register.
    async fn find_enterprises(&mut self, mut numbers: Vec<i64>) -> Result<(), DatabaseError> {
        numbers.retain(|number| !self.ledger.knows_enterprise(*number));
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.is_empty() {
            return Ok(());
        }
        let sql = format!("SELECT source_id, id FROM enterprises WHERE source_id {{in}} AND source = '{SOURCE}'");
        for row in self.session.query(&sql, Keys::Numbers(&numbers)).await? {
            self.ledger.remember(row.try_get("", "source_id")?, row.try_get("", "id")?);
        }
        Ok(())
    }

    /// Ends the run: everything is kept, or, if no row was new, nothing was touched.
    pub async fn finish(mut self, folder: &Path, clock: Clock) -> Result<Summary, ImportError> {
        let options = self.options;
        let changed = !self.written.is_empty();
        // The keys of a million enterprises would stand beside what the database sorts.
        self.ledger.forget();
        self.rejects.sync().map_err(|source| unwritable(&options.rejects, source))?;
        if changed {
            if self.load.is_first {
                self.load.restore(&mut self.session, self.progress).await?;
            }
            self.link().await?;
            self.progress.report("更新统计信息", 0, None);
            load::analyze(&mut self.session, TABLES).await?;
            self.record(folder, clock).await?;
            self.progress.report("提交", 0, None);
            self.session.commit().await.map_err(uncommitted)?;
        } else {
            self.session.rollback().await?;
        }
        let rejects_by_code = self.rejects.publish()?;
        let rejects_path = options.rejects.clone();
        Ok(Summary { files: self.files, rejects_by_code, rejects_path, seconds: 0.0, changed })
    }

    /// 跨地域记录 What other provinces sent about enterprises that are in the register from now on becomes theirs.
    async fn link(&mut self) -> Result<(), DatabaseError> {
        const LINK: &str = "UPDATE cross_region_records SET enterprise_id = e.id FROM enterprises e \
             WHERE enterprise_id IS NULL AND e.uscc = cross_region_records.uscc RETURNING cross_region_records.id";
        let rows = self.session.run(self.session.sql(LINK)).await?;
        let mut ids: Vec<i64> = rows.iter().map(|row| i64::value(row, 0)).collect::<Result<_, _>>()?;
        ids.sort_unstable();
        let linked = |id| Written { table: received::Model::TABLE, first_id: id, last_id: id };
        self.written.extend(ids.into_iter().map(linked));
        Ok(())
    }

    /// Events for the followers and one entry for the auditors.
    async fn record(&mut self, folder: &Path, clock: Clock) -> Result<(), ImportError> {
        let at = clock.now();
        let recorded_at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let events: Vec<Event> = self.written.iter().flat_map(|written| written.events(&recorded_at)).collect();
        self.session.insert(&events).await?;
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        let event = audit::Event {
            at,
            actor: "system".to_owned(),
            act: "IMPORT_LEGACY",
            subject: name.to_string_lossy().chars().take(128).collect(),
            source: None,
            outcome: audit::Outcome::Done,
            detail: serde_json::json!({ "files": self.files }),
        };
        Ok(audit::append(&mut self.session, &[event]).await?)
    }
}

/// Judges batches and lists what is rejected.
struct Desk<'r> {
    ledger: &'r mut Ledger,
    rejects: &'r mut Rejects,
    options: &'r Options,
    counts: Counts,
}

impl Desk<'_> {
    /// The rows to be written.
    fn judge<F: Family>(
        &mut self,
        shelf: &mut Shelf<F>,
        known: &Known<F>,
        batch: Vec<Draft<F>>,
    ) -> Result<Vec<F::Row>, ImportError> {
        let mut rows = Vec::with_capacity(batch.len());
        for draft in batch {
            self.counts.read += 1;
            match self.ledger.judge(shelf, known, draft) {
                Verdict::New(row) => {
                    self.counts.inserted += 1;
                    rows.push(row);
                }
                Verdict::Unchanged => self.counts.unchanged += 1,
                Verdict::Rejected(reject) => {
                    self.counts.rejected += 1;
                    self.rejects.add(F::FILE, &reject).map_err(|source| unwritable(&self.options.rejects, source))?;
                }
            }
        }
        Ok(rows)
    }
}

/// A server that does not answer may have kept everything; any other refusal is one.
fn uncommitted(error: DatabaseError) -> ImportError {
    match failure::code(&error) {
        "DATABASE_DISCONNECTED" => ImportError::CommitUnknown(error),
        _ => ImportError::Database(error),
    }
}
