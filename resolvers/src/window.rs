//! 窗口 From the arguments of a connection to the part of the list that storage reads.

use async_graphql::Context;
use entities::Scope;
use entities::cross_region::received::Model as Received;
use entities::page::{Child, KeyKind, Position, Window};
use futures::future::BoxFuture;
use rules::vocabulary::CrossRegionKind;
use schema::paging::Arguments;
use schema::{Answer, cursor};

use crate::credit::cross_region::CrossRegionRecordConnection;
use crate::loaders::{ChildPage, Children};
use crate::owner::loaders;

/// The window that the arguments ask for, in a list with keys of this kind.
///
/// # Errors
/// `INVALID_PAGE` or `INVALID_CURSOR`.
pub fn window(list: &str, arguments: &Arguments, total: bool, keys: KeyKind) -> Answer<Window> {
    let size = arguments.size()?;
    let position = |given: &Option<String>| -> Answer<Option<Position>> {
        let Some(given) = given else { return Ok(None) };
        let position: Position = cursor::decode(list, given)?;
        if keys.accepts(&position.key) { Ok(Some(position)) } else { Err(cursor::foreign(given)) }
    };
    let (after, before) = (position(&arguments.after)?, position(&arguments.before)?);
    Ok(Window { limit: size.limit, from_end: size.from_end, after, before, total })
}

/// A page of the records of an enterprise. The list is counted only if the client asks for it.
///
/// Boxed, because the executor gives every field of an object the room of its largest one.
///
/// # Errors
/// `INVALID_PAGE`, `INVALID_CURSOR`, or a fault of the database.
pub fn children<'a, C: Child + 'static>(
    ctx: &'a Context<'_>,
    loader: &'a Children<C>,
    parent: i64,
    scope: Scope,
    list: &'a str,
    arguments: Arguments,
) -> BoxFuture<'a, Answer<ChildPage<C>>> {
    Box::pin(async move {
        let total = ctx.look_ahead().field("totalCount").exists();
        let window = window(list, &arguments, total, C::KEY)?;
        let page = loader.load((parent, window, scope)).await?;
        Ok(page.unwrap_or_else(|| std::sync::Arc::new(entities::page::Page::empty())))
    })
}

/// A page of what other provinces sent about an enterprise, of these kinds or of all.
///
/// # Errors
/// `INVALID_PAGE`, `INVALID_CURSOR`, or a fault of the database.
pub fn received<'a>(
    ctx: &'a Context<'_>,
    parent: i64,
    scope: Scope,
    mut kinds: Vec<CrossRegionKind>,
    arguments: Arguments,
) -> BoxFuture<'a, Answer<ChildPage<Received>>> {
    Box::pin(async move {
        // Equal sets are asked together.
        kinds.sort_unstable();
        kinds.dedup();
        let total = ctx.look_ahead().field("totalCount").exists();
        let window = window(CrossRegionRecordConnection::LIST, &arguments, total, Received::KEY)?;
        let page = loaders(ctx)?.cross_region_records.load((parent, kinds, window, scope)).await?;
        Ok(page.unwrap_or_else(|| std::sync::Arc::new(entities::page::Page::empty())))
    })
}
