//! A gate before a server: it counts requests, and can be shut.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What happens to requests beyond those that are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// They wait for an answer that does not come.
    Silence,
    /// Their connection is cut, and so is every other.
    Gone,
}

struct State {
    counted: u64,
    limit: u64,
    beyond: Beyond,
    open: Vec<TcpStream>,
}

/// A gate. It stays for as long as the test runs.
pub struct Gate {
    url: String,
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Gate {
    /// Stands before the server at an address such as `http://127.0.0.1:8080`; open at first.
    pub fn before(url: &str) -> Self {
        let server: SocketAddr = url
            .trim_start_matches("http://")
            .parse()
            .expect("a loopback address");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let shared = Arc::new((
            Mutex::new(State {
                counted: 0,
                limit: u64::MAX,
                beyond: Beyond::Gone,
                open: Vec::new(),
            }),
            Condvar::new(),
        ));
        let gate = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let gate = Arc::clone(&gate);
                std::thread::spawn(move || pass(client, server, &gate));
            }
        });
        Self { url, shared }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Lets so many requests through from now on.
    pub fn let_through(&self, requests: u64, beyond: Beyond) {
        let mut state = lock(&self.shared.0);
        state.limit = state.counted + requests;
        state.beyond = beyond;
    }

    /// Opens the gate and returns how many requests went through since the last time.
    pub fn open(&self) -> u64 {
        let mut state = lock(&self.shared.0);
        state.limit = u64::MAX;
        std::mem::take(&mut state.counted)
    }

    /// Waits until a request was held back.
    pub fn wait_until_shut(&self) {
        let (state, changed) = &*self.shared;
        let shut = |state: &mut State| state.counted < state.limit;
        let (state, timeout) = changed
            .wait_timeout_while(lock(state), Duration::from_secs(120), shut)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!timeout.timed_out(), "{} requests came", state.counted);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pass(mut client: TcpStream, server: SocketAddr, gate: &(Mutex<State>, Condvar)) {
    let Ok(mut upstream) = TcpStream::connect(server) else {
        return;
    };
    let (Ok(mut back), Ok(mut answers), Ok(handle)) =
        (client.try_clone(), upstream.try_clone(), client.try_clone())
    else {
        return;
    };
    lock(&gate.0).open.push(handle);
    let answering = std::thread::spawn(move || {
        let _ = std::io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = client.read(&mut bytes) {
        // The client sends one request at a time on a connection, and its head in one piece.
        let begins = [&b"GET "[..], b"POST "]
            .iter()
            .any(|m| bytes.starts_with(m));
        if begins && !admit(gate) {
            continue;
        }
        if upstream.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    let _ = upstream.shutdown(Shutdown::Both);
    let _ = answering.join();
}

/// Counts a request; says whether it goes through.
fn admit((state, changed): &(Mutex<State>, Condvar)) -> bool {
    let mut state = lock(state);
    if state.counted < state.limit {
        state.counted += 1;
        if state.counted < state.limit {
            return true;
        }
        changed.notify_all();
        return true;
    }
    if state.beyond == Beyond::Gone {
        for connection in state.open.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
    false
}
