//! Going to sleep and locking the screen, on a real bus with a logind that does as it is told.
#![cfg(target_os = "linux")]
#![allow(missing_docs)]

use std::fs::File;
use std::future::Future;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::OwnedFd as StdFd;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use satchel_system::away::{Away, Signals, watch};
use tokio::sync::mpsc;
use zbus::zvariant::OwnedFd;
use zbus::{Connection, connection, interface};

/// A bus daemon of one's own.
struct Bus {
    daemon: Child,
    address: String,
    _home: tempfile::TempDir,
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn bus() -> Bus {
    let home = tempfile::tempdir().expect("a scratch folder");
    let configuration = home.path().join("bus.conf");
    let text = format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
         <busconfig><listen>unix:dir={}</listen><policy context=\"default\">\
         <allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/></policy>\
         </busconfig>",
        home.path().display()
    );
    std::fs::write(&configuration, text).expect("a file");
    let mut daemon = Command::new("dbus-daemon")
        .arg(format!("--config-file={}", configuration.display()))
        .args(["--nofork", "--print-address=1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-daemon is installed (`cargo xtask setup`; Debian: dbus)");
    let mut address = String::new();
    BufReader::new(daemon.stdout.take().expect("piped"))
        .read_line(&mut address)
        .expect("the daemon says where it listens");
    Bus {
        daemon,
        address: address.trim().to_owned(),
        _home: home,
    }
}

/// A logind that hands out inhibitors and tells what it is asked to tell.
struct Logind {
    /// The reading end of each inhibitor; it ends when the inhibitor is let go.
    given: mpsc::UnboundedSender<File>,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(&self, what: String, _who: String, _why: String, mode: String) -> OwnedFd {
        let (read, write) = std::io::pipe().expect("a pipe");
        let asked = (what, mode);
        self.asked.lock().expect("no panic").push(asked);
        let _ = self.given.send(File::from(StdFd::from(read)));
        OwnedFd::from(StdFd::from(write))
    }
}

struct World {
    bus: Bus,
    logind: Connection,
    inhibitors: mpsc::UnboundedReceiver<File>,
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

impl World {
    async fn new() -> Self {
        let bus = bus();
        let (given, inhibitors) = mpsc::unbounded_channel();
        let asked = Arc::default();
        let logind = Logind {
            given,
            asked: Arc::clone(&asked),
        };
        let logind = connection::Builder::address(bus.address.as_str())
            .expect("an address")
            .name("org.freedesktop.login1")
            .expect("a name")
            .serve_at("/org/freedesktop/login1", logind)
            .expect("a path")
            .build()
            .await
            .expect("a bus");
        Self {
            bus,
            logind,
            inhibitors,
            asked,
        }
    }

    fn signals(&self) -> Signals {
        Signals {
            system_bus: Some(self.bus.address.clone()),
            session_bus: Some(self.bus.address.clone()),
        }
    }

    async fn tells(&self, path: &str, interface: &str, member: &str, truth: Option<bool>) {
        let sent = match truth {
            Some(truth) => {
                self.logind
                    .emit_signal(None::<()>, path, interface, member, &truth)
                    .await
            }
            None => {
                self.logind
                    .emit_signal(None::<()>, path, interface, member, &())
                    .await
            }
        };
        sent.expect("a bus");
    }

    async fn sleeps(&self, begins: bool) {
        let interface = "org.freedesktop.login1.Manager";
        self.tells(
            "/org/freedesktop/login1",
            interface,
            "PrepareForSleep",
            Some(begins),
        )
        .await;
    }

