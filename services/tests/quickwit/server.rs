//! 回放 A server that answers as it is written down, one exchange after the other, and holds what it is asked against
//! what it should be asked.

use serde::Deserialize;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// 交互 A request, and what is answered.
#[derive(Deserialize)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    /// JSON, or a list of the lines.
    #[serde(default)]
    pub body: Value,
    pub status: u16,
    #[serde(default)]
    pub answer: Value,
}

/// The exchanges of a file in this folder.
pub fn exchanges(name: &str) -> Vec<Exchange> {
    let path = [env!("CARGO_MANIFEST_DIR"), "tests/quickwit", name].join("/");
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("exchanges")
}

/// Serves the exchanges, and ends with the last of them; the address.
pub async fn serve(exchanges: Vec<Exchange>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        for exchange in exchanges {
            let (stream, _) = listener.accept().await.expect("a request");
            answer(stream, exchange).await;
        }
    });
    (url, served)
}

async fn answer(mut stream: TcpStream, exchange: Exchange) {
    let (head, body) = request(&mut stream).await;
    let line = head.lines().next().expect("a request line");
    assert_eq!(line, format!("{} {} HTTP/1.1", exchange.method, exchange.path));
    let text = String::from_utf8(body).expect("UTF-8");
    let asked: Value = if head.contains("application/x-ndjson") {
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")).collect()
    } else {
        serde_json::from_str(&text).unwrap_or_default()
    };
    assert_eq!(asked, exchange.body, "{asked:#}");
    let said = if exchange.answer.is_null() { String::new() } else { exchange.answer.to_string() };
    let reply = format!(
        "HTTP/1.1 {} -\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}",
        exchange.status,
        said.len()
    );
    stream.write_all(reply.as_bytes()).await.expect("written");
}

/// The head and the body of a request.
async fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.expect("a request");
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).expect("UTF-8");
        let length =
            head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let length: usize = length.unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return (head, bytes[end + 4..].to_vec());
        }
    }
}
