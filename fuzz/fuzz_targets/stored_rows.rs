//! Rows of a database that somebody else wrote into, and cursors of its pages.
#![no_main]

use std::cell::RefCell;
use std::collections::HashSet;

use arbitrary::{Result, Unstructured};
use bitcoin::{Amount, Network};
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal, seeds};
use satchel_ports::StoreError;
use satchel_store::fuzzing::{Cell, GLOBAL_TABLES, Rows, TABLES, WALLET, cursor, history_cursor};
use satchel_types::{
    AddressQuery, Batch, ChainSide, CoinQuery, Direction, Draft, HistoryQuery, PageSize, RequestId,
    Write,
};

thread_local! {
    static ROWS: RefCell<Rows> = RefCell::default();
}

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => ROWS.with_borrow_mut(|rows| {
            rows.clear();
            let mut u = Unstructured::new(data);
            let _ = tamper(rows, &mut u);
            read(rows);
        }),
        1 => cursors(data),
        2 => {
            if let Ok(text) = std::str::from_utf8(data) {
                search(text);
            }
        }
        _ => {}
    }
});

fn tamper(rows: &mut Rows, u: &mut Unstructured<'_>) -> Result<()> {
    for _ in 0..6 {
        if u.is_empty() {
            break;
        }
        let all: Vec<_> = TABLES.iter().chain(GLOBAL_TABLES).collect();
        let (table, columns) = u.choose(&all)?;
        let cells: Vec<Cell> = columns
            .iter()
            .map(|column| cell(column, u))
            .collect::<Result<_>>()?;
        rows.tamper(table, &cells);
    }
    Ok(())
}

/// A cell that fits its column, or one that does not.
fn cell(column: &str, u: &mut Unstructured<'_>) -> Result<Cell> {
    let bytes = |u: &mut Unstructured<'_>, len: usize| -> Result<Cell> {
        // Few different ones, so that rows meet.
        Ok(Cell::Blob(vec![u.arbitrary::<u8>()? % 4; len]))
    };
    if u.ratio(1_u8, 12_u8)? {
        return Ok(match u.int_in_range(0..=6_u8)? {
            0 => Cell::Null,
            1 => Cell::Integer(u.arbitrary()?),
            2 => Cell::Real(u.arbitrary()?),
            3 => Cell::Text(u.arbitrary::<&[u8]>()?.to_vec()),
            4 => Cell::Integer(*u.choose(&[
                -1,
                i64::MIN,
                i64::MAX,
                1 << 53,
                1 << 32,
                2_100_000_000_000_001,
            ])?),
            _ => Cell::Blob(u.arbitrary::<&[u8]>()?.to_vec()),
        });
    }
    Ok(match column {
        "txid" | "block" | "replaced_by" | "cancels" | "hash" | "target" => {
            if column != "txid" && column != "hash" && u.arbitrary()? {
                Cell::Null
            } else {
                bytes(u, 32)?
            }
        }
        "id" => bytes(u, 16)?,
        "fingerprint" => bytes(u, 4)?,
        "script" | "sealed_seed" => Cell::Blob(u.arbitrary::<&[u8]>()?.to_vec()),
        "psbt" => Cell::Blob(psbt(u)?),
        "state" | "direction" | "side" | "used" | "purpose" | "origin" | "kind" | "has_seed"
        | "signals_rbf" => Cell::Integer(u.int_in_range(0..=3)?),
        "network" => {
            Cell::Text((*u.choose(&["main", "test", "testnet4", "signet", "regtest"])?).into())
        }
        "script_type" => {
            Cell::Text((*u.choose(&["taproot", "segwit", "nested_segwit", "legacy"])?).into())
        }
        "name" | "external" | "internal" | "source" | "url" | "key" | "value" | "outcome" => {
            Cell::Text(u.arbitrary::<&str>()?.into())
        }
        "label" | "folded" | "address" => {
            Cell::Text((*u.choose(&["a", "b", "rent", "bcrt1q"])?).into())
        }
        "fee" | "change" | "words_proven_at" | "backed_up_at" if u.arbitrary()? => Cell::Null,
        _ => Cell::Integer(u.int_in_range(0..=1_000_000)?),
    })
}

fn psbt(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    if u.ratio(1_u8, 4_u8)? {
        return Ok(u.arbitrary::<&[u8]>()?.to_vec());
    }
    let tx = bitcoin::constants::genesis_block(Network::Regtest)
        .txdata
        .remove(0);
    let mut tx = tx;
    tx.input[0].script_sig = Default::default();
    Ok(bitcoin::Psbt::from_unsigned_tx(tx)
        .map(|psbt| psbt.serialize())
        .unwrap_or_default())
}