    async fn inhibitor(&mut self) -> File {
        within(self.inhibitors.recv()).await.expect("logind lives")
    }
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    let bound = Duration::from_secs(60);
    tokio::time::timeout(bound, work).await.expect("in time")
}

/// Returns whether an inhibitor is held.
fn is_held(inhibitor: &File) -> bool {
    rustix::io::ioctl_fionbio(inhibitor, true).expect("a pipe");
    let mut file = inhibitor;
    // Nothing is written to it: it has nothing to read while it is held, and ends when it is not.
    file.read(&mut [0]).is_err()
}

/// Waits until an inhibitor is let go.
async fn let_go(inhibitor: File) {
    rustix::io::ioctl_fionbio(&inhibitor, false).expect("a pipe");
    let read = tokio::task::spawn_blocking(move || {
        let mut file = &inhibitor;
        file.read(&mut [0])
    });
    let read = within(read).await.expect("no panic");
    assert_eq!(read.expect("a pipe"), 0);
}

fn watching(signals: Signals, left: impl Fn(Away) + Send + Sync + 'static) {
    tokio::spawn(async move { watch(&signals, left).await });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_computer_sleeps_only_after_the_lock() {
    let mut world = World::new().await;
    let (tell, mut told) = mpsc::unbounded_channel();
    let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
    let goes_on = Mutex::new(goes_on);
    watching(world.signals(), move |away| {
        let _ = tell.send(away);
        // Locking takes as long as the test says.
        let _ = goes_on.lock().expect("no panic").recv();
    });
    for _ in 0..2 {
        let inhibitor = world.inhibitor().await;
        assert!(is_held(&inhibitor));
        world.sleeps(true).await;
        assert_eq!(within(told.recv()).await, Some(Away::Sleeps));
        assert!(is_held(&inhibitor), "it locks, and the computer waits");
        go_on.send(()).expect("it waits");
        let_go(inhibitor).await;
        // Waking up takes a new one, for the next time.
        world.sleeps(false).await;
    }
    world.inhibitor().await;
    let asked = world.asked.lock().expect("no panic").clone();
    assert_eq!(asked, vec![("sleep".to_owned(), "delay".to_owned()); 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_lock_the_screen_is_heard_and_unlocking_is_not() {
    let mut world = World::new().await;
    let (tell, mut told) = mpsc::unbounded_channel();
    watching(world.signals(), move |away| {
        let _ = tell.send(away);
    });
    let inhibitor = world.inhibitor().await;
    let session = "org.freedesktop.login1.Session";
    world
        .tells(
            "/org/freedesktop/login1/session/_32",
            session,
            "Unlock",
            None,
        )
        .await;
    world
        .tells("/org/freedesktop/login1/session/_32", session, "Lock", None)
        .await;
    assert_eq!(within(told.recv()).await, Some(Away::ScreenLocked));
    assert!(is_held(&inhibitor), "a locked screen does not sleep yet");
    // The two buses are listened to one after the other, so the first signal may come too early.
    for interface in ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"] {
        loop {
            for truth in [false, true] {
                world
                    .tells("/ScreenSaver", interface, "ActiveChanged", Some(truth))
                    .await;
            }
            let soon = Duration::from_millis(200);
            if let Ok(heard) = tokio::time::timeout(soon, told.recv()).await {
                assert_eq!(heard, Some(Away::ScreenLocked));
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_logind_cannot_speak_for_it() {
    let mut world = World::new().await;
    let (tell, mut told) = mpsc::unbounded_channel();
    watching(world.signals(), move |away| {
        let _ = tell.send(away);
    });
    let inhibitor = world.inhibitor().await;
    let other = connection::Builder::address(world.bus.address.as_str())
        .expect("an address")
        .build()
        .await
        .expect("a bus");
    let (path, manager) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
    other
        .emit_signal(None::<()>, path, manager, "PrepareForSleep", &true)
        .await
        .expect("a bus");
    // What is no truth is nothing either.
    world
        .logind
        .emit_signal(None::<()>, path, manager, "PrepareForSleep", &"true")
        .await
        .expect("a bus");
    let session = "org.freedesktop.login1.Session";
    world.tells(path, session, "Lock", None).await;
    assert_eq!(within(told.recv()).await, Some(Away::ScreenLocked));
    assert!(is_held(&inhibitor));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_buses_or_services_it_ends_or_waits_quietly() {
    let nowhere = Some("unix:path=/nowhere/at/all".to_owned());
    let signals = Signals {
        system_bus: nowhere.clone(),
        session_bus: nowhere,
    };
    within(watch(&signals, |_| panic!("nobody told"))).await;

    // A bus without logind: it waits, and ends with the bus.
    let bus = bus();
    let signals = Signals {
        system_bus: Some(bus.address.clone()),
        session_bus: Some(bus.address.clone()),
    };
    let ended = tokio::spawn(async move { watch(&signals, |_| panic!("nobody told")).await });
    drop(bus);
    within(ended).await.expect("no panic");
}
