//! Scans that break off.

use super::*;

#[tokio::test]
async fn a_cancelled_scan_of_a_slow_server_ends() {
    let arrived = Arc::new(Notify::new());
    let signal = Arc::clone(&arrived);
    let fake = Fake::start(move |path, _| {
        if path.starts_with("/scripthash") {
            signal.notify_one();
            return Answer::Silent;
        }
        World::new(20).answer(path)
    })
    .await;
    let source = fake.source();
    let (send, _receive) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let scan = source.scan(of_scripts(0..100), send, cancel.clone());
    let stop = async {
        arrived.notified().await;
        cancel.cancel();
    };
    let (end, ()) = tokio::join!(scan, stop);
    assert_eq!(end.expect_err("cancelled"), ChainError::Cancelled);
    assert!(fake.count("/scripthash") <= settings().parallel);
}

#[tokio::test]
async fn a_scan_is_cancelled_while_the_receiver_is_busy() {
    let fake = Fake::play(&World::new(20).shared()).await;
    let source = fake.source();
    let (send, mut receive) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let scan = source.scan(of_scripts(0..5_000), send, cancel.clone());
    let stop = async {
        let first = receive.recv().await.expect("a batch");
        // The channel fills up again, and nobody takes from it.
        while receive.is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
        first
    };
    let (end, first) = tokio::join!(scan, stop);
    assert_eq!(end.expect_err("cancelled"), ChainError::Cancelled);
    assert!(first.scripts.len() >= limits::BATCH_SCRIPTS);
    assert!(
        fake.count("/scripthash") < 1_000,
        "a busy receiver holds the requests back"
    );
}

#[tokio::test]
async fn what_was_looked_up_before_a_scan_broke_off_is_handed_over() {
    let fake = Fake::play(&World::new(20).shared()).await;
    let source = fake.source();
    let (send, mut receive) = mpsc::channel(2);
    let cancel = CancellationToken::new();
    let scan = source.scan(of_scripts(0..5_000), send, cancel.clone());
    let stop = async {
        // One batch waits, the next one is being filled, and nobody takes anything.
        while fake.count("/scripthash") < 400 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (end, ()) = tokio::join!(scan, stop);
    assert_eq!(end.expect_err("cancelled"), ChainError::Cancelled);
    let mut whole = 0;
    while let Some(batch) = receive.recv().await {
        whole += batch.scripts.len();
    }
    let parallel = settings().parallel;
    assert!(whole >= 400 - 2 * parallel, "{whole} of 400");
}

#[tokio::test]
async fn a_scan_nobody_listens_to_ends() {
    let fake = Fake::play(&World::new(20).shared()).await;
    for scripts in [3, 2_000] {
        let (send, receive) = mpsc::channel(1);
        drop(receive);
        let end = fake
            .source()
            .scan(of_scripts(0..scripts), send, CancellationToken::new())
            .await;
        assert_eq!(end.expect_err("no receiver"), ChainError::Abandoned);
    }
}
