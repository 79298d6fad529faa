//! 一并读取 Lists that belong together are read with one statement: a request that asks a dozen tables waits for the
//! database once.
//!
//! The statement answers one row with a column for each list, a JSON text. Each list is a subquery of its own, which the
//! engines plan and order as they would alone; its text does not depend on what is asked for.

use std::marker::PhantomData;

use sea_orm::DbErr;
use serde_json::Value as Json;

use crate::Database;
use crate::read::{Cells, Column, Record, Value};
use crate::statement::Sql;

/// 一并读取 A statement under construction.
pub(crate) struct Together {
    sql: Sql,
    lists: usize,
}

/// 列表 One that was asked for; it is taken out of [`Lists`].
pub(crate) struct List<T> {
    place: usize,
    of: PhantomData<T>,
}

/// 行 A row of a list.
pub(crate) struct Fields(Vec<Json>);

impl Cells for Fields {
    fn cell<T: Column>(&self, index: usize) -> Result<Option<T>, DbErr> {
        self.0.get(index).filter(|value| !value.is_null()).map(T::json).transpose()
    }
}

impl Together {
    /// Nothing is asked yet.
    pub(crate) fn new(db: &Database) -> Self {
        Self { sql: Sql::new(db.backend(), "SELECT "), lists: 0 }
    }

    /// Asks for records; `which` appends what follows the name of their table.
    pub(crate) fn records<R: Record>(&mut self, which: impl FnOnce(&mut Sql)) -> List<R> {
        self.list(R::COLUMNS, R::TABLE, which)
    }

    /// Asks for some columns of one table or of several joined ones.
    pub(crate) fn rows(&mut self, columns: &[&str], tables: &str, which: impl FnOnce(&mut Sql)) -> List<Fields> {
        self.list(columns, tables, which)
    }

    fn list<T>(&mut self, columns: &[&str], tables: &str, which: impl FnOnce(&mut Sql)) -> List<T> {
        let place = self.lists;
        self.lists += 1;
        let names: Vec<String> = (0..columns.len()).map(|number| format!("c{number}")).collect();
        let named: Vec<String> =
            columns.iter().zip(&names).map(|(column, name)| format!("{column} AS {name}")).collect();
        let is_postgres = self.sql.is_postgres();
        let (all, one) =
            if is_postgres { ("json_agg", "json_build_array") } else { ("json_group_array", "json_array") };
        let sql = &mut self.sql;
        sql.push(if place == 0 { "(SELECT " } else { ", (SELECT " }).push(all).push("(").push(one).push("(");
        sql.push(&names.join(", ")).push("))").push(if is_postgres { "::text" } else { "" });
        sql.push(" FROM (SELECT ").push(&named.join(", ")).push(" FROM ").push(tables);
        which(sql);
        sql.push(") AS list)");
        List { place, of: PhantomData }
    }

    /// Reads all that was asked for.
    ///
    /// # Errors
    /// Any failure of the database.
    pub(crate) async fn read(self, db: &Database) -> Result<Lists, DbErr> {
        let row = db.query_one(self.sql.finish()).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("lists".to_owned()))?;
        let list = |place| {
            // PostgreSQL adds up nothing to nothing.
            let text = Option::<String>::value(&row, place)?.unwrap_or_else(|| "[]".to_owned());
            let rows: Vec<Vec<Json>> = serde_json::from_str(&text).map_err(|error| DbErr::Json(error.to_string()))?;
            Ok(rows.into_iter().map(Fields).collect())
        };
        Ok(Lists((0..self.lists).map(list).collect::<Result<_, DbErr>>()?))
    }
}

/// 所读列表
pub(crate) struct Lists(Vec<Vec<Fields>>);

impl Lists {
    /// The rows of a list.
    pub(crate) fn rows<T>(&mut self, list: &List<T>) -> Vec<Fields> {
        self.0.get_mut(list.place).map(std::mem::take).unwrap_or_default()
    }

    /// The records of a list.
    ///
    /// # Errors
    /// A column of another type.
    pub(crate) fn records<R: Record>(&mut self, list: &List<R>) -> Result<Vec<R>, DbErr> {
        self.rows(list).iter().map(|row| R::read(row, 0)).collect()
    }
}
