//! 加密存储 Telephone numbers and secrets lie encrypted, open nowhere but in their place, and are taken to a
//! new key (GB/T 22239-2019 8.1.4.8 b, R-PUB-06).

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entities::Database;
use entities::bulk::Session;
use entities::enterprise::registered;
use entities::guarded::{TotpSecret, Warrant};
use entities::vault::VaultError;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};
use services::generate::generate;
use services::ports::Silent;
use services::vault;

use crate::store::{in_folder_on_each_engine, on_each_engine, opened, run};

const ENTERPRISES: u64 = 60;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("an instant")
}

async fn filled(db: &Database) {
    let today = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
    generate(db, ENTERPRISES, 7, today, &Silent).await.expect("enterprises");
}

type Opened = Result<Option<String>, VaultError>;

async fn phones(db: &Database) -> BTreeMap<i64, Opened> {
    let rows = registered::Entity::find().all(db.reader()).await.expect("rows");
    let opened = |row: &registered::Model| row.phone_revealed(db.vault(), Warrant::because("a test compares it"));
    rows.iter().map(|row| (row.id, opened(row))).collect()
}

async fn stored(db: &Database) -> Vec<String> {
    let sql = "SELECT phone FROM enterprises WHERE phone IS NOT NULL ORDER BY id";
    let rows = db.reader().query_all_raw(Statement::from_string(db.backend(), sql)).await.expect("rows");
    rows.iter().map(|row| row.try_get("", "phone").expect("a text")).collect()
}

/// How many numbers of legal representatives there are beside those of the enterprises.
async fn legal_phones(db: &Database) -> u64 {
    let ids: Vec<i64> = (1..=ENTERPRISES.cast_signed()).collect();
    entities::liaison::legal_phones_of(db, &ids).await.expect("rows").len() as u64
}

/// Texts of reports that the generator leaves, sealed like those that are filed.
async fn filed_texts(db: &Database) -> u64 {
    let mut session = Session::begin(db).await.expect("a session");
    session.scalar("SELECT count(*) FROM report_submissions").await.expect("a number").unsigned_abs()
}

async fn current_key(db: &Database, folder: &Path) -> String {
    let listed = vault::list(db, &folder.join(vault::FILE)).await.expect("keys");
    listed.into_iter().find(|key| key.is_current).expect("a key that seals").id
}

/// Files of SQLite that hold the text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let found = files.filter(|file| std::fs::read(file).is_ok_and(|bytes| holds(&bytes)));
    found.map(|file| file.display().to_string()).collect()
}

