//! 归属 The enterprise to which a record belongs, known already or still to be loaded.

use std::sync::Arc;

use async_graphql::Context;
use entities::Scope;
use entities::enterprise::registered;
use schema::{Answer, Code, Failure};

use crate::enterprise::object::Enterprise;
use crate::loaders::Loaders;

/// Whoever came from an enterprise to its records has the row in hand; others have its key.
#[derive(Clone)]
pub struct Owner {
    scope: Scope,
    row: Option<Arc<registered::Model>>,
}

impl Owner {
    /// The row is in hand.
    pub fn known(row: &Arc<registered::Model>, scope: Scope) -> Self {
        Self { scope, row: Some(Arc::clone(row)) }
    }

    /// Only the record's key of it is known.
    pub fn unknown(scope: Scope) -> Self {
        Self { scope, row: None }
    }

    /// The scope in which the record was read.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The enterprise with this key.
    ///
    /// # Errors
    /// A fault of the database; `NOT_FOUND` if it did not exist on the day of the scope.
    pub async fn load(&self, ctx: &Context<'_>, id: i64) -> Answer<Enterprise> {
        Ok(Enterprise::new(self.row(ctx, id).await?, self.scope))
    }

    /// The row of the enterprise with this key.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub async fn row(&self, ctx: &Context<'_>, id: i64) -> Answer<Arc<registered::Model>> {
        if let Some(row) = &self.row {
            return Ok(Arc::clone(row));
        }
        let row = loaders(ctx)?.enterprise.load((id, self.scope)).await?;
        row.ok_or_else(|| Failure::refused(Code::NotFound, "记录所属的经营主体在该日期尚不存在。"))
    }
}

/// The loaders of the serving thread.
///
/// # Errors
/// A fault if the schema was built without them.
pub fn loaders<'a>(ctx: &Context<'a>) -> Answer<&'a Loaders> {
    found(ctx, "loaders")
}

/// The scope of the request.
///
/// # Errors
/// A fault if the request came without one.
pub fn scope(ctx: &Context<'_>) -> Answer<Scope> {
    found(ctx, "scope").copied()
}

/// What the wiring provides to every field.
///
/// # Errors
/// A fault if it does not.
pub fn found<'a, T: Send + Sync + 'static>(ctx: &Context<'a>, name: &'static str) -> Answer<&'a T> {
    ctx.data_opt::<T>().ok_or_else(|| Failure::fault(&Unwired(name)))
}

/// Something that the wiring must provide is absent.
#[derive(Debug)]
struct Unwired(&'static str);

impl std::fmt::Display for Unwired {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the schema was built without its {}", self.0)
    }
}

impl std::error::Error for Unwired {}
