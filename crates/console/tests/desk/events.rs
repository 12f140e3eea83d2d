//! What is told without being asked: a new block, a new transaction, a line that broke and mended.

use std::time::Duration;

use satchel_console::{Event, GivenNode, ProblemKind, Topic};
use satchel_sandbox::{Sandbox, SandboxConfig};
use satchel_testkit::Platform;
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;

use crate::common::{Desk, PATIENT, World};

/// Waits for an event that fits, and returns those that came before it as well.
async fn until(events: &mut Receiver<Event>, fits: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut seen = Vec::new();
    loop {
        let event = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
        seen.push(
            event
                .expect("it comes")
                .expect("fewer than the channel holds"),
        );
        if seen.last().is_some_and(&fits) {
            return seen;
        }
    }
}

fn stale(topic: Topic) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::Stale(topics) if topics.contains(&topic))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_before_the_first_answer_hears_that_there_is_one() {
    let world = World::new();
    let console = world.desk.console.clone();
    let mut events = console.events();
    let line = || console.health().expect("settings").line;
    assert_eq!(line(), satchel_console::health::Line::Unknown);
    console.look().await.expect("an answer");
    until(&mut events, stale(Topic::Health)).await;
    assert_eq!(line(), satchel_console::health::Line::Up);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_and_a_transaction_are_told_and_refresh_what_they_changed() {
    let world = World::new();
    let console = world.desk.console.clone();
    console.look().await.expect("an answer");
    console.look().await.expect("an answer");
    let mut events = console.events();
    console.look().await.expect("an answer");
    assert!(events.try_recv().is_err(), "nothing happened");

    let paid = world
        .pay("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080", 5_000)
        .await;
    console.look().await.expect("an answer");
    let told = until(&mut events, stale(Topic::Mempool)).await;
    assert_eq!(
        told[0],
        Event::NewTransactions {
            count: 1,
            txids: vec![paid]
        }
    );
    assert!(!told.iter().any(stale(Topic::Blocks)), "no block came");

    let hash = world.sandbox.mine(1).expect("a block")[0];
    console.look().await.expect("an answer");
    let told = until(&mut events, stale(Topic::Blocks)).await;
    let tip = console.health().expect("settings").tip.map(|tip| tip.1);
    assert_eq!(tip, Some(hash), "whoever hears of it finds it");
    let is_new = |event: &Event| match event {
        Event::NewBlock {
            hash: of,
            transactions,
            replaced,
            ..
        } => (*of, *transactions, *replaced) == (hash, 2, 0),
        _ => false,
    };
    assert!(told.iter().any(is_new), "{told:?}");

    world.sandbox.reorg(2, 3).expect("another branch");
    console.look().await.expect("an answer");
    let told = until(&mut events, |event| matches!(event, Event::NewBlock { .. })).await;
    assert!(
        matches!(told.last(), Some(Event::NewBlock { replaced: 2, .. })),
        "{told:?}"
    );
    let problems = console.health().expect("settings").problems;
    assert!(
        problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Reorganised)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_node_is_told_and_found_again_when_it_is_back_under_a_new_cookie() {
    let data = tempfile::tempdir().expect("a scratch folder");
    let start = |port| {
        let data_dir = Some(data.path().to_owned());
        Sandbox::start(SandboxConfig {
            port,
            data_dir,
            premine: 3,
            ..SandboxConfig::default()
        })
        .expect("it starts")
    };
    let sandbox = start(0);
    let url = sandbox.url();
    let port = url
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let given = GivenNode {
        url,
        cookie: Some(sandbox.cookie_file().to_owned()),
        esplora: None,
        plain_http: false,
        proxy: None,
    };
    let home = tempfile::tempdir().expect("a scratch folder");
    let desk = Desk::with(home, Some(given), PATIENT, Platform::Linux);
    let mut events = desk.console.events();
    let stop = CancellationToken::new();
    let watch = tokio::spawn({
        let (console, stop) = (desk.console.clone(), stop.clone());
        async move { console.watch(&stop).await }
    });
    until(&mut events, stale(Topic::Config)).await;
    tokio::task::spawn_blocking(move || drop(sandbox))
        .await
        .expect("no panic");
    until(&mut events, |event| matches!(event, Event::Lost { .. })).await;
    let sandbox = start(port);
    until(&mut events, |event| matches!(event, Event::Restored { .. })).await;
    let hash = sandbox.mine(1).expect("a block")[0];
    until(
        &mut events,
        |event| matches!(event, Event::NewBlock { hash: of, .. } if *of == hash),
    )
    .await;
    stop.cancel();
    watch.await.expect("it ends");
}
