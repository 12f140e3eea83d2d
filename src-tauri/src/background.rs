//! What happens by itself: syncing while it is open, locking when nobody is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bitcoin::Network;
use satchel_app::sync::SyncScope;
use satchel_app::{AccessError, App, Event};
use satchel_system::away::{self, Signals};
use satchel_types::WalletId;
use satchel_wire::Code;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::foreground::Moment;
use crate::shell::Shell;

/// Time between syncs of the selected wallet on a chain of one's own.
const OWN_CHAIN: Duration = Duration::from_secs(5);
/// The same on a public network.
const PUBLIC: Duration = Duration::from_secs(60);
/// Longest time between tries of a server that fails.
const LONGEST: Duration = Duration::from_secs(600);
/// A wallet that is not selected is synced this many times more seldom.
const OTHERS: u32 = 6;
/// Time between an unlock and the check of what is stored.
const CHECK_AFTER: Duration = Duration::from_secs(10);
/// Longest time between looks at whether somebody is there.
const LOOK: Duration = Duration::from_secs(30);

/// When each wallet is due. Time is told by two clocks, since one of them may have stood still with the
/// device: a picture does not get younger by that.
#[derive(Default)]
struct Plan {
    wallets: HashMap<WalletId, Due>,
}

struct Due {
    tried: Moment,
    pause: Duration,
    failures: u32,
}

fn pause(network: Network, selected: bool, failures: u32) -> Duration {
    let usual = if network == Network::Regtest {
        OWN_CHAIN
    } else {
        PUBLIC
    };
    let usual = if selected { usual } else { usual * OTHERS };
    // Doubles with each failure: 2^7 is beyond the longest pause from any start.
    (usual * 2_u32.pow(failures.min(7))).min(LONGEST.max(usual))
}

impl Plan {
    /// Returns in what time a wallet is due; a new one is due at once.
    fn due_in(&self, id: WalletId, now: Moment) -> Duration {
        self.wallets.get(&id).map_or(Duration::ZERO, |due| {
            due.pause.saturating_sub(now.since(due.tried))
        })
    }

    /// Notes how a sync ended.
    fn note(&mut self, id: WalletId, network: Network, selected: bool, ok: bool, now: Moment) {
        let due = self.wallets.entry(id).or_insert(Due {
            tried: now,
            pause: Duration::ZERO,
            failures: 0,
        });
        due.failures = if ok {
            0
        } else {
            due.failures.saturating_add(1)
        };
        due.tried = now;
        due.pause = pause(network, selected, due.failures);
    }

    /// Notes that somebody came to look: where the server failed it is tried again soon. The tunnel may
    /// be over.
    fn looked_at(&mut self) {
        for due in self.wallets.values_mut().filter(|due| due.failures > 0) {
            due.pause = due.pause.min(OWN_CHAIN);
        }
    }

    /// Makes all wallets due, such as after an unlock or with another server.
    fn all_due(&mut self) {
        self.wallets.clear();
    }
}

