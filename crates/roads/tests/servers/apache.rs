//! Apache's `mod_dav`, with a login.
#![cfg(target_os = "linux")]

use std::fs;
use std::sync::Arc;

use satchel_ports::{BlobError, BlobStore};
use satchel_roads::{WebDav, connection};
use satchel_test_servers::{Apache, PASSWORD, open_to_all};
use satchel_testkit::contract::{self, Ground};
use satchel_testkit::rows::{blob_name, circle_id};
use satchel_types::CircleId;
use tokio_util::sync::CancellationToken;

use crate::{Road, login};

fn open(apache: &Apache, circle: CircleId, password: &str) -> WebDav {
    let login = login(password);
    let place = WebDav::open(&apache.url, circle, Some(&login), &connection(None));
    place.expect("a loopback address")
}

fn road() -> Road<Apache> {
    Road {
        served: satchel_test_servers::apache(),
        hand: |apache, circle| Arc::new(open(apache, circle, PASSWORD)),
        // It looks for the object and then writes it.
        is_exclusive: false,
    }
}

async fn served() -> Road<Apache> {
    road()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apache_keeps_the_contract() {
    contract::blob_store(served).await;
}

#[tokio::test]
async fn a_wrong_password_is_denied() {
    let road = road();
    let wrong = open(&road.served.server, circle_id(1), "wrong");
    let listed = wrong.list(&CancellationToken::new()).await;
    assert!(
        matches!(listed, Err(BlobError::Denied { .. })),
        "{listed:?}"
    );
    let put = wrong.put_new(&blob_name(1), b"x").await;
    assert!(matches!(put, Err(BlobError::Denied { .. })), "{put:?}");
    let held = road
        .hand(circle_id(1))
        .list(&CancellationToken::new())
        .await;
    assert_eq!(held, Ok(vec![]));
}

#[tokio::test]
async fn a_folder_that_was_taken_away_is_unreachable_and_is_not_made_anew() {
    let road = road();
    let address = format!("{}/usb", road.served.server.url);
    let usb = road.served.files.join("usb");
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
    let mut road = road();
    let place = road.hand(circle_id(1));
    place
        .put_new(&blob_name(1), b"x")
        .await
        .expect("it is there");
    road.served.server.end();
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
