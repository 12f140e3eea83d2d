//! Somebody's `bitcoind`, on a chain of its own. None comes with this repository: the variable `BITCOIND_EXE` names it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

/// The variable that names the program.
const EXE: &str = "BITCOIND_EXE";
/// What it says when it answers.
const READY: &str = "Done loading";

/// A node on regtest, in a process of its own, ended by its id when dropped.
#[derive(Debug)]
pub struct Bitcoind {
    process: Option<Child>,
    folder: TempDir,
    port: u16,
    args: Vec<String>,
}

impl Drop for Bitcoind {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Bitcoind {
    /// Starts the one that `BITCOIND_EXE` names, with more arguments, and waits until it answers.
    ///
    /// # Panics
    /// If none is named or it does not start.
    pub fn start(args: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        let mut node = Self {
            process: None,
            folder: tempfile::tempdir().expect("a scratch folder"),
            port,
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        };
        node.again();
        node
    }

    /// Starts it on the same folder and port after it ended. Its cookie is another one then.
    ///
    /// # Panics
    /// If none is named or it does not start.
    pub fn again(&mut self) {
        self.kill();
        let exe = PathBuf::from(std::env::var_os(EXE).expect("BITCOIND_EXE names a bitcoind"));
        let mut process = Command::new(exe)
            .args(["-regtest", "-server", "-listen=0", "-printtoconsole=1"])
            .arg(format!("-datadir={}", self.folder.path().display()))
            .arg(format!("-rpcport={}", self.port))
            .args(&self.args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("BITCOIND_EXE can be started");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let ready = lines
            .by_ref()
            .map_while(Result::ok)
            .any(|line| line.contains(READY));
        // What it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        self.process = Some(process);
        assert!(ready, "bitcoind has ended before it was ready");
    }

    /// Ends it at once, as a power failure does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Waits until it has ended, which it was told to.
    pub fn wait(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It was started here, so that it can be waited for.
            let _ = process.wait();
        }
    }

    /// Makes a call, in the node's JSON, and returns the body of the answer.
    ///
    /// # Panics
    /// If it does not answer.
    pub fn rpc(&self, method: &str, params: &str) -> String {
        let cookie = std::fs::read_to_string(self.cookie_file()).expect("it runs");
        let body = format!(r#"{{"id":1,"method":"{method}","params":{params}}}"#);
        let request = format!(
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic {}\r\ncontent-length: {}\r\nconnection: \
             close\r\n\r\n{body}",
            STANDARD.encode(cookie),
            body.len()
        );
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        body.to_owned()
    }

    /// The address of its JSON-RPC.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its cookie file, which it writes anew at each start.
    pub fn cookie_file(&self) -> PathBuf {
        self.folder.path().join("regtest/.cookie")
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
