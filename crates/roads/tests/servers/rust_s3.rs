//! The crate `s3s-fs`, which checks signatures. It gives lists whole and knows no conditions.

use std::sync::Arc;

use satchel_ports::{BlobError, BlobStore};
use satchel_roads::{S3, S3Place, connection};
use satchel_test_servers::{BUCKET, Here, PASSWORD};
use satchel_testkit::contract::{self, Ground};
use satchel_testkit::rows::{blob_name, circle_id};
use tokio_util::sync::CancellationToken;

use crate::{Road, login};

fn open(server: &Here, circle: satchel_types::CircleId, bucket: &str, password: &str) -> S3 {
    let place = S3Place {
        endpoint: server.url.clone(),
        bucket: bucket.to_owned(),
        region: "us-east-1".to_owned(),
    };
    S3::open(&place, circle, login(password), &connection(None)).expect("a loopback address")
}

async fn served() -> Road<Here> {
    Road {
        served: satchel_test_servers::rust_s3(),
        hand: |server, circle| Arc::new(open(server, circle, BUCKET, PASSWORD)),
        is_exclusive: false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s3s_keeps_the_contract() {
    contract::blob_store(served).await;
}

#[tokio::test]
async fn a_wrong_secret_is_denied_and_a_bucket_that_is_not_there_unreachable() {
    let road = served().await;
    let circle = circle_id(1);
    let wrong = open(&road.served.server, circle, BUCKET, "wrong");
    let cancel = CancellationToken::new();
    let listed = wrong.list(&cancel).await;
    assert!(
        matches!(listed, Err(BlobError::Denied { .. })),
        "{listed:?}"
    );
    let put = wrong.mend(&blob_name(1), b"x").await;
    assert!(matches!(put, Err(BlobError::Denied { .. })), "{put:?}");
    let gone = open(&road.served.server, circle, "nothing", PASSWORD);
    let listed = gone.list(&cancel).await;
    assert!(
        matches!(listed, Err(BlobError::Unreachable { .. })),
        "{listed:?}"
    );
    assert_eq!(road.hand(circle).list(&cancel).await, Ok(vec![]));
}
