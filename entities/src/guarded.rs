//! 受保护的值 Columns whose values cannot be taken out by mistake: whoever forgets to ask the viewer's
//! rights does not compile.

use rules::access::{FieldClass, Place, Viewer, masked_phone};
use sea_orm::{DbErr, QueryResult};

use crate::bulk::{Field, Put};
use crate::read::Column;

/// 电话号码 A telephone number: personal data.
#[derive(Clone, PartialEq, Eq, sea_orm::DeriveValueType)]
pub struct Phone(String);

/// 凭证 Says that whoever takes a value out has answered for it: `services` makes one where the trace is
/// committed, where the value goes into the index as a hash, or to the person it belongs to.
pub struct Warrant(());

impl Warrant {
    /// A warrant, with the reason beside the call.
    pub const fn because(_reason: &'static str) -> Self {
        Self(())
    }
}

impl Phone {
    /// A number on its way to the database.
    pub fn new(number: String) -> Self {
        Self(number)
    }

    /// What a viewer sees of it here.
    pub fn shown_to(&self, viewer: &Viewer, place: Place) -> String {
        if viewer.sees(FieldClass::Personal, place) { self.0.clone() } else { masked_phone(&self.0) }
    }

    /// All of it.
    pub fn revealed(&self, _warrant: Warrant) -> &str {
        &self.0
    }
}

/// Logs show no personal data.
impl std::fmt::Debug for Phone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&masked_phone(&self.0))
    }
}

impl Field for Phone {
    fn put(&self, out: &mut dyn Put) {
        out.text(&self.0);
    }
}

impl Column for Phone {
    fn column(row: &QueryResult, index: usize) -> Result<Option<Self>, DbErr> {
        Ok(String::column(row, index)?.map(Self))
    }
}
