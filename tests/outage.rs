//! 中断 PostgreSQL goes away under load and comes back: nothing wrong is answered, nobody waits long, and the
//! server is well again by itself.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Engine, Place, Server, engines};

/// 线路 A line to the database that can be cut.
struct Line {
    address: String,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    fn to(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let is_cut = Arc::new(AtomicBool::new(false));
        let cut = Arc::clone(&is_cut);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if cut.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&database) else { continue };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let cut = Arc::clone(&cut);
                    std::thread::spawn(move || pump(from, to, &cut));
                }
            }
        });
        Self { address, is_cut }
    }

    fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::SeqCst);
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, cut: &AtomicBool) {
    let _ = from.set_read_timeout(Some(Duration::from_millis(50)));
    let mut piece = [0; 16_384];
    while !cut.load(Ordering::SeqCst) {
        match from.read(&mut piece) {
            Ok(0) => break,
            Ok(length) if to.write_all(&piece[..length]).is_err() => break,
            Err(error) if !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                break;
            }
            _ => {}
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

const QUERY: &str = "{ enterprises(first: 2) { nodes { uscc penalties(first: 1) { nodes { id } } } } }";
/// Longest answer: what a connection is waited for, what a request may take, and what a busy machine adds.
const LONGEST: Duration = Duration::from_secs(20);
/// The server has to be well within this time after the database is.
const WELL: Duration = Duration::from_secs(15);

#[test]
fn a_database_that_comes_back_under_load_is_used_again() {
    if !engines().contains(&Engine::Postgres) {
        return;
    }
    let place = Place::filled(Engine::Postgres);
    let line = Line::to(place.database_address());
    let server = Server::start_through(&place, &line.address);
    let right = server.data(QUERY, &Value::Null);
    let (over, wrong, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    let started = Instant::now();
                    let reply = server.ask_with(&[], &json!({ "query": QUERY }));
                    let is_right = reply.body["data"] == right && reply.body["errors"].is_null();
                    let is_told = reply.body["errors"][0]["extensions"]["code"] == "INTERNAL";
                    refused.fetch_add(usize::from(is_told), Ordering::SeqCst);
                    let is_wrong = !(is_right || is_told) || started.elapsed() > LONGEST;
                    wrong.fetch_add(usize::from(is_wrong), Ordering::SeqCst);
                }
            });
        }
        line.cut(true);
        until(LONGEST, "nobody notices", || refused.load(Ordering::SeqCst) > 50);
        line.cut(false);
        // Others go on asking all the while.
        until(WELL, "the server does not recover", || (0..5).all(|_| server.ask(QUERY, &Value::Null)["data"] == right));
        over.store(true, Ordering::SeqCst);
    });
    assert_eq!(wrong.load(Ordering::SeqCst), 0, "answers that are neither right nor told, or came too late");
}

fn until(limit: Duration, otherwise: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < limit, "{otherwise}");
        std::thread::yield_now();
    }
}
