//! The crate `dav-server`.

use std::convert::Infallible;
use std::sync::Arc;

use dav_server::DavHandler;
use dav_server::fakels::FakeLs;
use dav_server::localfs::LocalFs;
use hyper::service::service_fn;
use satchel_roads::{WebDav, connection};
use satchel_testkit::contract;

use crate::{Here, Served};

async fn served() -> Served<Here> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let dav = DavHandler::builder()
        .filesystem(LocalFs::new(scratch.path(), false, false, false))
        .locksystem(FakeLs::new())
        .build_handler();
    let service = service_fn(move |request| {
        let dav = dav.clone();
        async move { Ok::<_, Infallible>(dav.handle(request).await) }
    });
    Served {
        server: Here::start(service).await,
        files: scratch.path().to_owned(),
        hand: |server, circle| {
            let place = WebDav::open(&server.url, circle, None, &connection(None));
            Arc::new(place.expect("a loopback address"))
        },
        is_exclusive: true,
        _scratch: scratch,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dav_server_keeps_the_contract() {
    contract::blob_store(served).await;
}
