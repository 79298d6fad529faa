//! 填报内容 What a filer typed, confirmed, keeps back and explains: one sealed text in a draft and in a submission.

use std::collections::{BTreeMap, BTreeSet};

use entities::filing::{draft, draft_row, submission};
use entities::guarded::{DraftContent, FiledContent, Warrant};
use entities::vault::{Vault, VaultError};
use rules::annual_report::{FieldValue, Source, Unpublished, Values};
use serde::{Deserialize, Serialize};

/// 填报内容 By path as it was written; in a submission in the one spelling of its type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// 填报值
    pub values: BTreeMap<String, String>,
    /// 已确认未变 Paths whose prefilled values the filer has taken over.
    pub confirmed: BTreeSet<String>,
    /// 不公示
    pub unpublished: Unpublished,
    /// 警告说明 By the number of the rule.
    pub reasons: BTreeMap<String, String>,
    /// 取自何处 Of values that were taken over from elsewhere, by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sources: BTreeMap<String, Taken>,
}

/// 出处 Where a value was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// 来源
    pub kind: Source,
    /// 位置 `资产负债表!C38`.
    pub reference: String,
}

impl Content {
    /// The values, to be judged.
    pub fn values(&self) -> Values {
        self.values.iter().map(|(path, text)| (path.clone(), FieldValue::from(text.as_str()))).collect()
    }

    /// As JSON; maps are sorted, so that equal contents are equal texts.
    fn text(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// SHA-256 of all of it: says what was filed without telling it.
    pub fn digest(&self) -> String {
        crate::access::sha256_hex(&self.text())
    }

    pub(super) fn sealed_draft(&self, vault: &Vault, enterprise: i64, year: i32) -> Result<DraftContent, VaultError> {
        DraftContent::sealed(vault, &draft_row(enterprise, year), &self.text())
    }

    pub(crate) fn sealed_text(&self, vault: &Vault, receipt: &str) -> Result<FiledContent, VaultError> {
        FiledContent::sealed(vault, receipt, &self.text())
    }

    /// What a draft holds.
    ///
    /// # Errors
    /// No key; a draft that was changed or moved.
    pub fn of_draft(vault: &Vault, row: &draft::Model) -> Result<Self, VaultError> {
        let warrant = Warrant::because("it is shown to its filer and judged, and to nobody else");
        let text = row.content.revealed(vault, &draft_row(row.enterprise_id, row.year), warrant)?;
        read(&text)
    }

    /// What a submission holds.
    ///
    /// # Errors
    /// No key; a submission that was changed or moved.
    pub fn of_text(vault: &Vault, row: &submission::Model) -> Result<Self, VaultError> {
        let warrant = Warrant::because("it is shown to its filer and judged, and to nobody else");
        read(&row.content.revealed(vault, &row.receipt_number, warrant)?)
    }
}

fn read(text: &str) -> Result<Content, VaultError> {
    serde_json::from_str(text).map_err(|_| VaultError::Damaged)
}
