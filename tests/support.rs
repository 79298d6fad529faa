//! 支撑 Data folders, databases and servers of the tests. Every test has its own and leaves none
//! behind: whatever was started or created goes when its value is dropped.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// The day on which generated data ends. It lies in the past, so that answers do not depend on
/// the day of the test.
pub const TODAY: &str = "2025-06-30";
/// Media type whose status tells whether the operation ran.
pub const GRAPHQL: &str = "application/graphql-response+json";
/// Media type that answers every well-formed request with 200.
pub const JSON: &str = "application/json";
/// Names the file with the keys of the encrypted columns.
const KEY_FILE: &str = "QINXIN_KEY_FILE";
/// Names a PostgreSQL server of the tests.
const POSTGRES: &str = "QINXIN_TEST_POSTGRES";

/// A database engine that the product supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The engines that are there.
pub fn engines() -> Vec<Engine> {
    let postgres = std::env::var_os(POSTGRES).map(|_| Engine::Postgres);
    std::iter::once(Engine::Sqlite).chain(postgres).collect()
}

/// Whether a statement was run at the database with this URL.
fn psql(url: &str, statement: &str) -> bool {
    let status = Command::new("psql").args(["--quiet", "--command", statement, url]).status();
    status.is_ok_and(|status| status.success())
}

