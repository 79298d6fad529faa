//! 不公示内容 What was filed and is not published: for the filer itself, and for offices in their jurisdiction
//! (企业信息公示暂行条例 art. 9).

use entities::annual_report::report;
use entities::enterprise::registered;
use entities::{Database, filing as stored};
use rules::annual_report::{FilerKind, form};

use super::content::Content;
use crate::draft::DraftError;

/// Values by path that everybody else does not see; none of a report that was filed elsewhere.
///
/// # Errors
/// What is stored cannot be opened, or a failure of the database.
pub async fn of(
    db: &Database,
    row: &registered::Model,
    report: &report::Model,
) -> Result<Vec<(String, String)>, DraftError> {
    let Some(text) = stored::texts_of(db, &[report.id]).await?.remove(&report.id) else { return Ok(Vec::new()) };
    let Some(form) = form(FilerKind::of(row.kind), report.year) else { return Ok(Vec::new()) };
    let content = Content::of_text(db.vault(), &text)?;
    let is_hidden = |(path, _): &(String, String)| !form.is_published(path, &content.unpublished);
    Ok(content.values.clone().into_iter().filter(is_hidden).collect())
}
