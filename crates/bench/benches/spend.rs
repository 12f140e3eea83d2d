//! Drafting and signing payments.
#![allow(missing_docs)]

use bitcoin::OutPoint;
use satchel_app::App;
use satchel_app::draft::{CoinChoice, CreateDraft};
use satchel_bench::{Bench, EACH, RUNTIME, chain};
use satchel_ports::Entropy;
use satchel_system::OsEntropy;
use satchel_types::{CoinQuery, Draft, FeeRate, PageSize, RequestId};
const ELSEWHERE: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const COINS: usize = 10_000;

fn main() {
    divan::main();
}

fn coins(app: &App, count: usize) -> Vec<OutPoint> {
    let mut found = Vec::new();
    let mut query = CoinQuery {
        size: PageSize::clamped(500),
        ..CoinQuery::default()
    };
    while found.len() < count {
        let page = app.coins(None, &query).expect("a page").page;
        found.extend(page.rows.iter().map(|row| row.outpoint));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    found.truncate(count);
    found
}

fn draft(app: &App, choice: CoinChoice, inputs: u64) -> Draft {
    let mut id = [0; 16];
    OsEntropy.fill(&mut id).expect("entropy");
    let request = CreateDraft {
        request: RequestId::from_bytes(id),
        wallet: None,
        recipients: vec![(ELSEWHERE.to_owned(), Some(EACH * inputs / 2))],
        fee_rate: Some(FeeRate::from_sat_per_kvb(1000).expect("a rate")),
        coins: choice,
        label: None,
        replaces: None,
    };
    RUNTIME
        .block_on(app.create_draft(request))
        .expect("enough coins")
}

#[divan::bench(args = [1, 100, 1_000], sample_count = 10, sample_size = 1)]
fn draft_with_inputs(bencher: divan::Bencher<'_, '_>, inputs: usize) {
    let bench = Bench::synced(&chain(COINS));
    let chosen = coins(&bench.app, inputs);
    bencher
        .with_inputs(|| CoinChoice::Manual(chosen.clone()))
        .bench_local_values(|choice| draft(&bench.app, choice, inputs as u64));
}

/// The engine chooses among 10,000 coins.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn draft_from_10000_coins(bencher: divan::Bencher<'_, '_>) {
    let bench = Bench::synced(&chain(COINS));
    bencher.bench_local(|| draft(&bench.app, CoinChoice::Auto, 10));
}

#[divan::bench(args = [1, 100, 1_000], sample_count = 5, sample_size = 1)]
fn sign_inputs(bencher: divan::Bencher<'_, '_>, inputs: usize) {
    let bench = Bench::synced(&chain(COINS));
    let chosen = coins(&bench.app, inputs);
    bencher
        .with_inputs(|| {
            // A signed draft reserves its coins; dropping it frees them for the next round.
            for old in bench.app.drafts(None).expect("drafts") {
                RUNTIME
                    .block_on(bench.app.drop_draft(old.id))
                    .expect("an unsent draft");
            }
            draft(
                &bench.app,
                CoinChoice::Manual(chosen.clone()),
                inputs as u64,
            )
        })
        .bench_local_values(|draft| {
            RUNTIME
                .block_on(bench.app.sign_transaction(draft.id))
                .expect("our own coins")
        });
}