/// Whatever lies there is read, or told as damage by a name; never as more satoshis than the edge can carry.
fn read(rows: &mut Rows) {
    if let Some(wallets) = whole(rows.wallets()) {
        for record in wallets {
            satchel_fuzz::assert_plain(record.name.as_str());
            let _ = whole(rows.sealed_seed(record.id));
        }
    }
    history(rows);
    coins(rows);
    addresses(rows);
    if let Some(Some(balance)) = whole(rows.balance()) {
        for amount in [
            balance.confirmed,
            balance.pending_change,
            balance.pending_incoming,
            balance.pending_outgoing,
            balance.immature,
        ] {
            possible(amount);
        }
        // What the edge does with it must not overflow.
        let freshness = whole(rows.freshness()).flatten();
        let twin = satchel_wire::balance::Balance::new(WALLET, Some(balance), freshness);
        let _ = serde_json::to_string(&twin).expect("plain values");
    }
    let _ = whole(rows.freshness());
    let _ = whole(rows.labels());
    let _ = whole(rows.locked());
    for draft in whole(rows.drafts()).into_iter().flatten() {
        possible(draft.fee);
        draft.change.into_iter().for_each(possible);
        draft.recipients.iter().for_each(|to| possible(to.amount));
        assert_eq!(
            shown(whole(rows.draft(draft.id))),
            shown(Some(Some(draft.clone())))
        );
        let report = satchel_app::shared_payments::DraftReport {
            draft: draft.clone(),
            prepared_on: None,
            rivals: Vec::new(),
            payees: std::collections::HashMap::new(),
        };
        let twin = satchel_wire::draft::Draft::from(report);
        let _ = serde_json::to_string(&twin).expect("plain values");
        again(rows, Write::PutDraft(Box::new(draft.clone())));
        assert_eq!(shown(whole(rows.draft(draft.id))), shown(Some(Some(draft))));
    }
    let _ = whole(rows.request(RequestId::from_bytes([0; 16])));
    for network in [Network::Bitcoin, Network::Regtest] {
        let _ = whole(rows.backend(network));
    }
    let _ = whole(rows.setting("settings"));
}

/// What is no damage is an answer.
fn whole<T>(answer: std::result::Result<T, StoreError>) -> Option<T> {
    match answer {
        Ok(value) => Some(value),
        Err(StoreError::Damaged { .. } | StoreError::UnknownWallet) => None,
        Err(error) => panic!("{error}: {error:?}"),
    }
}

/// Drafts cannot be compared, but shown.
fn shown(draft: Option<Option<Draft>>) -> String {
    format!("{draft:?}")
}

fn possible(amount: Amount) {
    assert!(amount.to_sat() < 1 << 53, "{amount} was read");
}

fn again(rows: &mut Rows, write: Write) {
    rows.apply(&Batch::from(write))
        .expect("what was read can be written");
}

/// Turns pages of one row, which end and repeat nothing.
fn pages<T>(
    mut next: impl FnMut(Option<String>) -> Option<(Vec<T>, Option<String>)>,
) -> Option<Vec<T>> {
    let (mut all, mut after) = (Vec::new(), None);
    for _ in 0..10 {
        let (rows, cursor) = next(after)?;
        assert!(rows.len() <= 1);
        all.extend(rows);
        match cursor {
            Some(cursor) => after = Some(cursor),
            None => return Some(all),
        }
    }
    panic!("the pages do not end");
}

fn history(rows: &mut Rows) {
    for direction in [None, Some(Direction::Incoming)] {
        for search in [None, Some("rent".to_owned()), Some("00".to_owned())] {
            let read = pages(|after| {
                let query = HistoryQuery {
                    after,
                    size: PageSize::clamped(1),
                    direction,
                    search: search.clone(),
                };
                whole(rows.history(&query)).map(|page| (page.rows, page.next))
            });
            for row in read.iter().flatten() {
                possible(row.spent);
                possible(row.received);
                row.fee.into_iter().for_each(possible);
                let twin = satchel_wire::history::Transaction::new(row.clone(), Some(3));
                let _ = serde_json::to_string(&twin).expect("plain values");
            }
            let ids: HashSet<_> = read.iter().flatten().map(|row| row.txid).collect();
            assert_eq!(ids.len(), read.iter().flatten().count(), "a row twice");
        }
    }
    for byte in 0..4 {
        let txid = bitcoin::hashes::Hash::from_byte_array([byte; 32]);
        if let Some(Some(row)) = whole(rows.transaction(txid)) {
            again(rows, Write::PutTx(WALLET, Box::new(row.clone())));
            assert_eq!(whole(rows.transaction(txid)), Some(Some(row)));
        }
    }
}

