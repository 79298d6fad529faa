//! Use cases against real databases: SQLite always, PostgreSQL too when `QINXIN_TEST_POSTGRES`
//! names a database beside which others may be created (`postgres://postgres@127.0.0.1/postgres`).

mod access;
mod audit;
mod bureau;
mod cross_region;
mod export;
mod filing;
mod import;
mod liaison;
mod quickwit;
mod reminders;
mod searches;
mod store;
mod vault;
