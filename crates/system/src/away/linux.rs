//! Linux: logind on the system bus, and the desktop's screen saver on the session bus.
//!
//! logind (`org.freedesktop.login1`, man page of the same name) tells `PrepareForSleep` before it sleeps
//! and waits for whoever holds a *delay* inhibitor, up to its `InhibitDelayMaxSec`, 5 seconds by
//! default. The session's `Lock` is what `loginctl lock-session` sends; a desktop that is locked by its
//! own key tells `ActiveChanged` of its screen saver instead.

use futures::StreamExt;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, MatchRule, MessageStream, connection, message};

use super::{Away, Signals};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";
/// Names under which desktops have a screen saver: the one of freedesktop.org, which KDE and others
/// speak, and those of GNOME, Cinnamon and MATE.
const SCREEN_SAVERS: [&str; 4] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
];

pub(super) async fn watch(signals: &Signals, left: &(impl Fn(Away) + Send + Sync)) {
    let sleep = async {
        let builder = match &signals.system_bus {
            Some(address) => connection::Builder::address(address.as_str()),
            None => connection::Builder::system(),
        };
        let end = follow_logind(builder, left).await;
        tracing::warn!(
            reason = %reason(end),
            "the wallet does not lock before the computer sleeps: logind tells nothing"
        );
    };
    let screen = async {
        let builder = match &signals.session_bus {
            Some(address) => connection::Builder::address(address.as_str()),
            None => connection::Builder::session(),
        };
        let end = follow_screen_savers(builder, left).await;
        tracing::warn!(
            reason = %reason(end),
            "the wallet may not lock with the screen: no session bus tells of it"
        );
    };
    futures::join!(sleep, screen);
}

fn reason(end: zbus::Result<()>) -> String {
    end.err()
        .map_or_else(|| "the bus ended".to_owned(), |error| error.to_string())
}

async fn follow_logind(
    builder: zbus::Result<connection::Builder<'_>>,
    left: &(impl Fn(Away) + Sync),
) -> zbus::Result<()> {
    let bus = builder?.build().await?;
    // Listening first: a sleep that begins in between is told of.
    let sleeps = signals_of(&bus, Some(LOGIND), MANAGER, "PrepareForSleep").await?;
    // Of any session: a program that the user's own service manager started belongs to none.
    let locks = signals_of(&bus, Some(LOGIND), SESSION, "Lock").await?;
    let mut told = futures::stream::select(sleeps, locks);
    let mut delay = delay(&bus).await;
    while let Some(message) = told.next().await {
        let message = message?;
        if message.header().member().is_some_and(|m| m == "Lock") {
            left(Away::ScreenLocked);
            continue;
        }
        match message.body().deserialize::<bool>() {
            Ok(true) => {
                left(Away::Sleeps);
                // Only now may it sleep.
                drop(delay.take());
            }
            Ok(false) => delay = self::delay(&bus).await,
            Err(_) => {}
        }
    }
    Ok(())
}

/// Asks logind to wait with sleeping for as long as what is returned lives. `None`: it does not; then
/// the wallet locks all the same, perhaps after waking.
async fn delay(bus: &Connection) -> Option<OwnedFd> {
    let asked = ("sleep", "Satchel", "Locks the wallet", "delay");
    let answer = bus
        .call_method(Some(LOGIND), MANAGER_PATH, Some(MANAGER), "Inhibit", &asked)
        .await
        .and_then(|answer| answer.body().deserialize::<OwnedFd>());
    answer
        .inspect_err(|error| {
            tracing::warn!(%error, "logind does not wait for the wallet to lock before it sleeps");
        })
        .ok()
}

async fn follow_screen_savers(
    builder: zbus::Result<connection::Builder<'_>>,
    left: &(impl Fn(Away) + Sync),
) -> zbus::Result<()> {
    let bus = builder?.build().await?;
    let mut told = futures::stream::SelectAll::new();
    for interface in SCREEN_SAVERS {
        // Whoever sends it is a program of the same person, and can only have the wallet locked.
        told.push(signals_of(&bus, None, interface, "ActiveChanged").await?);
    }
    while let Some(message) = told.next().await {
        if let Ok(true) = message?.body().deserialize::<bool>() {
            left(Away::ScreenLocked);
        }
    }
    Ok(())
}

async fn signals_of(
    bus: &Connection,
    sender: Option<&'static str>,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .interface(interface)?
        .member(member)?;
    let rule = match sender {
        Some(name) => rule.sender(name)?,
        None => rule,
    };
    MessageStream::for_match_rule(rule.build(), bus, None).await
}