#[tokio::test]
async fn no_number_lies_in_clear() {
    on_each_engine(async |db| {
        filled(db).await;
        let numbers = phones(db).await;
        let stored = stored(db).await;
        assert_eq!(stored.len() as u64, ENTERPRISES, "{:?}", db.backend());
        assert!(stored.iter().all(|value| value.starts_with("v1.") && value.split('.').count() == 3));
        for number in numbers.into_values() {
            let number = number.expect("an open number").expect("a number");
            assert!(number.chars().filter(char::is_ascii_digit).count() >= 10, "{number}");
            assert!(!stored.iter().any(|value| value.contains(&number)), "{number} lies in clear");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_or_moved_is_refused() {
    on_each_engine(async |db| {
        filled(db).await;
        let before = phones(db).await;
        run(db, "UPDATE enterprises SET phone = (SELECT phone FROM enterprises WHERE id = 2) WHERE id = 1").await;
        run(db, "UPDATE enterprises SET phone = '13900000001' WHERE id = 3").await;
        run(db, "UPDATE enterprises SET phone = substr(phone, 1, 20) || 'AAAA' || substr(phone, 25) WHERE id = 4")
            .await;
        for (id, found) in phones(db).await {
            let expected = if [1, 3, 4].contains(&id) { Err(VaultError::Damaged) } else { before[&id].clone() };
            assert_eq!(found, expected, "{:?} {id}", db.backend());
        }
        // A secret is bound to its account, and is no telephone number.
        let secret = TotpSecret::sealed(db.vault(), "7", "GEZDGNBVGY3TQOJQ").expect("a secret");
        assert_eq!(secret.revealed(db.vault(), "8", Warrant::because("a test")), Err(VaultError::Damaged));
        assert_eq!(secret.revealed(db.vault(), "7", Warrant::because("a test")).as_deref(), Ok("GEZDGNBVGY3TQOJQ"));
    })
    .await;
}

#[tokio::test]
async fn a_rotation_takes_every_value_to_the_new_key_while_others_read() {
    in_folder_on_each_engine(async |db, folder| {
        let file = folder.join(vault::FILE);
        let server = opened(db, folder).await;
        filled(&server).await;
        let (before, first) = (phones(&server).await, current_key(db, folder).await);
        let all = ENTERPRISES + legal_phones(db).await + filed_texts(db).await;
        let rotated = vault::rotate(db, &file, now(), &Silent).await.expect("a rotation");
        assert_eq!((rotated.swept.sealed, rotated.swept.refused), (all, 0), "{:?}", db.backend());
        assert!(!rotated.is_resumed && rotated.id != first);
        assert!(stored(db).await.iter().all(|value| value.starts_with(&format!("v1.{}.", rotated.id))));
        assert_eq!(phones(&server).await, before, "{:?}: a running server reads on", db.backend());
        // As if the process had ended before the last value.
        run(db, &format!("UPDATE vault_keys SET swept_at = NULL WHERE id = '{}'", rotated.id)).await;
        let resumed = vault::rotate(db, &file, now(), &Silent).await.expect("the rest");
        assert!(resumed.is_resumed && resumed.id == rotated.id);
        // What lies in clear was put there past the product: a rotation does not make it good.
        run(db, "UPDATE enterprises SET phone = '13900000001' WHERE id = 3").await;
        let again = vault::rotate(db, &file, now() + TimeDelta::days(1), &Silent).await.expect("a third key");
        assert_eq!((again.swept.sealed, again.swept.refused), (all - 1, 1));
        assert_eq!(phones(&server).await[&3], Err(VaultError::Damaged));
        let listed = vault::list(db, &file).await.expect("keys");
        let used: Vec<i64> = listed.iter().map(|key| key.values.iter().map(|(_, count)| count).sum()).collect();
        assert_eq!(used, [0, 0, all.cast_signed() - 1, 1], "{listed:?}");
    })
    .await;
}

#[tokio::test]
async fn values_of_an_earlier_release_are_sealed_once() {
    in_folder_on_each_engine(async |db, folder| {
        filled(&opened(db, folder).await).await;
        run(db, "UPDATE enterprises SET phone = '0917-7' || (100000 + id)").await;
        run(db, "DELETE FROM vault_keys").await;
        std::fs::remove_file(folder.join(vault::FILE)).expect("a key file");
        let db = opened(db, folder).await;
        for (id, number) in phones(&db).await {
            let plain = format!("0917-7{}", 100_000 + id);
            assert_eq!(number, Ok(Some(plain.clone())), "{:?}", db.backend());
            if db.backend() == DbBackend::Sqlite {
                assert_eq!(files_with(folder, &plain), [""; 0], "the file or its log still holds it");
            }
        }
        run(&db, "UPDATE enterprises SET phone = '13900000001' WHERE id = 3").await;
        assert_eq!(phones(&opened(&db, folder).await).await[&3], Err(VaultError::Damaged), "sealed a second time");
    })
    .await;
}

#[tokio::test]
async fn without_its_keys_a_database_shows_and_takes_nothing() {
    in_folder_on_each_engine(async |db, folder| {
        filled(&opened(db, folder).await).await;
        let (file, aside) = (folder.join(vault::FILE), folder.join("aside.toml"));
        std::fs::rename(&file, &aside).expect("the file goes");
        let without = opened(db, folder).await;
        assert!(!file.exists(), "other keys were made for a sealed database");
        assert!(
            phones(&without).await.into_values().all(|number| matches!(number, Err(VaultError::KeyMissing { .. })))
        );
        let today = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day");
        let refused = generate(&without, 5, 8, today, &Silent).await.expect_err("a refusal");
        assert_eq!(refused.code(), "KEY_MISSING");
        assert!(refused.message().contains("keys.toml"));
        assert_eq!(vault::rotate(db, &file, now(), &Silent).await.expect_err("a refusal").code(), "KEY_MISSING");
        // Another key under the same id.
        let text = std::fs::read_to_string(&aside).expect("keys");
        let secret = text.lines().find(|line| line.starts_with("secret")).expect("a secret");
        std::fs::write(&file, text.replace(secret, "secret = \"AAAAAAAAAAAAAAAAAAAAAA==\"")).expect("a file");
        assert_eq!(vault::check(db, &file).await.expect_err("a refusal").code(), "KEY_WRONG");
        std::fs::write(&file, "keys = 7").expect("a file");
        assert_eq!(vault::check(db, &file).await.expect_err("a refusal").code(), "KEY_FILE");
        // The file is back: a process that runs without it goes on with it.
        std::fs::rename(&aside, &file).expect("the file is back");
        assert!(phones(&without).await.into_values().all(|number| number.is_ok()), "{:?}", db.backend());
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_the_key_file() {
    use std::os::unix::fs::PermissionsExt;
    in_folder_on_each_engine(async |db, folder| {
        let file = folder.join(vault::FILE);
        let mode = || std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777;
        opened(db, folder).await;
        assert_eq!(mode(), 0o600);
        vault::rotate(db, &file, now(), &Silent).await.expect("a rotation");
        assert_eq!(mode(), 0o600);
    })
    .await;
}
