//! 受保护的值 Columns whose values lie encrypted and cannot be taken out by mistake: whoever forgets the
//! key or the viewer's rights does not compile.

use rules::access::{FieldClass, Place, Viewer, masked_phone};
use sea_orm::{DbErr, QueryResult};

use crate::bulk::{Field, Put};
use crate::read::Column;
use crate::vault::{Spot, Vault, VaultError};

/// 凭证 Says that whoever takes a value out has answered for it: `services` makes one where the trace is
/// committed, where the value goes into the index as a hash, or to the person it belongs to.
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

impl Phone {
    /// What a viewer sees of it here.
    ///
    /// # Errors
    /// As [`Phone::revealed`].
    pub fn shown_to(&self, vault: &Vault, row: &str, viewer: &Viewer, place: Place) -> Result<String, VaultError> {
        let number = vault.open(Self::spot(row), &self.0)?;
        Ok(if viewer.sees(FieldClass::Personal, place) { number } else { masked_phone(&number) })
    }
}
