//! The crate `dav-server`.

use std::sync::Arc;

use satchel_roads::{WebDav, connection};
use satchel_test_servers::Here;
use satchel_testkit::contract;

use crate::Road;

async fn served() -> Road<Here> {
    Road {
        served: satchel_test_servers::rust_dav(),
        hand: |server, circle| {
            let place = WebDav::open(&server.url, circle, None, &connection(None));
            Arc::new(place.expect("a loopback address"))
        },
        is_exclusive: true,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dav_server_keeps_the_contract() {
    contract::blob_store(served).await;
}
