//! Servers in this process, each with a runtime of its own, so that tests need none.

use std::convert::Infallible;
use std::path::Path;

use dav_server::DavHandler;
use dav_server::fakels::FakeLs;
use dav_server::localfs::LocalFs;
use hyper::body::{Body, Incoming};
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::runtime::Runtime;

use crate::{PASSWORD, USER};

/// A server in this process, on a free port, until it is dropped.
#[derive(Debug)]
pub struct Here {
    /// Its address.
    pub url: String,
    runtime: Option<Runtime>,
}

impl Drop for Here {
    fn drop(&mut self) {
        // A test may drop it on a thread that must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(crate) fn dav(folder: &Path) -> Here {
    let dav = DavHandler::builder()
        .filesystem(LocalFs::new(folder, false, false, false))
        .locksystem(FakeLs::new())
        .build_handler();
    serve(service_fn(move |request| {
        let dav = dav.clone();
        async move { Ok::<_, Infallible>(dav.handle(request).await) }
    }))
}

pub(crate) fn s3(folder: &Path) -> Here {
    let storage = s3s_fs::FileSystem::new(folder).expect("a folder");
    let mut builder = S3ServiceBuilder::new(storage);
    builder.set_auth(SimpleAuth::from_single(USER, PASSWORD));
    serve(builder.build().into_shared())
}

pub(crate) fn serve<S, B>(service: S) -> Here
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("threads");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a socket");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    runtime.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
        while let Ok((stream, _)) = listener.accept().await {
            let connection = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(connection);
        }
    });
    Here {
        url,
        runtime: Some(runtime),
    }
}
