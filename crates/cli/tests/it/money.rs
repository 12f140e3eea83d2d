use bitcoin::Amount;

use crate::support::{ELSEWHERE, Home, chain, regtest, text};

#[test]
fn a_balance_is_unknown_before_the_first_sync_and_never_zero() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let balance = home.ok(&["balance"]);
    assert!(balance["confirmed"].is_null(), "{balance}");
    assert!(balance["freshness"].is_null(), "{balance}");
    home.ok(&["sync"]);
    assert_eq!(home.sats("confirmed"), 0);
}

#[test]
fn receive_send_confirm() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 1_000_000);
    assert_eq!(home.sats("spendable"), 1_000_000);

    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "250000",
        "--fee-rate",
        "3",
        "--yes",
    ];
    let txid = text(&home.ok(&args)["txid"]).to_owned();
    let row = home.row(&txid);
    assert_eq!(
        (row["status"].as_str(), row["direction"].as_str()),
        (Some("pending"), Some("outgoing"))
    );
    assert_eq!(row["amount"], 250_000);
    let fee = row["fee"].as_u64().expect("own fees are known");
    let vsize = row["vsize"].as_u64().expect("a size");
    assert!(
        (3 * vsize..=3 * vsize + 3).contains(&fee),
        "fee {fee} for {vsize} vB at 3 sat/vB"
    );
    assert_eq!(home.sats("spendable"), 1_000_000 - 250_000 - fee);

    chain.mine(1).expect("a block");
    let status = home.ok(&["tx", "status", &txid]);
    assert_eq!(status["status"], "confirmed");
    assert_eq!(status["confirmations"], 1);
    assert_eq!(home.sats("confirmed"), 1_000_000 - 250_000 - fee);
}

#[test]
fn a_payment_by_link_takes_the_amount_of_the_link() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 500_000);
    let link = format!(
        "bitcoin:{}?amount=0.00012345&label=Shop",
        ELSEWHERE.to_uppercase()
    );
    let txid =
        text(&home.ok(&["send", "--to", &link, "--fee-rate", "1", "--yes"])["txid"]).to_owned();
    assert_eq!(home.row(&txid)["amount"], 12_345);
}

#[test]
fn everything_can_be_sent() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 100_000);
    home.receive(&chain, 200_000);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "all",
        "--fee-rate",
        "1.5",
        "--yes",
    ];
    let txid = text(&home.ok(&args)["txid"]).to_owned();
    assert_eq!(home.sats("total"), 0);
    let row = home.row(&txid);
    assert_eq!(
        row["amount"].as_u64().unwrap() + row["fee"].as_u64().unwrap(),
        300_000
    );
}

#[test]
fn a_cancelled_payment_is_replaced_and_never_arrives() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 1_000_000);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "400000",
        "--fee-rate",
        "1",
        "--yes",
    ];
    let paid = text(&home.ok(&args)["txid"]).to_owned();
    let cancelled = home.ok(&["cancel", &paid, "--yes"]);
    let by = text(&cancelled["txid"]).to_owned();
    assert_eq!(cancelled["replaces_txid"], paid.as_str());
    let mempool: Vec<String> = chain
        .mempool_txids()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(mempool, std::slice::from_ref(&by));
    let row = home.row(&paid);
    assert_eq!(
        (text(&row["status"]), text(&row["replaced_by"])),
        ("replaced", by.as_str())
    );
    assert_eq!(home.row(&by)["cancels"], paid.as_str());

    chain.mine(1).expect("a block");
    home.ok(&["sync"]);
    assert_eq!(home.row(&by)["status"], "confirmed");
    let fee = home.row(&by)["fee"].as_u64().unwrap();
    assert_eq!(home.sats("spendable"), 1_000_000 - fee);
    assert_eq!(
        home.fails(&["cancel", &paid, "--yes"]),
        (6, "not_replaceable".to_owned()),
        "there is nothing left to cancel"
    );
}

#[test]
fn a_bumped_payment_still_pays_the_recipient() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 1_000_000);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "400000",
        "--fee-rate",
        "1",
        "--yes",
    ];
    let paid = text(&home.ok(&args)["txid"]).to_owned();
    let bumped =
        text(&home.ok(&["tx", "bump", &paid, "--fee-rate", "8", "--yes"])["txid"]).to_owned();
    assert_ne!(paid, bumped);
    chain.mine(1).expect("a block");
    home.ok(&["sync"]);
    let row = home.row(&bumped);
    assert_eq!(
        (text(&row["status"]), row["amount"].as_u64()),
        ("confirmed", Some(400_000))
    );
    assert_eq!(home.row(&paid)["status"], "replaced");
}

#[test]
fn a_signed_payment_reserves_its_coins_and_is_sent_as_it_was_signed() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 300_000);
    let draft = home.ok(&[
        "draft",
        "create",
        "--to",
        ELSEWHERE,
        "--amount",
        "100000",
        "--fee-rate",
        "2",
    ]);
    let id = text(&draft["id"]).to_owned();
    let signed = home.ok(&["sign", "--draft", &id, "--yes"]);
    assert!(chain.mempool_txids().is_empty(), "signing sends nothing");
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "100000",
        "--fee-rate",
        "2",
        "--yes",
    ];
    assert_eq!(home.fails(&args), (6, "not_enough".to_owned()));
    let sent = home.ok(&["send", "--draft", &id]);
    assert_eq!(
        sent["txid"], signed["txid"],
        "no second consent for the same transaction"
    );
    assert_eq!(
        home.ok(&["send", "--draft", &id])["txid"],
        signed["txid"],
        "a draft pays once"
    );
    assert_eq!(chain.mempool_txids().len(), 1);
}

