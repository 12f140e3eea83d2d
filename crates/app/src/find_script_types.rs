//! Finding out which kinds of wallet some recovery words were used for.
//!
//! The words do not say it: the same twelve give four wallets, one for each script type. So the
//! server is asked for the first addresses of each. It sees public scripts and nothing else, and no
//! more of them than any of these wallets would show it later.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use satchel_ports::{ChainError, ChainSource};
use satchel_types::{ChainSide, ScanBatch, ScanRequest, ScriptType, SideScan};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::access_error::AccessError;
use crate::backend::BackendError;
use crate::open::Open;
use crate::recovery::{Kind, LOOKED_AT, Recovery, Usage};
use crate::session::App;

/// Tries when the chain moves while it is asked.
const TRIES: usize = 3;

/// What is known of a script type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Which one.
    pub script_type: ScriptType,
    /// Whether it was used.
    pub usage: Usage,
    /// Whether its wallet is on this device already.
    pub here: bool,
}

/// How a search ended.
#[derive(Debug)]
pub struct Search {
    /// Each script type, in the order of [`ScriptType::ALL`].
    pub kinds: Vec<Found>,
    /// Host and port of the server that was asked, if one could be.
    pub server: Option<String>,
    /// Why something is not known; `None`: everything is.
    pub fault: Option<BackendError>,
}

impl Search {
    /// Returns whether any script type was used.
    pub fn found_any(&self) -> bool {
        self.kinds.iter().any(|kind| kind.usage == Usage::Used)
    }
}

impl App {
    /// Says which of the words' wallets are on this device, and asks nobody.
    ///
    /// # Errors
    /// When it is locked or the store fails.
    pub fn known_script_types(&self, recovery: &Recovery) -> Result<Vec<Found>, AccessError> {
        let here = self.open()?.store.wallets()?;
        Ok(recovery
            .kinds()
            .iter()
            .map(|kind| Found {
                script_type: kind.script_type,
                usage: Usage::Unknown,
                here: here.iter().any(|record| record.id == kind.id),
            })
            .collect())
    }

    /// Asks the network's server which script types the words were used for: the first
    /// [`LOOKED_AT`] receive addresses of each, all four at a time. `progress` is told how many
    /// script types are done.
    ///
    /// A server that is not set, is down or was not asked to the end is no error but an answer:
    /// [`Search::fault`] says so, and what is not known stays [`Usage::Unknown`].
    ///
    /// # Errors
    /// When it is locked or the store fails.
    pub async fn find_script_types(
        &self,
        recovery: &Recovery,
        cancel: CancellationToken,
        progress: &(dyn Fn(u32) + Send + Sync),
    ) -> Result<Search, AccessError> {
        let open = self.open()?;
        let mut search = Search {
            kinds: self.known_script_types(recovery)?,
            server: None,
            fault: None,
        };
        let done = tokio::select! {
            biased;
            () = open.closed.cancelled() => return Err(AccessError::Locked),
            done = self.ask_each(&open, recovery, &cancel, progress) => done,
        };
        match done {
            Ok((server, answers)) => {
                search.server = Some(server);
                for (found, answer) in search.kinds.iter_mut().zip(answers) {
                    match answer {
                        Ok(true) => found.usage = Usage::Used,
                        Ok(false) => found.usage = Usage::Unused,
                        Err(error) => {
                            search.fault.get_or_insert(error.into());
                        }
                    }
                }
            }
            Err(BackendError::Access(error)) => return Err(error),
            Err(fault) => search.fault = Some(fault),
        }
        Ok(search)
    }

    async fn ask_each(
        &self,
        open: &Arc<Open>,
        recovery: &Recovery,
        cancel: &CancellationToken,
        progress: &(dyn Fn(u32) + Send + Sync),
    ) -> Result<(String, [Result<bool, ChainError>; 4]), BackendError> {
        let source = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(ChainError::Cancelled.into()),
            source = self.source(open, recovery.network()) => source?,
        };
        let asked = AtomicU32::new(0);
        let ask = async |script_type| {
            let answer = was_used(&*source, recovery.kind(script_type), cancel).await;
            progress(asked.fetch_add(1, Ordering::Relaxed) + 1);
            answer
        };
        let [a, b, c, d] = ScriptType::ALL;
        let answers: [_; 4] = tokio::join!(ask(a), ask(b), ask(c), ask(d)).into();
        Ok((source.server().to_owned(), answers))
    }
}

/// Returns whether one of a wallet's first receive addresses was ever paid.
async fn was_used(
    source: &dyn ChainSource,
    kind: &Kind,
    cancel: &CancellationToken,
) -> Result<bool, ChainError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match ask_once(source, kind, cancel).await {
            Err(ChainError::ChainMoved) if tries < TRIES => {}
            done => return done,
        }
    }
}

async fn ask_once(
    source: &dyn ChainSource,
    kind: &Kind,
    cancel: &CancellationToken,
) -> Result<bool, ChainError> {
    let scripts: Vec<_> = (0..)
        .zip(kind.addresses.iter().map(bitcoin::Address::script_pubkey))
        .collect();
    let request = ScanRequest {
        sides: vec![SideScan {
            side: ChainSide::Receive,
            scripts: Box::new(scripts.into_iter()),
            stop_gap: LOOKED_AT,
            unused: 0,
        }],
        usage_only: true,
        ..ScanRequest::default()
    };
    let (sender, mut batches) = mpsc::channel::<ScanBatch>(2);
    let listen = async {
        let mut used = false;
        while let Some(batch) = batches.recv().await {
            used |= !batch.last_used.is_empty();
        }
        used
    };
    let (end, used) = tokio::join!(source.scan(request, sender, cancel.clone()), listen);
    match end {
        Ok(_) => Ok(used),
        // What was seen is true however the scan ended.
        Err(_) if used => Ok(true),
        Err(error) => Err(error),
    }
}
