//! Apache's `mod_dav`, as Debian packs it (`apache2-bin`), with a login.
#![cfg(target_os = "linux")]

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use satchel_ports::{BlobError, BlobStore};
use satchel_roads::{WebDav, connection};
use satchel_testkit::contract::{self, Ground};
use satchel_testkit::rows::{blob_name, circle_id};
use satchel_types::CircleId;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::{PASSWORD, Served, login, open_to_all};

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// A process of its own, ended by its id when dropped. `-X`: one process, no children.
struct Apache {
    process: Child,
    url: String,
}

impl Drop for Apache {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn configuration(folder: &str, port: u16) -> String {
    let modules: String = [
        "mpm_event",
        "authn_core",
        "authn_file",
        "authz_core",
        "authz_user",
        "auth_basic",
        "dav",
        "dav_fs",
    ]
    .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
    .concat();
    format!(
        "{modules}\
         ServerRoot {folder}\n\
         ServerName 127.0.0.1\n\
         Listen 127.0.0.1:{port}\n\
         PidFile {folder}/pid\n\
         ErrorLog {folder}/errors\n\
         DefaultRuntimeDir {folder}\n\
         User nobody\n\
         Group nogroup\n\
         DocumentRoot {folder}/files\n\
         DavLockDB {folder}/locks\n\
         <Directory {folder}/files>\n\
         Dav On\n\
         AuthType Basic\n\
         AuthName Satchel\n\
         AuthUserFile {folder}/users\n\
         Require valid-user\n\
         </Directory>\n"
    )
}

/// Starts one and waits until it takes connections.
async fn start(scratch: &TempDir) -> Apache {
    let folder = scratch.path().to_str().expect("a plain path");
    fs::create_dir(scratch.path().join("files")).expect("a healthy disk");
    for path in [scratch.path(), &scratch.path().join("files")] {
        open_to_all(path);
    }
    // "open sesame" by SHA-1, which is the shortest that Apache reads.
    let users = "Aladdin:{SHA}W8r/fyL/UzygmbNAjq2HbA67qac=\n";
    fs::write(scratch.path().join("users"), users).expect("a healthy disk");
    // Between looking for a free port and using it somebody else may take it.
    for _ in 0..5 {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        let file = scratch.path().join("configuration");
        fs::write(&file, configuration(folder, port)).expect("a healthy disk");
        let mut process = Command::new(PROGRAM)
            .arg("-X")
            .arg("-f")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{PROGRAM}: {error}; `cargo xtask setup` installs apache2-bin")
            });
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        while process.try_wait().expect("a child").is_none() {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                let url = format!("http://127.0.0.1:{port}");
                return Apache { process, url };
            }
            tick.tick().await;
        }
    }
    let errors = fs::read_to_string(scratch.path().join("errors")).unwrap_or_default();
    panic!("Apache does not start: {errors}");
}

fn open(apache: &Apache, circle: CircleId, password: &str) -> WebDav {
    let login = login(password);
    let place = WebDav::open(&apache.url, circle, Some(&login), &connection(None));
    place.expect("a loopback address")
}

async fn served() -> Served<Apache> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    Served {
        server: start(&scratch).await,
        files: scratch.path().join("files"),
        hand: |apache, circle| Arc::new(open(apache, circle, PASSWORD)),
        // It looks for the object and then writes it.
        is_exclusive: false,
        _scratch: scratch,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apache_keeps_the_contract() {
    contract::blob_store(served).await;
}

#[tokio::test]
async fn a_wrong_password_is_denied() {
    let served = served().await;
    let wrong = open(&served.server, circle_id(1), "wrong");
    let listed = wrong.list(&CancellationToken::new()).await;
    assert!(
        matches!(listed, Err(BlobError::Denied { .. })),
        "{listed:?}"
    );
    let put = wrong.put_new(&blob_name(1), b"x").await;
    assert!(matches!(put, Err(BlobError::Denied { .. })), "{put:?}");
    let held = served
        .hand(circle_id(1))
        .list(&CancellationToken::new())
        .await;
    assert_eq!(held, Ok(vec![]));
}

#[tokio::test]
async fn a_folder_that_was_taken_away_is_unreachable_and_is_not_made_anew() {
    let served = served().await;
    let address = format!("{}/usb", served.server.url);
    let usb = served.files.join("usb");
    fs::create_dir(&usb).expect("a healthy disk");
    open_to_all(&usb);
    let place = WebDav::open(
        &address,
        circle_id(1),
        Some(&login(PASSWORD)),
        &connection(None),
    );
    let place = place.expect("a loopback address");
    place
        .put_new(&blob_name(1), b"x")
        .await
        .expect("it is there");
    fs::remove_dir_all(&usb).expect("removed");
    let listed = place.list(&CancellationToken::new()).await;
    assert!(
        matches!(listed, Err(BlobError::Unreachable { .. })),
        "{listed:?}"
    );
    let put = place.put_new(&blob_name(2), b"x").await;
    assert!(matches!(put, Err(BlobError::Unreachable { .. })), "{put:?}");
    assert!(!usb.exists());
}

#[tokio::test]
async fn a_server_that_ends_is_unreachable() {
    let mut served = served().await;
    let place = served.hand(circle_id(1));
    place
        .put_new(&blob_name(1), b"x")
        .await
        .expect("it is there");
    served.server.process.kill().expect("a child");
    served.server.process.wait().expect("a child");
    for result in [
        place.get(&blob_name(1), 10).await.map(drop),
        place.list(&CancellationToken::new()).await.map(drop),
        place.remove(&blob_name(1)).await,
    ] {
        assert!(
            matches!(result, Err(BlobError::Unreachable { .. })),
            "{result:?}"
        );
    }
}
