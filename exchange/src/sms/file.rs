//! 短信文件 In the place of a gateway: each message is a line of a file, for demonstrations and tests. Only its owner
//! may read it, because it holds telephone numbers and codes.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde_json::json;

use super::{Gateway, Message, Receipt, Sent, Unanswered};

/// Name of the file in the data folder.
const FILE: &str = "sms.jsonl";

/// 短信文件 Takes every message, and has delivered what it took.
pub struct FileGateway {
    path: PathBuf,
    writing: Mutex<()>,
}

impl FileGateway {
    /// Writes into a folder.
    pub fn new(folder: &Path) -> Self {
        Self { path: folder.join(FILE), writing: Mutex::default() }
    }

    fn append(&self, message: &Message, now: DateTime<Utc>) -> std::io::Result<()> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let line = json!({
            "id": message.id, "template": message.template, "phone": message.phone, "text": message.text, "at": now
        });
        options.open(&self.path)?.write_all(format!("{line}\n").as_bytes())
    }

    fn taken(&self) -> std::io::Result<HashSet<String>> {
        let file = match std::fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(HashSet::new()),
            Err(error) => return Err(error),
        };
        let id = |line: String| -> Option<String> {
            let line: serde_json::Value = serde_json::from_str(&line).ok()?;
            line.get("id")?.as_str().map(str::to_owned)
        };
        Ok(BufReader::new(file).lines().map_while(Result::ok).filter_map(id).collect())
    }
}

impl Gateway for FileGateway {
    fn send<'a>(&'a self, message: &'a Message, now: DateTime<Utc>) -> BoxFuture<'a, Sent> {
        let sent = match self.append(message, now) {
            Ok(()) => Sent::Accepted,
            Err(error) => Sent::NotTaken(error.kind().to_string()),
        };
        Box::pin(std::future::ready(sent))
    }

    fn receipts<'a>(
        &'a self,
        ids: &'a [String],
        _now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Vec<Receipt>, Unanswered>> {
        let receipts = self.taken().map_err(|error| Unanswered(error.kind().to_string())).map(|taken| {
            let told = |id: &String| if taken.contains(id) { Receipt::Delivered } else { Receipt::NeverTaken };
            ids.iter().map(told).collect()
        });
        Box::pin(std::future::ready(receipts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_is_a_line_and_has_been_delivered() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let gateway = FileGateway::new(folder.path());
        let now = DateTime::from_timestamp(1_780_000_000, 0).expect("an instant");
        let message = |id: &str| Message {
            id: id.to_owned(),
            template: "REMINDER",
            phone: "13900000001".to_owned(),
            text: "甲公司\n年报".to_owned(),
        };
        let ids = ["m1", "m2"].map(str::to_owned);
        assert_eq!(gateway.receipts(&ids, now).await, Ok(vec![Receipt::NeverTaken, Receipt::NeverTaken]));
        assert_eq!(gateway.send(&message("m1"), now).await, Sent::Accepted);
        assert_eq!(gateway.receipts(&ids, now).await, Ok(vec![Receipt::Delivered, Receipt::NeverTaken]));
        let text = std::fs::read_to_string(folder.path().join(FILE)).expect("the file");
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains("\"phone\":\"13900000001\""));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join(FILE)).expect("the file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let nowhere = FileGateway::new(&folder.path().join("absent"));
        assert!(matches!(nowhere.send(&message("m1"), now).await, Sent::NotTaken(_)));
    }
}
