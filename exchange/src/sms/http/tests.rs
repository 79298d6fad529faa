//! The adapter against a gateway on the loopback that answers as it is told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::signature::{Request, Verifier};

/// What the gateway got: path, headers, body.
type Got = Arc<Mutex<Vec<(String, HashMap<String, String>, Vec<u8>)>>>;

const KEY: &str = "a-key-for-tests-only";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).expect("an instant")
}

fn message() -> Message {
    Message {
        id: "m1".to_owned(),
        template: "LIAISON_CODE",
        phone: "13900000001".to_owned(),
        text: "验证码 123456".to_owned(),
    }
}

/// A gateway that gives these answers one after the other; an empty one is none at all.
async fn gateway(answers: &[&str]) -> (HttpGateway, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let got: Got = Arc::default();
    let (seen, answers): (Got, Vec<String>) =
        (Arc::clone(&got), answers.iter().map(|answer| (*answer).to_owned()).collect());
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = Vec::new();
            let (head, length) = loop {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).await.expect("bytes");
                bytes.extend_from_slice(&part[..read]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                if let Some((head, _)) = text.split_once("\r\n\r\n") {
                    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                    break (head.to_owned(), length.map_or(0, |length| length.parse().expect("a length")));
                }
            };
            let body_at = head.len() + 4;
            while bytes.len() < body_at + length {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).await.expect("bytes");
                bytes.extend_from_slice(&part[..read]);
            }
            let path = head.split(' ').nth(1).expect("a path").to_owned();
            let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
            let headers = pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
            seen.lock().expect("the list").push((path, headers, bytes[body_at..].to_vec()));
            if answer.is_empty() {
                // Held open until the client gives up.
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 1]).await;
                });
                continue;
            }
            let (status, body) = answer.split_once(' ').unwrap_or((&answer, ""));
            let text =
                format!("HTTP/1.1 {status} Told\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            stream.write_all(text.as_bytes()).await.expect("an answer");
        }
    });
    let settings = SmsSettings {
        url: Some(format!("http://{address}/v1/")),
        secret: Some(Key::new(KEY)),
        timeout_seconds: 1,
        ..SmsSettings::default()
    };
    (HttpGateway::new(&settings).expect("a gateway"), got)
}

#[tokio::test]
async fn a_message_is_handed_over_under_a_signature_that_holds() {
    let (gateway, got) = gateway(&["202", "409"]).await;
    assert_eq!(gateway.send(&message(), now()).await, Sent::Accepted);
    assert_eq!(gateway.send(&message(), now()).await, Sent::Accepted, "it has it already");
    let got = got.lock().expect("the list");
    let mut verifier = Verifier::new(Key::new(KEY));
    for (path, headers, body) in got.iter() {
        assert_eq!((path.as_str(), headers["x-client"].as_str()), ("/v1/messages", "qinxin"));
        let request = Request { method: "POST", path, body };
        let header = |name: &str| headers.get(name).map(String::as_str);
        verifier.verify(request, header, now()).expect("a signature that holds");
        let told: serde_json::Value = serde_json::from_slice(body).expect("JSON");
        assert_eq!((&told["id"], &told["phone"]), (&json!("m1"), &json!("13900000001")));
    }
}

#[tokio::test]
async fn what_is_not_known_is_told_apart_from_what_was_not_taken() {
    for (answer, expected) in [
        ("200 {}", Sent::Accepted),
        (r#"400 {"code": "BLACKLISTED", "message": "13900000001"}"#, Sent::Refused("BLACKLISTED".to_owned())),
        (r#"422 {"code": "13900000001"}"#, Sent::Refused("139".to_owned())),
        ("401 no", Sent::Refused("401".to_owned())),
        ("429", Sent::NotTaken("429".to_owned())),
        ("503", Sent::NotTaken("503".to_owned())),
        ("500", Sent::Unknown("500".to_owned())),
        ("302", Sent::Unknown("302".to_owned())),
    ] {
        let (gateway, got) = gateway(&[answer]).await;
        assert_eq!(gateway.send(&message(), now()).await, expected, "{answer}");
        assert_eq!(got.lock().expect("the list").len(), 1, "{answer}: it is handed over once");
    }
    // Nobody listens at the port of a listener that has gone.
    let address = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let settings =
        SmsSettings { url: Some(format!("http://{address}")), secret: Some(Key::new(KEY)), ..SmsSettings::default() };
    let gone = HttpGateway::new(&settings).expect("a gateway");
    assert_eq!(gone.send(&message(), now()).await, Sent::NotTaken("connection".to_owned()));
    assert!(gone.receipts(&["m1".to_owned()], now()).await.is_err());
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_is_not_waited_for_without_end() {
    let (gateway, got) = gateway(&["", "200"]).await;
    assert_eq!(gateway.send(&message(), now()).await, Sent::Unknown("timeout".to_owned()));
    assert_eq!(got.lock().expect("the list").len(), 1, "it may have been taken: nothing is sent again");
}

#[tokio::test]
async fn receipts_come_in_the_order_of_the_question() {
    let answer = r#"200 {"receipts": [
        {"id": "m3", "state": "FAILED", "code": "ABSENT"}, {"id": "m1", "state": "DELIVERED"},
        {"id": "m2", "state": "WAITING"}, {"id": "m9", "state": "DELIVERED"}
    ]}"#;
    let (gateway, _) = gateway(&[answer, "200 nonsense", "500"]).await;
    let ids = ["m1", "m2", "m3", "m4"].map(str::to_owned);
    let expected = [Receipt::Delivered, Receipt::Waiting, Receipt::Failed("ABSENT".to_owned()), Receipt::NeverTaken];
    assert_eq!(gateway.receipts(&ids, now()).await.expect("an answer"), expected);
    for _ in 0..2 {
        assert!(gateway.receipts(&ids, now()).await.is_err());
    }
}

#[test]
fn nothing_personal_is_printed() {
    let printed = format!("{:?} {:?}", message(), Sent::Refused(kept("MOBILE 13900000001 REFUSED")));
    assert!(!printed.contains("13900") && !printed.contains("123456"), "{printed}");
}
