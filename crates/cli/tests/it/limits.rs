use crate::support::{ELSEWHERE, Home, chain};

fn pay(amount: &str) -> [&str; 8] {
    [
        "send",
        "--to",
        ELSEWHERE,
        "--amount",
        amount,
        "--fee-rate",
        "1",
        "--yes",
    ]
}

fn over_limit() -> (i32, String) {
    (6, "over_limit".to_owned())
}

#[test]
fn a_payment_over_the_limit_is_refused_before_anything_is_signed() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 1_000_000);
    let set = home.ok(&["limits", "--per-payment", "100000"]);
    assert_eq!(set["per_payment"], 100_000);
    assert!(set["per_day"].is_null());
    // The fee counts: 100000 do not fit with it.
    assert_eq!(home.fails(&pay("100000")), over_limit());
    assert_eq!(chain.mempool_txids().len(), 0);
    home.ok(&pay("99000"));
}

#[test]
fn what_left_within_a_day_counts_and_so_does_what_is_signed() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 400_000);
    home.receive(&chain, 400_000);
    home.receive(&chain, 400_000);
    home.ok(&["limits", "--per-day", "200000"]);
    home.ok(&pay("90000"));
    assert_eq!(home.fails(&pay("110000")), over_limit());
    let mut signed = pay("60000");
    signed[0] = "sign";
    home.ok(&signed);
    assert_eq!(home.fails(&pay("60000")), over_limit());
    // Confirmed or not, it left.
    chain.mine(1).expect("a block");
    assert_eq!(home.fails(&pay("60000")), over_limit());
    home.ok(&pay("40000"));
}

#[test]
fn a_cancellation_is_no_second_payment() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 1_000_000);
    home.ok(&["limits", "--per-day", "100000", "--per-payment", "100000"]);
    let paid = home.ok(&pay("99000"));
    let txid = paid["txid"].as_str().expect("a txid");
    home.ok(&["cancel", txid, "--yes"]);
}

#[test]
fn raising_a_limit_needs_consent_and_lowering_does_not() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.ok(&["limits", "--per-payment", "1000"]);
    home.ok(&["limits", "--per-payment", "999"]);
    for looser in ["1000", "none"] {
        let refused = home.fails(&["limits", "--per-payment", looser]);
        assert_eq!(refused, (4, "no_confirm".to_owned()));
    }
    assert_eq!(home.ok(&["limits"])["per_payment"], 999);
    let lifted = home.ok(&["limits", "--per-payment", "none", "--yes"]);
    assert!(lifted["per_payment"].is_null());
    // Presence in place of the passphrase for more is weaker, and off is not.
    let presence = home.fails(&["limits", "--by-presence", "500"]);
    assert_eq!(presence, (4, "no_confirm".to_owned()));
    assert!(home.ok(&["limits"])["by_presence"].is_null());
    let allowed = home.ok(&["limits", "--by-presence", "500", "--yes"]);
    assert_eq!(allowed["by_presence"], 500);
    assert!(home.ok(&["limits", "--by-presence", "none"])["by_presence"].is_null());
    // An amount is whole satoshis.
    for bad in ["-1", "0.5", "1e3", "2100000000000001", ""] {
        let usage = home.run(&["limits", "--per-day", bad]);
        assert_eq!(usage.code, 2, "{bad}: {}", usage.stderr);
    }
}
