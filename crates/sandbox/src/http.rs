//! The one port and what hangs on it: Esplora under `/api`, JSON-RPC at `POST /`, the faucet and the
//! sandbox's own routes.

mod demo;
mod guard;
mod linger;
mod serve;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::routing::post;
use tokio_util::sync::CancellationToken;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;

use crate::faucet::Faucet;
use crate::node::Node;
use crate::wallet::Wallets;
use crate::{esplora, rpc};

#[cfg(fuzzing)]
pub use demo::read_body;
pub use serve::serve;

/// Largest body of a JSON-RPC call: a block in hex fits.
const RPC_BODY: usize = 9_000_000;
/// Largest other body, as on the public servers: a standard transaction in hex, and a package of
/// them, fit.
const BODY: usize = 1_000_000;

/// What every handler sees.
pub struct App {
    /// Chain and pool.
    pub node: Arc<Node>,
    /// Key and coins of the faucet; also takes what is mined for nobody in particular.
    pub faucet: Arc<Faucet>,
    /// Wallets in the node.
    pub wallets: Wallets,
    /// Whether `POST /faucet` is served.
    pub faucet_on: bool,
    /// `user:password` for JSON-RPC.
    pub cookie: String,
    /// Block filters made so far.
    pub filters: rpc::FilterCache,
    /// Cancelled to end the process.
    pub stop: CancellationToken,
}

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET]);
    let mut demo = demo::router();
    if app.faucet_on {
        demo = demo.route("/faucet", post(demo::faucet));
    }
    Router::new()
        .nest("/api", esplora::router().layer(cors))
        .merge(demo)
        .layer(RequestBodyLimitLayer::new(BODY))
        .merge(
            Router::new()
                .route("/", post(rpc::handle).fallback(rpc::only_post))
                .route(
                    "/wallet/",
                    post(rpc::handle_nameless).fallback(rpc::only_post),
                )
                .route(
                    "/wallet/{*name}",
                    post(rpc::handle_wallet).fallback(rpc::only_post),
                )
                .layer(RequestBodyLimitLayer::new(RPC_BODY)),
        )
        .fallback(|| async { StatusCode::NOT_FOUND })
        // The limits above also refuse by the length a request announces, before it is sent.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(guard::check))
        .layer(middleware::from_fn(linger::linger))
        .with_state(app)
}

/// Mines a block whenever the interval has passed, until the sandbox stops.
pub async fn mine_on_timer(app: Arc<App>, interval: Duration) {
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = tokio::time::sleep(interval) => {}
        }
        let miner = app.clone();
        let mined = blocking(move || miner.node.mine(miner.faucet.script(), 1).map(|_| ())).await;
        if let Some(Err(error)) = mined {
            tracing::error!(%error, "the timer could not mine");
        }
    }
}

/// Runs work that checks scripts, writes or walks the whole chain off the server's threads.
/// `None` when it panicked.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::error!(%error, "a request failed");
            None
        }
    }
}
