//! 订阅 What is recorded reaches those who listen, over both transports, from every process, and after a
//! break.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

use crate::dump;
use crate::support::{Engine, Place, Server, engines};

fn changes_of(uscc: &str, after: &str) -> String {
    format!("subscription {{ recordChanged(uscc: \"{uscc}\"{after}) {{ sequence act id record {{ __typename }} }} }}")
}

/// 套接字 A connection that speaks `graphql-transport-ws`.
pub struct Socket(WebSocket<TcpStream>);

impl Socket {
    pub fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.host()).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out");
        let mut request = format!("ws://{}/graphql/ws", server.host()).into_client_request().expect("a request");
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        let (socket, response) = tungstenite::client(request, stream).expect("an upgrade");
        assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");
        Self(socket)
    }

    fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).expect("a message goes out");
    }

    /// The next message; pings of the transport are no messages.
    pub fn hear(&mut self) -> Value {
        loop {
            match self.0.read().expect("a message") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Close(frame) => return json!({ "type": "closed", "code": frame.map(|f| u16::from(f.code)) }),
                _ => {}
            }
        }
    }

    pub fn begin(&mut self, payload: Value) -> Value {
        self.say(&json!({ "type": "connection_init", "payload": payload }));
        self.hear()
    }

    pub fn subscribe(&mut self, query: &str) {
        self.say(&json!({ "id": "1", "type": "subscribe", "payload": { "query": query } }));
    }
}

fn some_uscc(server: &Server) -> String {
    let found = server.data("{ enterprises(first: 1) { nodes { uscc } } }", &Value::Null);
    found["enterprises"]["nodes"][0]["uscc"].as_str().expect("a code").to_owned()
}

#[test]
fn both_transports_tell_the_same_from_the_beginning() {
    for engine in engines() {
        let place = Place::filled(engine);
        let server = Server::start(&place);
        let query = changes_of(&some_uscc(&server), ", after: 0");
        let first = server.events(&query).next().expect("a change");
        assert_eq!(first["data"]["recordChanged"]["record"]["__typename"], "Enterprise", "{engine:?}");
        let mut socket = Socket::open(&server);
        assert_eq!(socket.begin(Value::Null)["type"], "connection_ack");
        socket.say(&json!({ "type": "ping" }));
        assert_eq!(socket.hear()["type"], "pong");
        socket.subscribe(&query);
        let told = socket.hear();
        assert_eq!((&told["type"], &told["payload"]), (&json!("next"), &first), "{engine:?}");
    }
}

#[test]
fn a_connection_is_told_what_is_wrong() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    let refused = Socket::open(&server).begin(json!({ "authorization": "Bearer nobody" }));
    assert_eq!(refused["type"], "closed", "{refused}");
    let mut socket = Socket::open(&server);
    socket.begin(Value::Null);
    for (query, code) in [
        ("subscription { recordChanged(uscc: \"91610000000000000X\") { id } }", "INVALID_INPUT"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ users { nodes { login } } }", "NOT_SIGNED_IN"),
    ] {
        socket.subscribe(query);
        let told = socket.hear();
        let found = told["payload"]["errors"][0]["extensions"]["code"]
            .as_str()
            .or(told["payload"][0]["extensions"]["code"].as_str());
        assert_eq!(found, Some(code), "{query}: {told}");
        assert!(matches!(socket.hear()["type"].as_str(), Some("complete" | "error")), "{query}");
    }
    drop(socket);
    assert!(server.stop(), "open connections do not keep the server");
}

#[test]
fn a_page_of_another_site_opens_no_connection() {
    let place = Place::filled(Engine::Sqlite);
    let server = Server::start(&place);
    for (origin, opens) in [(format!("http://{}", server.host()), true), ("https://evil.example".to_owned(), false)] {
        let stream = TcpStream::connect(server.host()).expect("a connection");
        let mut request = format!("ws://{}/graphql/ws", server.host()).into_client_request().expect("a request");
        request.headers_mut().insert("origin", origin.parse().expect("a header"));
        let protocol = "graphql-transport-ws".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        assert_eq!(tungstenite::client(request, stream).is_ok(), opens, "{origin}");
    }
}

#[test]
fn every_process_tells_and_a_break_loses_nothing() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let (place, other) = (Place::new(Engine::Postgres), TempDir::new().expect("a folder"));
    let dump = TempDir::new().expect("a folder");
    dump::write(dump.path(), 3);
    let import = || place.done(&["import", "legacy", dump.path().to_str().expect("a path")]);
    import();
    let servers = [Server::start(&place), Server::start_beside(&place, other.path())];
    let uscc = dump::code(1);
    let from_here = changes_of(&uscc, &format!(", after: {}", servers[0].position()));
    let mut live: Vec<_> = servers.iter().map(|server| server.events(&from_here)).collect();
    let mut socket = Socket::open(&servers[1]);
    socket.begin(Value::Null);
    socket.subscribe(&from_here);
    dump::add(
        dump.path(),
        "penalties.csv",
        "9001,1,测市监处罚〔2024〕9001号,食品,超过保质期,食品安全法,罚款,100,测试局,2024-04-09,2024-04-12",
    );
    import();
    let heard: Vec<Value> = live.iter_mut().map(|events| events.next().expect("a change")).collect();
    let change = &heard[0]["data"]["recordChanged"];
    assert_eq!(change["record"]["__typename"], "Penalty", "{change}");
    assert_eq!(heard[0], heard[1], "both processes tell the same");
    assert_eq!(socket.hear()["payload"], heard[0]);
    dump::add(
        dump.path(),
        "penalties.csv",
        "9002,1,测市监处罚〔2024〕9002号,食品,超过保质期,食品安全法,罚款,100,测试局,2024-04-09,2024-04-12",
    );
    import();
    let after = format!(", after: {}", change["sequence"]);
    let missed = servers[1].events(&changes_of(&uscc, &after)).next().expect("a change");
    assert_ne!(missed["data"]["recordChanged"]["id"], change["id"]);
    assert!(missed["data"]["recordChanged"]["sequence"].as_i64() > change["sequence"].as_i64());
}
