//! Use cases against real databases: SQLite always, PostgreSQL too when `QINXIN_TEST_POSTGRES`
//! names a server on which databases may be created (`postgres://postgres@127.0.0.1:5432`).

mod import;
mod store;
