//! Many questions at once wait here and not at the node, which would refuse them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::common::Desk;
use crate::core_replies::core;
use crate::server::{Mood, Server};

/// Requests that Bitcoin Core lets wait.
const CORE_QUEUE: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_of_questions_never_fills_the_queue_of_a_node() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, peak) = (Arc::clone(&now), Arc::clone(&most));
    let server = Server::start(Mood::Held(
        Arc::clone(&now),
        Arc::new(move |method: &str, params: &Value| {
            peak.fetch_max(count.load(Ordering::SeqCst), Ordering::SeqCst);
            core(method, params)
        }),
    ))
    .await;
    let desk = Desk::given(&server.url, None);
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let console = Arc::clone(&desk.console);
        asked.spawn(async move { console.mining_info().await.map(|seen| seen.problem) });
    }
    while let Some(answer) = asked.join_next().await {
        assert_eq!(answer.expect("no panic"), Ok(None));
    }
    let most = most.load(Ordering::SeqCst);
    assert!((2..=CORE_QUEUE).contains(&most), "{most} at a time");
}