#[test]
fn without_consent_nothing_is_sent() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 300_000);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "1000",
        "--fee-rate",
        "1",
    ];
    assert_eq!(home.fails(&args), (4, "no_confirm".to_owned()));
    assert!(chain.mempool_txids().is_empty());
    assert_eq!(
        home.ok(&["draft", "list"]).as_array().map(Vec::len),
        Some(0)
    );
}

#[test]
fn a_locked_coin_is_not_spent() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 300_000);
    let coin = text(&home.ok(&["coins"])["coins"][0]["outpoint"]).to_owned();
    home.ok(&["coins", "lock", &coin]);
    assert_eq!(home.ok(&["coins"])["coins"][0]["locked"], true);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "1000",
        "--fee-rate",
        "1",
        "--yes",
    ];
    assert_eq!(home.fails(&args), (6, "not_enough".to_owned()));
    home.ok(&["coins", "unlock", &coin]);
    home.ok(&args);
}

#[test]
fn a_reorganised_payment_is_pending_again_and_then_confirmed_elsewhere() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 1_000_000);
    let args = [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        "1000",
        "--fee-rate",
        "1",
        "--yes",
    ];
    let txid = text(&home.ok(&args)["txid"]).to_owned();
    chain.mine(1).expect("a block");
    let before = home.ok(&["tx", "status", &txid]);
    assert_eq!(before["status"], "confirmed");
    chain.reorg(1, 2).expect("a longer branch");
    let after = home.ok(&["tx", "status", &txid]);
    assert_ne!(after["block_hash"], before["block_hash"], "{after}");
    chain.mine(1).expect("a block");
    assert_eq!(home.ok(&["tx", "status", &txid])["status"], "confirmed");
}

#[test]
fn an_incoming_payment_is_seen_before_it_is_mined() {
    let chain = chain();
    let payer = Home::with_wallet(&chain);
    let payee = Home::with_wallet(&chain);
    payer.receive(&chain, 1_000_000);
    payee.ok(&["sync"]);
    let to = payee.address();
    payer.ok(&[
        "send",
        "--to",
        &to,
        "--amount",
        "70000",
        "--fee-rate",
        "1",
        "--yes",
    ]);
    payee.ok(&["sync"]);
    assert_eq!(payee.sats("pending_incoming"), 70_000);
    assert_eq!(
        payee.sats("spendable"),
        0,
        "others' unconfirmed coins are not spent"
    );
    chain.mine(1).expect("a block");
    payee.ok(&["sync"]);
    assert_eq!(payee.sats("confirmed"), 70_000);
    assert_eq!(
        payee.ok(&["balance", "--address", &to])["confirmed"],
        70_000
    );
}

#[test]
fn mined_coins_mature_after_a_hundred_blocks() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let address = regtest(&home.address());
    chain.mine_to(address.script_pubkey(), 1).expect("a block");
    home.ok(&["sync"]);
    assert_eq!(home.sats("spendable"), 0);
    assert!(home.sats("immature") > 0);
    chain.mine(99).expect("blocks");
    home.ok(&["sync"]);
    assert_eq!(home.sats("immature"), 0);
    assert!(home.sats("spendable") > 0);
    let _ = Amount::ZERO;
}

#[test]
fn history_pages_join_without_gaps() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    for i in 0..7 {
        let address = home.address();
        chain
            .faucet(
                regtest(&address).script_pubkey(),
                Amount::from_sat(10_000 + i),
            )
            .expect("faucet pays");
    }
    home.ok(&["sync"]);
    let (mut seen, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut args = vec!["history", "--limit", "3"];
        if let Some(after) = &after {
            args.extend(["--after", after]);
        }
        let page = home.ok(&args);
        assert_eq!(page["total"], 7);
        let rows = page["transactions"].as_array().expect("rows");
        seen.extend(rows.iter().map(|row| row["amount"].as_u64().unwrap()));
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen, (10_000..10_007).rev().collect::<Vec<_>>());
}

#[test]
fn a_coin_that_was_locked_after_the_draft_is_not_spent() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 100_000);
    let args = ["--to", ELSEWHERE, "--amount", "20000", "--fee-rate", "2"];
    let draft = home.ok(&[&["draft", "create"], &args[..]].concat());
    let id = text(&draft["id"]);
    let coin = text(&home.ok(&["coins"])["coins"][0]["outpoint"]).to_owned();
    home.ok(&["coins", "lock", &coin]);
    let (code, error) = home.fails(&["send", "--draft", id, "--yes"]);
    assert_eq!((code, error.as_str()), (2, "bad_input"));
    home.ok(&["coins", "unlock", &coin]);
    home.ok(&["send", "--draft", id, "--yes"]);
}
