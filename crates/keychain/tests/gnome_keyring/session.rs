//! A session bus with a keyring of its own, and hands that do to it what users and crashes do.

use std::future::Future;
use std::io::Write;
use std::process::{Child, Command, Stdio};

use futures::StreamExt;
use secret_service::{EncryptionType, SecretService};
use zbus::fdo::DBusProxy;

/// What the service is called on a bus.
const SECRETS: &str = "org.freedesktop.secrets";
/// Set in the process inside a session.
const INSIDE: &str = "SATCHEL_TEST_INSIDE_A_SESSION";
/// What opens the test's keyring.
const PASSWORD: &[u8] = b"keyring password";

/// What kind of bus a test gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    /// None.
    None,
    /// One that starts nothing by itself.
    Alone,
    /// One that starts services, as on a desktop.
    StartsServices,
}

impl Bus {
    fn configuration(self) -> &'static str {
        match self {
            Self::StartsServices => "<standard_session_servicedirs/>",
            Self::None | Self::Alone => "",
        }
    }
}

/// Runs a test inside a session of its own. `name` is the test's own name.
pub fn inside<F: Future<Output = ()>>(name: &str, bus: Bus, test: impl FnOnce(Session) -> F) {
    if std::env::var_os(INSIDE).is_some() {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(test(Session { daemon: None }));
        return;
    }
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        let found = std::env::var_os("PATH").is_some_and(|path| {
            std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
        });
        assert!(
            found,
            "{program} is missing: this test needs a real keyring. `cargo xtask setup` installs it \
             (Debian: dbus, gnome-keyring)"
        );
    }
    let home = tempfile::tempdir().expect("a scratch folder");
    let configuration = home.path().join("bus.conf");
    std::fs::write(
        &configuration,
        format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
             \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>unix:dir={}</listen>{}\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
             <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
            home.path().display(),
            bus.configuration()
        ),
    )
    .expect("a file");
    let itself = std::env::current_exe().expect("it runs");
    let mut command = if bus == Bus::None {
        let mut command = Command::new(itself);
        let nowhere = format!("unix:path={}/nobody", home.path().display());
        command.env("DBUS_SESSION_BUS_ADDRESS", nowhere);
        command
    } else {
        let mut command = Command::new("dbus-run-session");
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        command
            .arg(format!("--config-file={}", configuration.display()))
            .arg("--")
            .arg(itself);
        command
    };
    for variable in [
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "DISPLAY",
        "WAYLAND_DISPLAY",
    ] {
        command.env_remove(variable);
    }
    let output = command
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "inside the session: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The inside of a session.
pub struct Session {
    daemon: Option<Child>,
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

impl Session {
    /// Starts a service with an unlocked login keyring, which is made when there is none.
    pub async fn start_unlocked(&mut self) {
        self.start(&["--unlock"], PASSWORD).await;
    }

    /// Starts a service that unlocks nothing.
    pub async fn start_locked(&mut self) {
        self.start(&[], b"").await;
    }

    async fn start(&mut self, words: &[&str], input: &[u8]) {
        assert!(self.daemon.is_none(), "one at a time");
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon starts");
        let mut stdin = daemon.stdin.take().expect("it was piped");
        stdin.write_all(input).expect("it reads");
        drop(stdin);
        self.daemon = Some(daemon);
        owned(true).await;
    }

    fn signal(&self, signal: &str) {
        let daemon = self.daemon.as_ref().expect("it was started");
        let line = format!("kill -{signal} {}", daemon.id());
        let done = Command::new("sh").arg("-c").arg(line).status();
        assert!(done.expect("a shell").success());
    }

    /// Stops the service without ending it: it answers nothing any more.
    pub fn stop(&self) {
        self.signal("STOP");
    }

    /// Lets a stopped service go on, and waits until it answers: first it works off what was asked
    /// meanwhile, by programs that are gone, and may refuse those who come in between.
    pub async fn carry_on(&self) {
        self.signal("CONT");
        for _ in 0..100 {
            let Ok(service) = SecretService::connect(EncryptionType::Dh).await else {
                continue;
            };
            let default = service.get_default_collection().await;
            if default.is_ok() {
                return;
            }
        }
        panic!("it does not answer again");
    }

    /// Kills the service and waits until the bus knows.
    pub async fn kill(&mut self) {
        let mut daemon = self.daemon.take().expect("it was started");
        daemon.kill().expect("it runs");
        daemon.wait().expect("it ends");
        owned(false).await;
    }

    /// Locks the default keyring, as a person or a screen lock may.
    pub async fn lock(&self) {
        let service = service().await;
        let keyring = service.get_default_collection().await.expect("it is there");
        keyring.lock().await.expect("it can be locked");
        assert!(keyring.is_locked().await.expect("it answers"));
    }

    /// Returns how many items of this program there are.
    pub async fn items(&self) -> usize {
        let service = service().await;
        let found = service
            .search_items([("application", "satchel")].into())
            .await
            .expect("it answers");
        found.unlocked.len() + found.locked.len()
    }

    /// Deletes every item of this program.
    pub async fn delete_items(&self) {
        let service = service().await;
        let found = service
            .search_items([("application", "satchel")].into())
            .await
            .expect("it answers");
        assert!(!found.unlocked.is_empty());
        for item in found.unlocked {
            item.delete().await.expect("it can be deleted");
        }
    }

    /// Deletes the default keyring.
    pub async fn delete_keyring(&self) {
        let service = service().await;
        let keyring = service.get_default_collection().await.expect("it is there");
        keyring.delete().await.expect("it can be deleted");
    }

    /// Writes other text into every item of this program.
    pub async fn write_over(&self, text: &str) {
        let service = service().await;
        let found = service
            .search_items([("application", "satchel")].into())
            .await
            .expect("it answers");
        for item in found.unlocked {
            item.set_secret(text.as_bytes(), "text/plain")
                .await
                .expect("it can be written");
        }
    }

    /// Returns the text of the one item with these attributes.
    pub async fn look_up(&self, attributes: &[(&str, &str)]) -> Option<String> {
        let service = service().await;
        let found = service
            .search_items(attributes.iter().copied().collect())
            .await
            .expect("it answers");
        let secret = found.unlocked.first()?.get_secret().await.ok()?;
        String::from_utf8(secret).ok()
    }
}

async fn service() -> SecretService<'static> {
    SecretService::connect(EncryptionType::Dh)
        .await
        .expect("the service runs")
}

/// Waits until the service is on the bus, or is not.
async fn owned(wanted: bool) {
    let bus = zbus::Connection::session().await.expect("a bus");
    let bus = DBusProxy::new(&bus).await.expect("a bus");
    let mut changes = bus
        .receive_name_owner_changed()
        .await
        .expect("a bus tells changes");
    let name = || SECRETS.try_into().expect("a name");
    while bus.name_has_owner(name()).await.expect("a bus") != wanted {
        changes.next().await.expect("a bus goes on");
    }
}
