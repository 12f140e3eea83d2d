//! The console's window: its line, its watch, and calls that may arrive twice.
//!
//! It shares nothing with the wallet's window but the sealed window and the system's dialogs. The node is watched while
//! the window is open, and asked nothing otherwise.

use std::sync::{Arc, Mutex, PoisonError};

use bitcoin::Txid;
use satchel_console::Console;
use satchel_types::RequestId;
use satchel_wire::IpcError;
use satchel_wire::console::event::ConsoleEvent;
use satchel_wire::console::mining::Generated;
use satchel_wire::console::settings::NodeConfig;
use satchel_wire::console::tags::ConsoleTag;
use satchel_wire::console::wallets::{NodeFaucetPaid, NodeWallets};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::flights::Flights;
use crate::windows::{self, CONSOLE, WindowError};

/// Ended intents that are answered again as they were.
const REMEMBERED: usize = 256;

/// Everything that the page may have kept.
const ALL: &[ConsoleTag] = &[
    ConsoleTag::Chain,
    ConsoleTag::Blocks,
    ConsoleTag::Mempool,
    ConsoleTag::Transactions,
    ConsoleTag::NodeWallets,
    ConsoleTag::Health,
    ConsoleTag::Config,
];

/// Shows the console's page.
pub trait ConsoleScreen: Send + Sync {
    /// Opens its window, or brings the one that is open to the front.
    ///
    /// # Errors
    /// See [`WindowError`].
    fn open(&self) -> Result<(), WindowError>;

    /// Closes its window.
    fn close(&self);
}

/// Shows it in a window of its own. A phone, since it knows several windows, does the same.
pub struct ConsoleWindow<R: Runtime>(AppHandle<R>);

impl<R: Runtime> ConsoleWindow<R> {
    /// Makes one of this app.
    pub fn new(app: AppHandle<R>) -> Self {
        Self(app)
    }
}

impl<R: Runtime> ConsoleScreen for ConsoleWindow<R> {
    fn open(&self) -> Result<(), WindowError> {
        if let Some(_window) = self.0.get_webview_window(CONSOLE) {
            #[cfg(desktop)]
            {
                // A window manager may refuse; the window is there all the same.
                let _ = _window.set_focus();
            }
            return Ok(());
        }
        windows::open_console(&self.0).map(|_| ())
    }

    fn close(&self) {
        if let Some(window) = self.0.get_webview_window(CONSOLE)
            && let Err(error) = window.destroy()
        {
            tracing::error!(%error, "the console's window did not close");
        }
    }
}

/// Calls that change something, by their intent. One that failed is over too: a node may have done what it did not
/// say.
pub struct ConsoleCalls {
    /// Mining.
    pub generated: Flights<RequestId, Result<Generated, IpcError>>,
    /// Making a wallet.
    pub created: Flights<RequestId, Result<NodeWallets, IpcError>>,
    /// Handing out an address.
    pub handed_out: Flights<RequestId, Result<String, IpcError>>,
    /// Paying.
    pub sent: Flights<RequestId, Result<Txid, IpcError>>,
    /// Paying coins to practise with.
    pub fauceted: Flights<RequestId, Result<NodeFaucetPaid, IpcError>>,
    /// Setting the node.
    pub node_set: Flights<RequestId, Result<NodeConfig, IpcError>>,
    /// Setting the key.
    pub key_set: Flights<RequestId, Result<NodeConfig, IpcError>>,
}

impl Default for ConsoleCalls {
    fn default() -> Self {
        Self {
            generated: Flights::once(REMEMBERED),
            created: Flights::once(REMEMBERED),
            handed_out: Flights::once(REMEMBERED),
            sent: Flights::once(REMEMBERED),
            fauceted: Flights::once(REMEMBERED),
            node_set: Flights::once(REMEMBERED),
            key_set: Flights::once(REMEMBERED),
        }
    }
}

/// The console, as its commands hold it.
pub type SharedConsole = Arc<ConsoleDesk>;

/// What the console's commands share.
pub struct ConsoleDesk {
    /// The room behind it.
    pub console: Arc<Console>,
    /// Its window.
    pub screen: Arc<dyn ConsoleScreen>,
    /// Calls that may arrive twice.
    pub calls: ConsoleCalls,
    line: Mutex<Option<Channel<ConsoleEvent>>>,
    watch: Mutex<Option<CancellationToken>>,
}

impl ConsoleDesk {
    /// Puts the parts together. Nothing is asked yet.
    pub fn new(console: Arc<Console>, screen: Arc<dyn ConsoleScreen>) -> Self {
        Self {
            console,
            screen,
            calls: ConsoleCalls::default(),
            line: Mutex::default(),
            watch: Mutex::default(),
        }
    }

    /// Takes a page's line, in place of the one before, and begins to watch the node. What happened before the first
    /// line was taken is told to nobody; what happens from now on is told to the newest line.
    pub fn connect(self: &Arc<Self>, line: Channel<ConsoleEvent>) {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        if watch.is_some() {
            return;
        }
        let stop = CancellationToken::new();
        *watch = Some(stop.clone());
        // Before anything can happen, so that nothing is lost.
        let events = self.console.events();
        tauri::async_runtime::spawn(Arc::clone(self).forward(events, stop.clone()));
        let console = Arc::clone(&self.console);
        tauri::async_runtime::spawn(async move { console.watch(&stop).await });
    }

    /// Stops watching, and takes back what its owner was asked: the window is gone.
    pub fn stop(&self) {
        self.console.leave();
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let watch = self
            .watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(stop) = watch {
            stop.cancel();
        }
    }

    /// Returns whether the node is watched.
    pub fn watches(&self) -> bool {
        self.watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    fn send(&self, event: ConsoleEvent) {
        let line = self
            .line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(line) = line {
            // A page that is being reloaded connects again and reads everything anew.
            let _ = line.send(event);
        }
    }

    async fn forward(
        self: Arc<Self>,
        mut events: tokio::sync::broadcast::Receiver<satchel_console::Event>,
        stop: CancellationToken,
    ) {
        loop {
            let event = tokio::select! {
                () = stop.cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(event) => self.send(event.into()),
                // More happened than was taken: nothing that the page knows is sure.
                Err(RecvError::Lagged(_)) => self.send(ConsoleEvent::Stale { tags: ALL.to_vec() }),
                Err(RecvError::Closed) => return,
            }
        }
    }
}
