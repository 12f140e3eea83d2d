//! Five hundred questions a second for a minute, with the console open. By hand, since it takes a minute:
//! `cargo test --release -p satchel-console --test desk -- --ignored --nocapture load`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use satchel_console::block::BlockId;
use satchel_console::transactions::TxFilter;
use satchel_console::{AskError, Console, Event};
use tokio_util::sync::CancellationToken;

use crate::common::World;

const SECONDS: u64 = 60;
const A_SECOND: u64 = 500;
/// Memory that the process may gain after its first ten seconds, in KiB; the sandbox's chain is in it.
const ROOM: u64 = 64 * 1024;
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// Memory of this process, in KiB; 0 where the system does not tell.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok())
        .unwrap_or(0)
}

/// Puts one question of the many; an answer that is old counts as none.
async fn ask(console: &Console, which: u64) -> Result<(), AskError> {
    let problem = match which % 8 {
        0 => console.blockchain_info().await?.problem,
        1 => console.latest_blocks(None).await?.problem,
        2 => console.mempool(None, None).await?.problem,
        3 => console.mining_info().await?.problem,
        4 => console.balance(Some("faucet")).await?.problem,
        5 => {
            console
                .transactions(TxFilter::default(), None, Some(5))
                .await?
                .problem
        }
        6 => console.block(BlockId::Height(1), None, None).await?.problem,
        _ => console.blocks(None, Some(50), Some(25)).await?.problem,
    };
    problem.map_or(Ok(()), Err)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute"]
#[allow(clippy::print_stderr)] // Its figures are what it is run for.
async fn load_of_five_hundred_questions_a_second_makes_no_error_and_no_heap() {
    let world = World::new();
    let console = Arc::clone(&world.desk.console);
    let stop = CancellationToken::new();
    let watch = tokio::spawn({
        let (console, stop) = (Arc::clone(&console), stop.clone());
        async move { console.watch(&stop).await }
    });
    let mut events = console.events();
    let counted = Arc::new(AtomicU32::new(0));
    let counting = tokio::spawn({
        let counted = Arc::clone(&counted);
        async move {
            while let Ok(event) = events.recv().await {
                assert!(!matches!(event, Event::Lost { .. }), "{event:?}");
                counted.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let (failed, slowest) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU64::new(0)));
    let mut tick = tokio::time::interval(Duration::from_micros(1_000_000 / A_SECOND));
    let mut asked = tokio::task::JoinSet::new();
    let (begun, mut early) = (Instant::now(), 0);
    for number in 0..SECONDS * A_SECOND {
        tick.tick().await;
        if number == 10 * A_SECOND {
            early = memory();
        }
        if number % A_SECOND == 0 {
            world.pay(TO, 10_000).await;
        }
        if number % (5 * A_SECOND) == 0 {
            world.sandbox.mine(1).expect("a block");
        }
        let (console, failed, slowest) = (
            Arc::clone(&console),
            Arc::clone(&failed),
            Arc::clone(&slowest),
        );
        asked.spawn(async move {
            let begun = Instant::now();
            if let Err(error) = ask(&console, number).await {
                eprintln!("{error}");
                failed.fetch_add(1, Ordering::Relaxed);
            }
            let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            slowest.fetch_max(took, Ordering::Relaxed);
        });
        while asked.try_join_next().is_some() {}
    }
    while asked.join_next().await.is_some() {}
    let (took, late) = (begun.elapsed(), memory());
    stop.cancel();
    watch.await.expect("it ends");
    counting.abort();
    eprintln!(
        "{} questions in {:.1} s, {} failed, the slowest took {} ms; {} events; {early} KiB after ten \
         seconds, {late} KiB at the end",
        SECONDS * A_SECOND,
        took.as_secs_f64(),
        failed.load(Ordering::Relaxed),
        slowest.load(Ordering::Relaxed),
        counted.load(Ordering::Relaxed),
    );
    assert_eq!(failed.load(Ordering::Relaxed), 0);
    assert!(late < early + ROOM, "{early} KiB became {late} KiB");
}
