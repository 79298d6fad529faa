//! 台账 Which keys are taken, by the register and by the rows of the dump so far, and what that
//! means for a row.
//!
//! DUMP-1: the first row that is accepted under a key keeps it; a rejected row takes none.
//! DUMP-2: a record is taken only if its enterprise is in the register by the end of the run.

use std::collections::HashMap;

use super::authority::Authorities;
use super::dump::Draft;
use super::family::{Family, Reading, Settled};
use super::fault::{Code, Fault, Reject};

/// What all files share.
pub struct Ledger {
    /// Keys of the enterprises in the register by the old system's numbers.
    enterprises: HashMap<i64, i64>,
    /// Lines of the enterprises that were rejected, by the old system's numbers.
    rejected: HashMap<i64, u64>,
    /// Keys of the authorities.
    pub authorities: Authorities,
}

/// What one file has used up.
pub struct Shelf<F: Family> {
    /// Lines of the accepted rows by the old system's numbers. 32 bits, because a million rows are
    /// kept here and the largest line is only told to people.
    keys: HashMap<i64, u32>,
    /// Lines of the accepted rows by second keys.
    uniques: HashMap<F::Unique, u32>,
    next_id: i64,
}

/// What the register has under the keys of a batch.
pub struct Known<F: Family> {
    /// Key and digest by the old system's numbers.
    pub rows: HashMap<i64, (i64, i64)>,
    /// Keys by second keys.
    pub uniques: HashMap<F::Unique, i64>,
}

impl<F: Family> Default for Known<F> {
    fn default() -> Self {
        Self { rows: HashMap::new(), uniques: HashMap::new() }
    }
}

/// What becomes of a row.
pub enum Verdict<R> {
    /// It is written.
    New(R),
    /// The register has it already.
    Unchanged,
    /// It is not taken.
    Rejected(Reject),
}

impl<F: Family> Shelf<F> {
    /// The next row gets `next_id`; room for `rows` is made at once, since a map that grows needs
    /// its memory twice.
    pub fn new(next_id: i64, rows: usize) -> Self {
        let uniques = if F::UNIQUE_COLUMN.is_empty() { 0 } else { rows };
        Self { keys: HashMap::with_capacity(rows), uniques: HashMap::with_capacity(uniques), next_id }
    }

    /// The key that the next row gets.
    pub fn next_id(&self) -> i64 {
        self.next_id
    }

    fn duplicates(&self, reading: &Reading<F>, faults: &mut Vec<Fault>) {
        if let Some((key, line)) = reading.key.and_then(|key| self.keys.get_key_value(&key)) {
            let message = format!("编号{key}已在第{line}行出现，请删去重复的行或改正编号。");
            faults.push(Fault { column: F::COLUMNS[0], code: Code::DuplicateKey, message });
        }
        if let Some(line) = reading.unique.as_ref().and_then(|unique| self.uniques.get(unique)) {
            let message = format!("与第{line}行重复，请核对后只保留一行。");
            faults.push(Fault { column: F::UNIQUE_COLUMN, code: Code::DuplicateKey, message });
        }
    }

    fn accept(&mut self, reading: &Reading<F>, line: u64) {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.keys.extend(reading.key.map(|key| (key, line)));
        self.uniques.extend(reading.unique.map(|unique| (unique, line)));
    }
}

impl Ledger {
    /// Nothing of the dump was read yet.
    pub fn new(authorities: Authorities) -> Self {
        Self { enterprises: HashMap::new(), rejected: HashMap::new(), authorities }
    }

    /// Makes room for so many enterprises.
    pub fn expect(&mut self, enterprises: usize) {
        self.enterprises.reserve(enterprises);
    }

    /// All files are through: gives the memory back.
    pub fn forget(&mut self) {
        (self.enterprises, self.rejected) = (HashMap::new(), HashMap::new());
    }

    /// Whether the enterprise with this number has been seen in the dump or the register.
    pub fn knows_enterprise(&self, number: i64) -> bool {
        self.enterprises.contains_key(&number)
    }

    /// The enterprise's key, if it has been seen.
    pub fn enterprise_id(&self, number: i64) -> Option<i64> {
        self.enterprises.get(&number).copied()
    }

    /// Remembers an enterprise of the register.
    pub fn remember(&mut self, number: i64, id: i64) {
        self.enterprises.insert(number, id);
    }

