//! 受保护的值 Columns whose values lie encrypted and cannot be taken out by mistake: whoever forgets the
//! key or the viewer's rights does not compile.

use rules::access::{FieldClass, Place, Viewer, masked_phone};
use rules::telephone;
use sea_orm::{DbErr, QueryResult};

use crate::bulk::{Field, Put};
use crate::read::Column;
use crate::vault::{Spot, Vault, VaultError};

/// 凭证 Says that whoever takes a value out has answered for it: `services` makes one where the trace is
/// committed, where it is judged by rules, or to the person it belongs to.
pub struct Warrant(());

impl Warrant {
    /// A warrant, with the reason beside the call.
    pub const fn because(_reason: &'static str) -> Self {
        Self(())
    }
}

/// Declares the value of an encrypted column: what is stored is sealed, and only a vault makes one.
macro_rules! guarded {
    ($(#[$meta:meta])* $name:ident in $table:literal . $column:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, sea_orm::DeriveValueType)]
        pub struct $name(String);

        impl $name {
            /// A value on its way to the database, sealed for the row that `row` names.
            ///
            /// # Errors
            /// No key, no chance.
            pub fn sealed(vault: &Vault, row: &str, text: &str) -> Result<Self, VaultError> {
                vault.seal(Self::spot(row), text).map(Self)
            }

            /// All of it.
            ///
            /// # Errors
            /// No key; a value that was changed, or moved here from another row.
            pub fn revealed(&self, vault: &Vault, row: &str, _warrant: Warrant) -> Result<String, VaultError> {
                vault.open(Self::spot(row), &self.0)
            }

            const fn spot(row: &str) -> Spot<'_> {
                Spot { table: $table, column: $column, row }
            }
        }

        /// Logs show neither the value nor its ciphertext.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(sealed)"))
            }
        }

        impl Field for $name {
            fn put(&self, out: &mut dyn Put) {
                out.text(&self.0);
            }
        }

        impl Column for $name {
            fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
                Ok(String::column(row, index)?.map(Self))
            }

            fn json(value: &serde_json::Value) -> Result<Self, DbErr> {
                String::json(value).map(Self)
            }
        }
    };
}

guarded! {
    /// 联系电话 The telephone number of an enterprise, bound to its 统一社会信用代码: personal data
    /// (GB/T 22239-2019 8.1.4.8 b and 8.1.4.11).
    Phone in "enterprises"."phone"
}

guarded! {
    /// 验证器密钥 The secret of an account's second factor (RFC 6238), bound to the id of the account: whoever
    /// has it shows the factor (GB/T 22239-2019 8.1.4.8 b).
    TotpSecret in "users"."totp_secret"
}

guarded! {
    /// 签名密钥 With what a partner client signs its requests, bound to the part of its key that is no secret: whoever
    /// has it signs as the client (GB/T 22239-2019 8.1.4.8 b).
    SigningSecret in "api_keys"."signing_secret"
}

guarded! {
    /// 草稿内容 What a filer has typed so far, bound to enterprise and year: nobody else's business.
    DraftContent in "report_drafts"."content"
}

guarded! {
    /// 报送内容 All of a submitted report, bound to its receipt: more than is published.
    FiledContent in "report_submissions"."content"
}

guarded! {
    /// 修改内容 The old and the new value of a field, bound to the code of the modification: it may be one that
    /// is not published.
    ReportedChange in "report_modifications"."change"
}

guarded! {
    /// 部门数据 What another authority told, bound to enterprise, year and authority: it was told for one report.
    ToldContent in "extracted_figures"."content"
}

guarded! {
    /// 上传读数 What was read of a file that a filer uploaded, bound to enterprise and key: nobody else's business.
    UploadContent in "filing_uploads"."content"
}

guarded! {
    /// 文书内容 The bytes of a document that was issued, bound to its verification code: it may hold what is not
    /// published.
    DocumentContent in "documents"."content"
}

impl DocumentContent {
    /// Bytes on their way to the database, sealed for the document with this code.
    ///
    /// # Errors
    /// No key, no chance.
    pub fn sealed_bytes(vault: &Vault, code: &str, bytes: &[u8]) -> Result<Self, VaultError> {
        vault.seal_bytes(Self::spot(code), bytes).map(Self)
    }

    /// All of them.
    ///
    /// # Errors
    /// No key; a content that was changed, or moved here from another document.
    pub fn revealed_bytes(&self, vault: &Vault, code: &str, _warrant: Warrant) -> Result<Vec<u8>, VaultError> {
        vault.open_bytes(Self::spot(code), &self.0)
    }
}

guarded! {
    /// 法定代表人手机号 Where codes are sent, bound to the enterprise: whoever reads it there may name the liaison.
    LegalPhone in "legal_phones"."phone"
}

guarded! {
    /// 联络员手机号 Bound to enterprise and account.
    LiaisonPhone in "liaisons"."phone"
}

guarded! {
    /// 联络员证件号码 Bound to enterprise and account.
    LiaisonIdNumber in "liaisons"."id_number"
}

guarded! {
    /// 收信号码 Bound to the message.
    MessagePhone in "messages"."phone"
}

guarded! {
    /// 验证码 What a message says that nobody else is to read, bound to it; gone once it was sent.
    MessageSecret in "messages"."secret"
}

impl MessagePhone {
    /// 号码标记 By which messages to one number are counted.
    ///
    /// # Errors
    /// No key.
    pub fn mark(vault: &Vault, number: &str) -> Result<i64, VaultError> {
        vault.finder(Self::spot(""), number).map(u64::cast_signed)
    }

    /// The same under each key that there was, so that a change of the key forgets nobody's refusal.
    ///
    /// # Errors
    /// No key.
    pub fn marks(vault: &Vault, number: &str) -> Result<Vec<i64>, VaultError> {
        Ok(vault.ring()?.finders(Self::spot(""), number).into_iter().map(u64::cast_signed).collect())
    }
}

impl Phone {
    /// What a viewer sees of it here.
    ///
    /// # Errors
    /// As [`Phone::revealed`].
    pub fn shown_to(&self, vault: &Vault, row: &str, viewer: &Viewer, place: Place) -> Result<String, VaultError> {
        let number = vault.open(Self::spot(row), &self.0)?;
        Ok(if viewer.sees(FieldClass::Personal, place) { number } else { masked_phone(&number) })
    }

    /// 检索码 What the index has in the place of each number in it.
    ///
    /// # Errors
    /// As [`Phone::revealed`].
    pub fn finders(&self, vault: &Vault, row: &str) -> Result<Vec<u64>, VaultError> {
        let spot = Self::spot(row);
        let numbers = telephone::numbers(&vault.open(spot, &self.0)?);
        numbers.iter().map(|number| vault.finder(spot, number)).collect()
    }

    /// 检索码 What the index may have in the place of a number that was typed, under any of the keys.
    ///
    /// # Errors
    /// No key.
    pub fn sought(vault: &Vault, number: &str) -> Result<Vec<u64>, VaultError> {
        Ok(vault.ring()?.finders(Self::spot(""), number))
    }
}