/// Syncs the wallets in turn while the vault is open, for as long as the program runs.
pub async fn sync_loop(shell: Arc<Shell>) {
    let mut events = shell.app.events();
    let mut plan = Plan::default();
    loop {
        let next = sync_due(&shell, &mut plan).await;
        let wait = async {
            match next {
                // A clock that stood still wakes nobody, so it is looked at now and then.
                Some(due) => tokio::time::sleep(due.min(LOOK)).await,
                // Locked or empty: something has to happen first.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = wait => {}
            () = shell.looked_at.notified() => plan.looked_at(),
            open = something_changed(&mut events) => match open {
                Some(()) => plan.all_due(),
                None => return,
            },
        }
    }
}

/// Waits until the wallets to sync may be others. `None`: the program ends.
async fn something_changed(events: &mut Receiver<Event>) -> Option<()> {
    loop {
        match events.recv().await {
            Ok(Event::Unlocked | Event::WalletsChanged) | Err(RecvError::Lagged(_)) => {
                return Some(());
            }
            Ok(_) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

/// Syncs what is due and returns in what time the next one is. `None`: there is nothing to sync.
async fn sync_due(shell: &Shell, plan: &mut Plan) -> Option<Duration> {
    let wallets = askable(&shell.app);
    // The selected one first.
    for (id, network, selected) in &wallets {
        if !plan.due_in(*id, Moment::now()).is_zero() {
            continue;
        }
        let done = shell.sync(Some(*id), SyncScope::Usual).await;
        if done.as_ref().is_err_and(|error| error.code == Code::Locked) {
            return None;
        }
        plan.note(*id, *network, *selected, done.is_ok(), Moment::now());
    }
    let now = Moment::now();
    wallets.iter().map(|(id, ..)| plan.due_in(*id, now)).min()
}

/// Returns the wallets whose network has a server, the selected one first.
fn askable(app: &App) -> Vec<(WalletId, Network, bool)> {
    let mut wallets: Vec<_> = app
        .wallets()
        .unwrap_or_default()
        .into_iter()
        .filter(|(record, _)| matches!(app.backend(record.network), Ok(Some(_))))
        .map(|(record, selected)| (record.id, record.network, selected))
        .collect();
    wallets.sort_by_key(|(.., selected)| !selected);
    wallets
}

/// Checks what is stored once after each unlock, for as long as the program runs. Damage is told by an
/// event of the app.
pub async fn check_loop(shell: Arc<Shell>) {
    let mut events = shell.app.events();
    loop {
        match events.recv().await {
            Ok(Event::Unlocked) => {
                // First comes what a person waits for.
                tokio::time::sleep(CHECK_AFTER).await;
                match shell.app.check_database().await {
                    Ok(()) | Err(AccessError::Locked) => {}
                    Err(error) => tracing::error!(%error, "what is stored was checked"),
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Locks when nobody was there, or nobody could see it, for as long as the settings say.
pub async fn lock_loop(shell: Arc<Shell>) {
    loop {
        let due = shell.lock_when_due(Moment::now());
        tokio::select! {
            () = tokio::time::sleep(due.map_or(LOOK, |due| due.min(LOOK))) => {}
            // Put away, it may be due much sooner.
            () = shell.left.notified() => {}
        }
    }
}

/// Locks when the computer is about to sleep and when its screen is locked, for as long as the system
/// tells of it. It does not sleep before it is locked.
pub async fn lock_when_away(shell: Arc<Shell>, signals: Signals) {
    away::watch(&signals, move |away| {
        tracing::info!(?away, "nobody is there: the wallet locks");
        shell.lock();
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: WalletId = WalletId::from_bytes([1; 16]);

    fn after(start: Moment, passed: Duration) -> Moment {
        Moment {
            steady: start.steady + passed,
            wall: start.wall + passed,
        }
    }

    #[test]
    fn a_new_wallet_is_due_at_once_and_then_after_the_network_s_pause() {
        let now = Moment::now();
        let mut plan = Plan::default();
        assert_eq!(plan.due_in(A, now), Duration::ZERO);
        plan.note(A, Network::Regtest, true, true, now);
        assert_eq!(plan.due_in(A, now), OWN_CHAIN);
        plan.note(A, Network::Bitcoin, true, true, now);
        assert_eq!(plan.due_in(A, now), PUBLIC);
        assert_eq!(plan.due_in(A, after(now, PUBLIC)), Duration::ZERO);
        plan.all_due();
        assert_eq!(plan.due_in(A, now), Duration::ZERO);
    }

    #[test]
    fn failures_make_the_pause_longer_up_to_a_bound_and_success_resets_it() {
        let now = Moment::now();
        let mut plan = Plan::default();
        let mut last = Duration::ZERO;
        for _ in 0..100 {
            plan.note(A, Network::Bitcoin, true, false, now);
            let pause = plan.due_in(A, now);
            assert!(pause >= last && pause <= LONGEST);
            last = pause;
        }
        assert_eq!(last, LONGEST);
        plan.note(A, Network::Bitcoin, true, true, now);
        assert_eq!(plan.due_in(A, now), PUBLIC);
    }

    #[test]
    fn a_device_that_slept_is_behind_though_its_steady_clock_stood_still() {
        let now = Moment::now();
        let mut plan = Plan::default();
        plan.note(A, Network::Bitcoin, true, true, now);
        let woken = Moment {
            wall: now.wall + PUBLIC,
            ..now
        };
        assert_eq!(plan.due_in(A, woken), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_is_set_back_puts_no_sync_off() {
        let now = Moment::now();
        let mut plan = Plan::default();
        plan.note(A, Network::Bitcoin, true, true, now);
        for back in [3_600, 10 * 365 * 24 * 3_600] {
            let later = Moment {
                steady: now.steady + PUBLIC,
                wall: now.wall - Duration::from_secs(back),
            };
            assert_eq!(plan.due_in(A, later), Duration::ZERO);
        }
    }

    #[test]
    fn whoever_comes_to_look_has_a_server_that_failed_asked_again_soon_and_others_as_planned() {
        let now = Moment::now();
        let mut plan = Plan::default();
        let b = WalletId::from_bytes([2; 16]);
        for _ in 0..9 {
            plan.note(A, Network::Bitcoin, true, false, now);
        }
        plan.note(b, Network::Bitcoin, true, true, now);
        plan.looked_at();
        assert_eq!(plan.due_in(A, now), OWN_CHAIN, "not at each look");
        assert_eq!(plan.due_in(A, after(now, OWN_CHAIN)), Duration::ZERO);
        assert_eq!(plan.due_in(b, now), PUBLIC);
        plan.note(A, Network::Bitcoin, true, false, now);
        assert_eq!(plan.due_in(A, now), LONGEST, "and it failed again");
    }

    #[test]
    fn the_selected_wallet_is_asked_for_more_often() {
        for network in [Network::Regtest, Network::Bitcoin] {
            assert!(pause(network, true, 0) < pause(network, false, 0));
        }
    }
}