/// The path of a file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// 数据库 A database of its own on the PostgreSQL server of the tests.
struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    fn create() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let server = std::env::var(POSTGRES).expect("the URL of a PostgreSQL server");
        let name = format!("outside_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let database = Self { server, name };
        assert!(
            psql(&database.server, &format!("CREATE DATABASE {}", database.name)),
            "psql could not create a database"
        );
        database
    }

    fn url(&self) -> String {
        let (base, _) = self.server.rsplit_once('/').expect("a URL that ends in a database");
        format!("{base}/{}", self.name)
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        psql(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// 数据 A data folder and, on PostgreSQL, the database that goes with it.
pub struct Place {
    folder: TempDir,
    database: Option<PostgresDatabase>,
}

impl Place {
    /// An empty one.
    pub fn new(engine: Engine) -> Self {
        let database = (engine == Engine::Postgres).then(PostgresDatabase::create);
        Self { folder: TempDir::new().expect("a temporary folder"), database }
    }

    /// One with 300 generated enterprises and their index.
    pub fn filled(engine: Engine) -> Self {
        let place = Self::new(engine);
        place.done(&["generate", "--enterprises", "300", "--seed", "7", "--today", TODAY]);
        place.done(&["index", "rebuild"]);
        place
    }

    /// Changes what is stored on PostgreSQL, past every door.
    pub fn tamper(&self, statement: &str) {
        let database = self.database.as_ref().expect("a PostgreSQL database");
        assert!(psql(&database.url(), statement), "{statement}");
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The binary, on this data.
    pub fn qinxin(&self, arguments: &[&str]) -> Command {
        let mut command = qinxin(self.folder());
        command.args(arguments).arg("--data-dir").arg(self.folder());
        if let Some(database) = &self.database {
            command.arg("--database-url").arg(database.url());
        }
        command
    }

    /// `host:port` of the PostgreSQL server.
    pub fn database_address(&self) -> String {
        let url = self.database.as_ref().expect("a PostgreSQL database").url();
        let authority = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).expect("an authority");
        authority.rsplit('@').next().expect("a host").to_owned()
    }

    /// What the binary says about this data.
    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::by(&mut self.qinxin(arguments))
    }

    /// What the binary prints about this data; it must succeed.
    pub fn done(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert!(said.success, "{arguments:?}: {}", said.err);
        said.out
    }

    /// What whoever gets hold of the database holds in hands: SQLite's files, or a dump of PostgreSQL.
    pub fn stored(&self) -> Vec<u8> {
        match &self.database {
            Some(database) => {
                let dumped = Command::new("pg_dump").arg(database.url()).output().expect("pg_dump runs");
                assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
                dumped.stdout
            }
            None => {
                let files = ["qinxin.db", "qinxin.db-wal"].map(|name| self.folder().join(name));
                files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
            }
        }
    }

    /// Another data folder on the same PostgreSQL database: a second machine, as it were.
    pub fn beside(&self, folder: &Path, arguments: &[&str]) -> Said {
        let database = self.database.as_ref().expect("a PostgreSQL database");
        let mut command = qinxin(folder);
        command.args(arguments).arg("--data-dir").arg(folder).arg("--database-url").arg(database.url());
        // The keys of one database are shared by all who work on it.
        Said::by(command.env(KEY_FILE, self.folder().join("keys.toml")))
    }
}

/// The binary in this working folder, without the caller's settings.
pub fn qinxin(working: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qinxin"));
    command.env_clear().current_dir(working).stdin(Stdio::null());
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// What a process said before it ended.
#[derive(Debug)]
pub struct Said {
    pub success: bool,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Runs the command to its end.
    pub fn by(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().expect("the binary runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { success: status.success(), out: text(stdout), err: text(stderr) }
    }

    /// Asserts a refusal that names all of these words and shows no panic.
    pub fn refused(&self, words: &[&str]) {
        assert!(!self.success, "this should be refused: {}", self.out);
        for word in words {
            assert!(self.err.contains(word), "“{word}” is missing: {}", self.err);
        }
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// 服务 A running server; it is killed when dropped.
pub struct Server {
    child: Child,
    agent: ureq::Agent,
    address: String,
    // Closing it would break the server's standard output.
    _out: BufReader<ChildStdout>,
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("serve.log")).unwrap_or_default()
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Value,
}

impl Server {
    /// Serves this data on a free port.
    pub fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    /// The same, with the database at another address.
    pub fn start_through(place: &Place, address: &str) -> Self {
        let database = place.database.as_ref().expect("a PostgreSQL database");
        let url = database.url().replace(&place.database_address(), address);
        let mut command = qinxin(place.folder());
        command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", &url, "--data-dir"]).arg(place.folder());
        Self::spawned(command, place.folder())
    }

    /// The same with these variables.
    pub fn start_with(place: &Place, variables: &[(&str, &str)]) -> Self {
        let mut command = place.qinxin(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
        Self::spawned(command, place.folder())
    }

    fn spawned(mut command: Command, folder: &Path) -> Self {
        let errors = std::fs::File::create(folder.join("serve.log")).expect("a log file");
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().expect("the server starts");
        let mut out = BufReader::new(child.stdout.take().expect("a standard output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default();
        let address = address.trim_end_matches('/').to_owned();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let server = Self { child, agent, address, _out: out };
        assert!(!server.address.is_empty(), "the server did not start: {}", log(folder));
        assert_eq!(server.get("/readyz", JSON).0, 200, "{}", log(folder));
        server
    }

    /// A second process on the same PostgreSQL database, with a data folder of its own.
    pub fn start_beside(place: &Place, folder: &Path) -> Self {
        let database = place.database.as_ref().expect("a PostgreSQL database");
        let mut command = qinxin(folder);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder);
        command.arg("--database-url").arg(database.url()).env(KEY_FILE, place.folder().join("keys.toml"));
        Self::spawned(command, folder)
    }

    /// The position of the last event of the outbox.
    pub fn position(&self) -> i64 {
        let ready: Value = serde_json::from_str(&self.get("/readyz", JSON).1).expect("JSON");
        ready["sequence"].as_i64().expect("a position")
    }

    /// `data` and `errors` of a query.
    pub fn ask(&self, query: &str, variables: &Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        self.post(body.as_bytes(), Some(JSON), JSON).body
    }

    /// The whole answer to a request that shows these headers.
    pub fn ask_with(&self, headers: &[(&str, &str)], body: &Value) -> Reply {
        let mut request = self.agent.post(format!("{}/graphql", self.address)).header("Accept", GRAPHQL);
        for (name, value) in headers.iter().chain(&[("Content-Type", JSON)]) {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body.to_string()).expect("an answer");
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        Reply { status, headers, body: response.body_mut().read_json().expect("an answer in JSON") }
    }

    /// `data` of a query that must succeed.
    pub fn data(&self, query: &str, variables: &Value) -> Value {
        let mut answer = self.ask(query, variables);
        assert!(answer["errors"].is_null(), "{query}: {}", answer["errors"]);
        answer["data"].take()
    }

    /// Posts a body to the graph.
    pub fn post(&self, body: &[u8], content_type: Option<&str>, accept: &str) -> Reply {
        let mut request = self.agent.post(format!("{}/graphql", self.address)).header("Accept", accept);
        if let Some(content_type) = content_type {
            request = request.header("Content-Type", content_type);
        }
        let mut response = request.send(body).expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: response.body_mut().read_json().expect("an answer in JSON") }
    }

    /// The answer to a form with files (GraphQL multipart request), as a client sends it that shows these
    /// headers.
    pub fn upload(&self, headers: &[(&str, &str)], parts: &[(&str, &str)]) -> Reply {
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
        self.upload_bytes(headers, &parts)
    }

    /// The same with files that are no text.
    pub fn upload_bytes(&self, headers: &[(&str, &str)], parts: &[(&str, &[u8])]) -> Reply {
        let mut form = Vec::new();
        for (name, content) in parts {
            let file = if matches!(*name, "operations" | "map") { "" } else { "; filename=\"a.json\"" };
            form.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
            form.extend_from_slice(content);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(b"--edge--\r\n");
        let mut request = self.agent.post(format!("{}/graphql", self.address)).header("Accept", GRAPHQL);
        for (name, value) in headers.iter().chain(&[("Content-Type", "multipart/form-data; boundary=edge")]) {
            request = request.header(*name, *value);
        }
        let mut response = request.send(form).expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: response.body_mut().read_json().expect("an answer in JSON") }
    }

    /// Status and answer of another door than the graph to a posted body with these headers.
    pub fn post_signed(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, Value) {
        let mut request = self.agent.post(format!("{}{path}", self.address)).header("Content-Type", JSON);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).expect("an answer");
        (response.status().as_u16(), response.body_mut().read_json().expect("an answer in JSON"))
    }

    /// Status and text of the answer to a posted body, as a client reads it.
    pub fn post_text(&self, body: &[u8]) -> (u16, String) {
        let request = self.agent.post(format!("{}/graphql", self.address)).header("Content-Type", JSON);
        let mut response = request.send(body).expect("an answer");
        (response.status().as_u16(), response.body_mut().read_to_string().expect("a text"))
    }

    /// Status and body of a page.
    pub fn get(&self, path: &str, accept: &str) -> (u16, String) {
        let request = self.agent.get(format!("{}{path}", self.address)).header("Accept", accept);
        let mut response = request.call().expect("an answer");
        (response.status().as_u16(), response.body_mut().read_to_string().expect("a text"))
    }

    /// Status, headers and bytes of a file, for whoever shows these headers.
    pub fn file(&self, headers: &[(&str, &str)], path: &str) -> (u16, ureq::http::HeaderMap, Vec<u8>) {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.call().expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        (status, headers, response.body_mut().with_config().limit(1 << 30).read_to_vec().expect("all of it"))
    }

    /// The first answers to a subscription over server-sent events.
    pub fn events(&self, query: &str) -> impl Iterator<Item = Value> + use<> {
        self.events_with(&[], query)
    }

    /// The same for a request that shows these headers.
    pub fn events_with(&self, headers: &[(&str, &str)], query: &str) -> impl Iterator<Item = Value> + use<> {
        let mut request = self.agent.post(format!("{}/graphql", self.address)).header("Accept", "text/event-stream");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = json!({ "query": query }).to_string();
        let response = request.header("Content-Type", JSON).send(body).expect("a stream");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let lines = BufReader::new(response.into_body().into_reader()).lines().map_while(Result::ok);
        lines.filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
    }

    /// `127.0.0.1:port`.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// A metric without labels.
    pub fn metric(&self, name: &str) -> u64 {
        let (_, page) = self.get("/metrics", "*/*");
        let line = page.lines().find_map(|line| line.strip_prefix(name)).expect("the metric");
        line.trim().parse().expect("a number")
    }

    /// Tells the server to stop; whether it ended in good order.
    pub fn stop(mut self) -> bool {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        told.is_ok_and(|told| told.success()) && self.child.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
