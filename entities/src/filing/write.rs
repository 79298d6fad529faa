//! 写入年报 Puts what is published of a report into the tables that the graph reads.

use sea_orm::DbErr;

use crate::DatabaseError;
use crate::annual_report::{
    contribution, employment_need, equity_transfer, guarantee, investment, report, social_insurance, website,
};
use crate::bulk::{Row, Session};
use crate::read::Value;
use crate::report_parts::Parts;

/// Keeps loaders, who choose keys too, out of the table until the transaction ends.
///
/// # Errors
/// Any failure of the database.
pub async fn lock_reports(session: &mut Session) -> Result<(), DatabaseError> {
    if session.is_postgres() {
        session.execute("LOCK TABLE annual_reports IN ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// Writes a report and its sub-tables in the place of those that it has. Whoever calls it is alone in choosing keys: the
/// head of the audit log is locked, and so are loaders ([`lock_reports`]).
///
/// # Errors
/// No such report, or any failure of the database.
pub async fn put_report(session: &mut Session, row: &report::Model, parts: Parts) -> Result<(), DatabaseError> {
    update(session, row).await?;
    let id = row.id;
    put(session, id, parts.contributions, |row: &mut contribution::Model| (&mut row.id, &mut row.report_id)).await?;
    put(session, id, parts.investments, |row: &mut investment::Model| (&mut row.id, &mut row.report_id)).await?;
    put(session, id, parts.websites, |row: &mut website::Model| (&mut row.id, &mut row.report_id)).await?;
    put(session, id, parts.equity_transfers, |row: &mut equity_transfer::Model| (&mut row.id, &mut row.report_id))
        .await?;
    put(session, id, parts.guarantees, |row: &mut guarantee::Model| (&mut row.id, &mut row.report_id)).await?;
    put(session, id, parts.social_insurance, |row: &mut social_insurance::Model| (&mut row.id, &mut row.report_id))
        .await?;
    put_needs(session, id, parts.employment_needs).await
}

/// Tables in which a report has rows; their order is that of the keys that [`put_new_reports`] gives.
const TABLES: [&str; 8] = [
    report::Model::TABLE,
    contribution::Model::TABLE,
    investment::Model::TABLE,
    website::Model::TABLE,
    equity_transfer::Model::TABLE,
    guarantee::Model::TABLE,
    social_insurance::Model::TABLE,
    employment_need::Model::TABLE,
];

/// Writes new reports and their sub-tables, and answers their keys. However many they are, the keys of all tables are
/// asked for once, and each table is written once. Whoever calls it is alone as with [`put_report`].
///
/// # Errors
/// A year that an enterprise has a report for, or any failure of the database.
pub async fn put_new_reports(
    session: &mut Session,
    new: Vec<(report::Model, Parts)>,
) -> Result<Vec<i64>, DatabaseError> {
    let [mut last, contributions, investments, websites, transfers, guarantees, insurance, needs] =
        largest_ids(session).await?;
    let (mut reports, mut all) = (Vec::with_capacity(new.len()), Parts::default());
    for (mut row, mut parts) in new {
        last += 1;
        row.id = last;
        parts.contributions.iter_mut().for_each(|row| row.report_id = last);
        parts.investments.iter_mut().for_each(|row| row.report_id = last);
        parts.websites.iter_mut().for_each(|row| row.report_id = last);
        parts.equity_transfers.iter_mut().for_each(|row| row.report_id = last);
        parts.guarantees.iter_mut().for_each(|row| row.report_id = last);
        parts.social_insurance.iter_mut().for_each(|row| row.report_id = last);
        parts.employment_needs.iter_mut().for_each(|row| row.report_id = Some(last));
        reports.push(row);
        all.extend(parts);
    }
    number(&mut all.contributions, contributions, |row, key| row.id = key);
    number(&mut all.investments, investments, |row, key| row.id = key);
    number(&mut all.websites, websites, |row, key| row.id = key);
    number(&mut all.equity_transfers, transfers, |row, key| row.id = key);
    number(&mut all.guarantees, guarantees, |row, key| row.id = key);
    number(&mut all.social_insurance, insurance, |row, key| row.id = key);
    number(&mut all.employment_needs, needs, |row, key| row.id = key);
    session.insert(&reports).await?;
    session.insert(&all.contributions).await?;
    session.insert(&all.investments).await?;
    session.insert(&all.websites).await?;
    session.insert(&all.equity_transfers).await?;
    session.insert(&all.guarantees).await?;
    session.insert(&all.social_insurance).await?;
    session.insert(&all.employment_needs).await?;
    Ok(reports.iter().map(|row| row.id).collect())
}

/// The largest keys of [`TABLES`], 0 for one that is empty, in one statement.
async fn largest_ids(session: &mut Session) -> Result<[i64; TABLES.len()], DatabaseError> {
    let mut sql = session.sql("SELECT ");
    for (number, table) in TABLES.iter().enumerate() {
        sql.push(if number == 0 { "" } else { ", " });
        sql.push("(SELECT COALESCE(MAX(id), 0) FROM ").push(table).push(")");
    }
    let rows = session.run(sql).await?;
    let row = rows.first().ok_or_else(|| DbErr::RecordNotFound(report::Model::TABLE.to_owned()))?;
    let mut largest = [0; TABLES.len()];
    for (column, key) in largest.iter_mut().enumerate() {
        *key = i64::value(row, column)?;
    }
    Ok(largest)
}

/// Gives rows the keys after the largest one.
fn number<R>(rows: &mut [R], largest: i64, give: impl Fn(&mut R, i64)) {
    rows.iter_mut().zip(largest + 1..).for_each(|(row, key)| give(row, key));
}

/// Puts needs in the place of those that the report has. What a report says as before keeps its key, and stays
/// withdrawn if it was.
async fn put_needs(
    session: &mut Session,
    report: i64,
    mut rows: Vec<employment_need::Model>,
) -> Result<(), DatabaseError> {
    let mut sql = session.select::<employment_need::Model>();
    sql.push(" WHERE report_id = ").bind(report).push(" ORDER BY id");
    let mut gone = Vec::new();
    for before in session.records::<employment_need::Model>(sql).await? {
        let same = employment_need::Model { id: 0, withdrawn_on: None, report_id: None, ..before.clone() };
        let is_same = |row: &employment_need::Model| employment_need::Model { report_id: None, ..row.clone() } == same;
        match rows.iter().position(is_same) {
            Some(place) => drop(rows.remove(place)),
            None => gone.push(before.id),
        }
    }
    if !gone.is_empty() {
        let mut sql = session.sql("DELETE FROM employment_needs WHERE ");
        sql.any_number("id", &gone);
        session.run(sql).await?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let mut last = session.largest_id(employment_need::Model::TABLE).await?;
    for row in &mut rows {
        last += 1;
        (row.id, row.report_id) = (last, Some(report));
    }
    session.insert(&rows).await
}

/// Everything but whose report it is, of which year, when it was filed, and where it came from.
async fn update(session: &mut Session, row: &report::Model) -> Result<(), DatabaseError> {
    let mut sql = session.sql("UPDATE annual_reports SET postal_address = ");
    sql.bind(row.postal_address.clone()).push(", postal_code = ").bind(row.postal_code.clone());
    sql.push(", phone = ").bind(row.phone.clone()).push(", email = ").bind(row.email.clone());
    sql.push(", operating_status = ").bind(row.operating_status.clone());
    sql.push(", main_activity = ").bind(row.main_activity.clone());
    sql.push(", controlling_kind = ").bind(row.controlling_kind.clone());
    for (column, number) in [
        ("employees", row.employees),
        ("female_employees", row.female_employees),
        ("insured_persons", row.insured_persons),
    ] {
        sql.push(", ").push(column).push(" = ").bind(number);
    }
    for (column, amount) in [
        ("total_assets_fen", row.total_assets_fen),
        ("total_liabilities_fen", row.total_liabilities_fen),
        ("owners_equity_fen", row.owners_equity_fen),
        ("total_revenue_fen", row.total_revenue_fen),
        ("main_revenue_fen", row.main_revenue_fen),
        ("total_profit_fen", row.total_profit_fen),
        ("net_profit_fen", row.net_profit_fen),
        ("total_tax_fen", row.total_tax_fen),
    ] {
        sql.push(", ").push(column).push(" = ").bind(amount);
    }
    sql.push(" WHERE id = ").bind(row.id).push(" RETURNING id");
    if session.run(sql).await?.is_empty() {
        return Err(DbErr::RecordNotUpdated.into());
    }
    Ok(())
}

/// Puts rows of a sub-table in the place of those that the report has.
async fn put<R: Row>(
    session: &mut Session,
    report: i64,
    mut rows: Vec<R>,
    keys: impl Fn(&mut R) -> (&mut i64, &mut i64),
) -> Result<(), DatabaseError> {
    let mut sql = session.sql("DELETE FROM ");
    sql.push(R::TABLE).push(" WHERE report_id = ").bind(report);
    session.run(sql).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut last = session.largest_id(R::TABLE).await?;
    for row in &mut rows {
        last += 1;
        let (id, owner) = keys(row);
        (*id, *owner) = (last, report);
    }
    session.insert(&rows).await
}
