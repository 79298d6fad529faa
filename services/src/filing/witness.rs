//! 旁证 What the register, the parent and other branches say about a report, and its own history: facts that rules
//! ask for and that depend on who files, or on what was written. At most two statements more, and none for most.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::enterprise::{find, registered};
use entities::filing::ground::{Known, Sibling};
use entities::{Database, filing};
use rules::annual_report::{
    Archive, FieldValue, FilerKind, FilingStage, FilingStep, Form, LifeFacts, Listing, Unpublished, Values, Window,
    decide, published,
};
use rules::uscc::Uscc;
use sea_orm::DbErr;

/// Codes of one report that are looked up.
const CODES: usize = 200;

/// 隶属关系旁证 What is known of a branch by its parent.
#[derive(Clone, Debug, Default)]
pub(super) struct Family {
    /// 隶属企业已报送 `None` for who is no branch.
    pub parent_filed: Option<bool>,
    /// 同一隶属企业的其他分支机构 Their reports of the same year.
    siblings: Vec<Sibling>,
}

impl Family {
    /// Nothing of who is no branch.
    pub(super) fn of(row: &registered::Model, known: &Known) -> Self {
        if row.parent_id.is_none() || FilerKind::of(row.kind) != FilerKind::Branch {
            return Self::default();
        }
        Self { parent_filed: Some(known.parent_filed_on.is_some()), siblings: known.siblings.clone() }
    }

    /// 雷同分支机构 How many have published the same telephone number and the same figures. Heads alone are often the same,
    /// so that there is nothing to compare where no amount is stated.
    fn alike(&self, form: &Form, year: i32, values: &Values) -> Option<i64> {
        if self.siblings.is_empty() {
            return None;
        }
        let shown = published(form, year, values, &Unpublished::new());
        let (phone, employees) = (shown.phone.as_ref()?, shown.employees?);
        shown.total_revenue.or(shown.total_assets)?;
        let amounts =
            [shown.total_assets, shown.total_liabilities, shown.total_revenue, shown.total_profit, shown.total_tax]
                .map(|amount| amount.map(rules::money::Wan::fen));
        let is_alike = |one: &&Sibling| {
            one.phone.as_ref() == Some(phone)
                && one.employees.map(i64::from) == Some(employees)
                && one.amounts == amounts
        };
        i64::try_from(self.siblings.iter().filter(is_alike).count()).ok()
    }
}

/// 可以修改 Whether the published report may be changed after its window; `None` until then.
pub(super) async fn may_be_modified(
    db: &Database,
    row: &registered::Model,
    year: i32,
    window: Window,
    today: NaiveDate,
) -> Result<Option<bool>, DbErr> {
    if !window.is_late(today) {
        return Ok(None);
    }
    let listings = filing::unpublished_listings(db, &[row.id], today).await?;
    let listing = |one: &entities::credit::abnormal_listing::Model| Listing {
        listed_on: one.listed_on,
        removed_on: one.removed_on,
    };
    let facts = LifeFacts {
        kind: FilerKind::of(row.kind),
        year,
        window,
        established_on: row.established_on,
        status: row.status,
        listings: listings.iter().map(listing).collect(),
        errors: 0,
        unexplained: 0,
    };
    Ok(Some(decide(FilingStage::Published, FilingStep::Modify, &facts, today).is_ok()))
}

/// The archive with what others say of the values that were written.
pub(super) async fn witnessed<'a>(
    db: &Database,
    archive: &'a Archive,
    family: &Family,
    (form, year): (&'static Form, i32),
    values: &Values,
) -> Result<Cow<'a, Archive>, DbErr> {
    let codes_not_found = not_found(db, archive, values).await?;
    let branches_alike = family.alike(form, year, values);
    if codes_not_found.is_empty() && branches_alike.is_none() {
        return Ok(Cow::Borrowed(archive));
    }
    let mut archive = archive.clone();
    archive.witness.codes_not_found = codes_not_found;
    archive.witness.branches_alike = branches_alike;
    Ok(Cow::Owned(archive))
}

/// 查无此码 Codes of invested enterprises that a registration authority of the filer's province issued, and that the
/// register does not know. What other provinces issued is not known here.
async fn not_found(db: &Database, archive: &Archive, values: &Values) -> Result<Vec<String>, DbErr> {
    let Some(province) = archive.region.map(|region| region.get() / 10_000) else { return Ok(Vec::new()) };
    let known: BTreeSet<&str> = archive.investments.iter().filter_map(|one| one.uscc.as_deref()).collect();
    let written = values.iter().filter(|(path, _)| path.starts_with("investments[") && path.ends_with(".uscc"));
    let ours: BTreeMap<String, String> = written
        .filter_map(|(_, value)| {
            let FieldValue::Text(text) = value else { return None };
            let code = Uscc::parse(text).ok().filter(|code| code.region() / 10_000 == province)?;
            (!known.contains(code.as_str())).then(|| (code.to_string(), text.clone()))
        })
        .take(CODES)
        .collect();
    if ours.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<String> = ours.keys().cloned().collect();
    let found = find::codes_known(db, &codes).await?;
    Ok(ours.into_iter().filter(|(code, _)| !found.contains(code)).flat_map(|(code, text)| [code, text]).collect())
}
