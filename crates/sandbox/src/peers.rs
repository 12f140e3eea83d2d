//! Other sandboxes: each is followed by a task that fetches blocks and transactions it lacks and brings what
//! the other lacks, over the routes that everybody uses. Which chain wins is decided by each node's kernel.
//!
//! A link is made by one side and carries both directions. Without a link two nodes are a partition; made
//! again, the branch with more work wins on both, and what the other one confirmed waits again.

mod client;
mod round;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::chain::now;
use crate::http::App;
use client::Client;
pub use client::PeerUrl;
use round::Memory;

/// Most links.
const MAX_PEERS: usize = 64;
/// First and longest wait before a link that failed is tried again.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Why there is no such link.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum PeerError {
    /// The address is none.
    #[error("{0:?} is no address of a sandbox: it must be http://HOST:PORT or HOST:PORT")]
    Address(String),
    /// There is one.
    #[error("Error: Node already added")]
    Known,
    /// There are too many.
    #[error("at most 64 nodes can be added")]
    TooMany,
    /// The sandbox has stopped.
    #[error("the sandbox has stopped")]
    Stopped,
}

/// What is known about a link.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its number.
    pub id: u64,
    /// Whom it leads to.
    pub url: PeerUrl,
    /// Since when it stands, in seconds since 1970; `None` while it does not.
    pub since: Option<u32>,
    /// Height of the other's tip when it was last asked.
    pub height: u32,
    /// Why it does not stand.
    pub trouble: Option<String>,
}

struct Entry {
    link: Arc<Mutex<Link>>,
    token: CancellationToken,
}

/// All links of a node.
pub struct Peers {
    links: Mutex<BTreeMap<PeerUrl, Entry>>,
    /// Whether the node talks to others at all.
    active: watch::Sender<bool>,
    next: Mutex<u64>,
}

impl Default for Peers {
    fn default() -> Self {
        Self {
            links: Mutex::default(),
            active: watch::Sender::new(true),
            next: Mutex::new(0),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Peers {
    /// All links, in the order of their addresses.
    pub fn list(&self) -> Vec<Link> {
        let links = lock(&self.links);
        links
            .values()
            .map(|entry| lock(&entry.link).clone())
            .collect()
    }

    /// Whether the node talks to others.
    pub fn is_active(&self) -> bool {
        *self.active.borrow()
    }

    /// Lets the node talk to others, or not: all links and all who come are cut off, and the links come back.
    pub fn set_active(&self, active: bool) {
        self.active.send_replace(active);
    }

    /// Cuts a link; `false` if there was none.
    pub fn remove(&self, url: &PeerUrl) -> bool {
        match lock(&self.links).remove(url) {
            Some(entry) => {
                entry.token.cancel();
                true
            }
            None => false,
        }
    }
}

/// Makes a link and follows it until it is cut or the sandbox stops.
pub fn add(app: &Arc<App>, url: PeerUrl) -> Result<(), PeerError> {
    let runtime = app.runtime.get().ok_or(PeerError::Stopped)?;
    let mut links = lock(&app.peers.links);
    if links.contains_key(&url) {
        return Err(PeerError::Known);
    }
    if links.len() >= MAX_PEERS {
        return Err(PeerError::TooMany);
    }
    let mut next = lock(&app.peers.next);
    let link = Arc::new(Mutex::new(Link {
        id: *next,
        url: url.clone(),
        since: None,
        height: 0,
        trouble: None,
    }));
    *next += 1;
    let token = app.stop.child_token();
    let entry = Entry {
        link: link.clone(),
        token: token.clone(),
    };
    links.insert(url.clone(), entry);
    let app = app.clone();
    runtime.spawn(async move {
        tokio::select! {
            () = token.cancelled() => {}
            () = follow(&app, &url, &link) => {}
        }
    });
    Ok(())
}

async fn follow(app: &Arc<App>, url: &PeerUrl, link: &Mutex<Link>) {
    let mut active = app.peers.active.subscribe();
    let mut pause = RETRY.0;
    loop {
        // The sender lives as long as the app, which this task holds.
        if active.wait_for(|active| *active).await.is_err() {
            return;
        }
        let mut off = active.clone();
        let trouble = tokio::select! {
            _ = off.wait_for(|active| !active) => {
                lock(link).since = None;
                continue;
            }
            trouble = keep(app, url, link) => trouble,
        };
        tracing::debug!(%url, trouble, "a link does not stand");
        {
            let mut link = lock(link);
            // One that stood is tried again soon.
            pause = match link.since.take() {
                Some(_) => RETRY.0,
                None => (pause * 2).min(RETRY.1),
            };
            link.trouble = Some(trouble);
        }
        tokio::time::sleep(pause).await;
    }
}

/// Rounds with the other, one after each change here or there, until something goes wrong.
async fn keep(app: &Arc<App>, url: &PeerUrl, link: &Mutex<Link>) -> String {
    let key = app.access.api_key.as_ref();
    let mut client = Client::new(url.clone(), key);
    let mut waiter = Client::new(url.clone(), key);
    let mut memory = Memory::default();
    let mut changes = app.node.changes();
    loop {
        changes.mark_unchanged();
        let round = async {
            // Read first: what happens there during the round is seen as a change after it.
            let revision = client.revision().await?;
            let height = round::run(app, &mut client, &mut memory).await?;
            Ok::<_, String>((revision, height))
        };
        let (revision, height) = match round.await {
            Ok(told) => told,
            Err(trouble) => return trouble,
        };
        {
            let mut link = lock(link);
            link.since.get_or_insert_with(now);
            link.height = height;
            link.trouble = None;
        }
        tokio::select! {
            changed = changes.changed() => if changed.is_err() {
                return "the node is gone".to_owned();
            },
            moved = waiter.moved(revision) => if let Err(trouble) = moved {
                return trouble;
            },
        }
    }
}