fn coins(rows: &mut Rows) {
    let read = pages(|after| {
        let query = CoinQuery {
            after,
            size: PageSize::clamped(1),
            search: None,
        };
        whole(rows.coins(&query)).map(|page| (page.rows, page.next))
    });
    for coin in read.into_iter().flatten() {
        possible(coin.amount);
        let twin = satchel_wire::coin::Coin::new(coin.clone(), Some(3));
        let _ = serde_json::to_string(&twin).expect("plain values");
    }
    let _ = whole(rows.all_coins());
    let query = CoinQuery {
        after: None,
        size: PageSize::default(),
        search: Some("b".to_owned()),
    };
    let _ = whole(rows.coins(&query));
}

fn addresses(rows: &mut Rows) {
    for (side, unused_only) in [(ChainSide::Receive, false), (ChainSide::Change, true)] {
        let read = pages(|after| {
            let query = AddressQuery {
                side,
                after,
                size: PageSize::clamped(1),
                unused_only,
            };
            whole(rows.addresses(&query)).map(|page| (page.rows, page.next))
        });
        for address in read.into_iter().flatten() {
            possible(address.received);
        }
    }
}

/// A cursor is read in its own list alone, in its one form, and any body in it is survived.
fn cursors(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data)
        && let Some(again) = frugal(text.len(), || history_cursor(&["all", ""], text))
    {
        assert_eq!(again, text, "another form of the same");
    }
    if data.len() > 128 {
        return;
    }
    let text = cursor("history", &["all", ""], data);
    if let Some(again) = history_cursor(&["all", ""], &text) {
        // Flags of no meaning are not kept.
        assert!(history_cursor(&["all", ""], &again).as_ref() == Some(&again));
    }
    assert_eq!(
        history_cursor(&["in", ""], &text),
        None,
        "a cursor of another list"
    );
    ROWS.with_borrow_mut(|rows| {
        rows.clear();
        let bad = |error: &StoreError| matches!(error, StoreError::BadCursor);
        let query = HistoryQuery {
            after: Some(text),
            ..Default::default()
        };
        assert!(rows.history(&query).as_ref().err().is_none_or(bad));
        let after = Some(cursor("coins", &[""], data));
        assert!(
            rows.coins(&CoinQuery {
                after,
                ..Default::default()
            })
            .as_ref()
            .err()
            .is_none_or(bad)
        );
        let after = Some(cursor("addresses", &["receive", "all"], data));
        let query = AddressQuery {
            side: ChainSide::Receive,
            after,
            size: PageSize::default(),
            unused_only: false,
        };
        assert!(rows.addresses(&query).as_ref().err().is_none_or(bad));
    });
}

/// Nothing that is typed is an instruction to the database.
fn search(text: &str) {
    ROWS.with_borrow_mut(|rows| {
        rows.clear();
        let search = Some(text.to_owned());
        let query = HistoryQuery {
            search: search.clone(),
            ..Default::default()
        };
        let page = rows.history(&query).expect("an empty list");
        assert!(page.rows.is_empty() && page.total == 0);
        let page = rows
            .coins(&CoinQuery {
                search,
                ..Default::default()
            })
            .expect("an empty list");
        assert!(page.rows.is_empty() && page.total == 0);
    });
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let position = [&[0b0100][..], &[0; 7], &[9], &[0; 7], &[5], &[7; 32]].concat();
    let text = cursor("history", &["all", ""], &position);
    let spread = |from: u8| {
        (0..200_u8)
            .map(|i| i.wrapping_mul(37).wrapping_add(from))
            .collect::<Vec<_>>()
    };
    vec![
        ("rows-a", [&[0], &spread(1)[..]].concat()),
        ("rows-b", [&[0], &spread(90)[..]].concat()),
        ("rows-zeros", vec![0; 120]),
        ("rows-ones", [&[0], &[1; 200][..]].concat()),
        ("cursor-text", [&[1], text.as_bytes()].concat()),
        ("cursor-body", [&[1], &position[..]].concat()),
        ("cursor-coin", [&[1], &[0; 44][..]].concat()),
        (
            "cursor-address",
            [&[1], &[0, 0, 0, 0, 0, 0, 0, 9][..]].concat(),
        ),
        ("search", [&[2], &b"Rent 100%_'\"; DROP"[..]].concat()),
        ("search-hex", [&[2], &b"aB3"[..]].concat()),
    ]
}
