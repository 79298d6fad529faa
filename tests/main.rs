//! Tests from outside: the built binary, its command line and its HTTP door, as an operator and a
//! client meet them. SQLite always; PostgreSQL too when `QINXIN_TEST_POSTGRES` names a database
//! beside which others may be created (`postgres://postgres@127.0.0.1/postgres`).

mod access;
mod answers;
mod architecture;
mod assistant;
mod authorities;
mod bad_input;
mod branch_template;
mod bureau;
mod command_line;
mod cross_region;
mod documents;
mod dump;
mod employment;
mod exports;
mod filing;
mod filing_kinds;
mod finding;
mod importing;
mod index;
mod interface;
mod liaison;
mod lists;
mod notices;
mod outage;
mod partners;
mod requests;
mod saved_searches;
mod scenarios;
mod scene;
mod sign_in;
mod statements;
mod statements_upload;
mod subscriptions;
mod support;
mod vault;