    /// Decides about a row and remembers the keys that it takes.
    pub fn judge<F: Family>(&mut self, shelf: &mut Shelf<F>, known: &Known<F>, draft: Draft<F>) -> Verdict<F::Row> {
        let Draft { reject: Reject { line, original, mut faults }, digest, reading, key } = draft;
        let Some(mut reading) = reading else {
            return self.reject::<F>(key, Reject { line, original, faults });
        };
        let enterprise_id = self.parent(&reading, &mut faults);
        shelf.duplicates(&reading, &mut faults);
        if faults.is_empty() && is_unchanged(known, &reading, enterprise_id, digest, &mut faults) {
            self.adopt(known, &reading);
            shelf.accept(&reading, line);
            return Verdict::Unchanged;
        }
        match reading.row.take() {
            Some(mut row) if faults.is_empty() => {
                let keys = self.keys(shelf, &reading, enterprise_id, digest);
                F::settle(&mut row, keys);
                shelf.accept(&reading, line);
                Verdict::New(row)
            }
            _ => {
                self.adopt(known, &reading);
                self.reject::<F>(key, Reject { line, original, faults })
            }
        }
    }

    /// The key of the row's enterprise. For an enterprise itself there is nothing to find.
    fn parent<F: Family>(&self, reading: &Reading<F>, faults: &mut Vec<Fault>) -> Option<i64> {
        let number = reading.enterprise?;
        let found = self.enterprise_id(number);
        if found.is_none() {
            let message = match self.rejected.get(&number) {
                Some(line) => {
                    format!("所属主体{number}在enterprises.csv第{line}行被拒收，请先改正该行，再重新导入。")
                }
                None => format!("所属主体{number}既不在enterprises.csv中，也不在登记库中，请补上该主体或改正编号。"),
            };
            faults.push(Fault { column: F::COLUMNS[1], code: Code::MissingParent, message });
        }
        found
    }

    /// A rejected row whose enterprise is in the register leaves that one to its records.
    fn adopt<F: Family>(&mut self, known: &Known<F>, reading: &Reading<F>) {
        if F::IS_ENTERPRISE
            && let Some(key) = reading.key
            && let Some((id, _)) = known.rows.get(&key)
        {
            self.remember(key, *id);
        }
    }

    fn keys<F: Family>(
        &mut self,
        shelf: &mut Shelf<F>,
        reading: &Reading<F>,
        enterprise_id: Option<i64>,
        digest: i64,
    ) -> Settled {
        let id = shelf.next_id;
        shelf.next_id += 1;
        if F::IS_ENTERPRISE
            && let Some(key) = reading.key
        {
            self.remember(key, id);
        }
        let authority_id = if reading.authority.is_empty() { 0 } else { self.authorities.id(&reading.authority) };
        Settled { id, enterprise_id: enterprise_id.unwrap_or(id), authority_id, digest }
    }

    fn reject<F: Family>(&mut self, key: Option<i64>, mut reject: Reject) -> Verdict<F::Row> {
        if F::IS_ENTERPRISE
            && let Some(key) = key
        {
            self.rejected.entry(key).or_insert(reject.line);
        }
        let position = |fault: &Fault| F::COLUMNS.iter().position(|column| *column == fault.column);
        reject.faults.sort_by_key(position);
        Verdict::Rejected(reject)
    }
}

/// Whether the register has this very row; another row under one of its keys is a fault.
fn is_unchanged<F: Family>(
    known: &Known<F>,
    reading: &Reading<F>,
    enterprise_id: Option<i64>,
    digest: i64,
    faults: &mut Vec<Fault>,
) -> bool {
    let mut conflict = |column, message| faults.push(Fault { column, code: Code::Conflict, message });
    if let Some((key, (id, stored))) = reading.key.and_then(|key| known.rows.get_key_value(&key)) {
        if *stored != digest {
            let message =
                format!("登记库已有编号{key}的记录（内部编号{id}），内容与本行不同；请核对，变更应走变更登记。");
            conflict(F::COLUMNS[0], message);
        }
        return *stored == digest;
    }
    let unique = reading.unique.map(|unique| F::unique_in_register(unique, enterprise_id));
    if let Some(id) = unique.and_then(|unique| known.uniques.get(&unique)) {
        conflict(
            F::UNIQUE_COLUMN,
            format!("登记库已有另一条记录（内部编号{id}）使用该值，请核对两条记录是否为同一事项。"),
        );
    }
    false
}
