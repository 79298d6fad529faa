//! 基础代码 Regions and industries as rows, and the names of the authorities.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use rules::industry::{Industry, IndustryCode, ancestors};
use sea_orm::DbErr;

use crate::Database;
use crate::bulk::{Field, Put, Row};
use crate::record::record;
use crate::statement::Sql;

record! {
    /// 机关 A registration, licensing or penalising authority.
    authority "authorities" {
        name: String,
        region_code: Option<i32>,
    }
}

/// 行政区划 A region as a row (GB/T 2260).
pub struct RegionRow(pub &'static rules::region::Region);

impl Row for RegionRow {
    const TABLE: &'static str = "regions";
    const COLUMNS: &'static [&'static str] = &["code", "name", "full_name", "level", "parent_code"];

    fn put(&self, out: &mut dyn Put) {
        let code = self.0.code;
        out.number(i64::from(code.get()));
        out.text(self.0.name);
        out.text(&self.0.full_name);
        out.number(code.level() as i64);
        code.parent().map(|parent| i64::from(parent.get())).put(out);
    }
}

/// 行业 An industry as a row (GB/T 4754-2017).
pub struct IndustryRow(pub &'static Industry);

impl Row for IndustryRow {
    const TABLE: &'static str = "industries";
    const COLUMNS: &'static [&'static str] = &["code", "name", "section", "level", "parent_code"];

    fn put(&self, out: &mut dyn Put) {
        out.text(self.0.code);
        out.text(self.0.name);
        out.text(&self.0.section.to_string());
        out.number(self.0.level as i64);
        parent_of(self.0).map(|parent| parent.code.to_owned()).put(out);
    }
}

fn parent_of(industry: &Industry) -> Option<&'static Industry> {
    IndustryCode::parse(industry.code).ok().and_then(|code| ancestors(code).first().copied())
}

/// 机关名称 The names of the few thousand authorities, kept in memory because every record shows one.
/// A name never changes under its key; keys that appear later are read once.
#[derive(Clone, Default)]
pub struct Authorities(Arc<RwLock<HashMap<i64, Arc<str>>>>);

impl Authorities {
    /// Reads all names.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn load(db: &Database) -> Result<Self, DbErr> {
        let names = Self::default();
        names.read(db, Sql::new(db.backend(), "SELECT id, name FROM authorities")).await?;
        Ok(names)
    }

    /// The name, if it was read before.
    pub fn known(&self, id: i64) -> Option<Arc<str>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The name, read from the database if it is new.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn name(&self, db: &Database, id: i64) -> Result<Option<Arc<str>>, DbErr> {
        if let Some(name) = self.known(id) {
            return Ok(Some(name));
        }
        let largest = self.0.read().unwrap_or_else(PoisonError::into_inner).keys().max().copied().unwrap_or(0);
        let mut sql = Sql::new(db.backend(), "SELECT id, name FROM authorities WHERE id > ");
        sql.bind(largest);
        self.read(db, sql).await?;
        Ok(self.known(id))
    }

    async fn read(&self, db: &Database, sql: Sql) -> Result<(), DbErr> {
        let rows = db.query_all(sql.finish()).await?;
        let mut names = Vec::with_capacity(rows.len());
        for row in rows {
            names.push((row.try_get::<i64>("", "id")?, Arc::from(row.try_get::<String>("", "name")?)));
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend(names);
        Ok(())
    }
}
