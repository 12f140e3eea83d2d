//! What wallets refuse, in Core's codes and words.

use serde_json::json;

use crate::common::Key;
use crate::wallets::funded;

#[test]
fn what_cannot_be_paid_is_refused_with_cores_codes() {
    let world = funded("w");
    let to = Key::new(5).address().to_string();
    for (params, code, part) in [
        (
            json!(["nonsense", 1]),
            -5,
            "Invalid Bitcoin address: nonsense",
        ),
        (
            json!(["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", 1]),
            -5,
            "Invalid Bitcoin address",
        ),
        (json!([to, 0]), -6, "Transaction amount too small"),
        (json!([to, -1]), -3, "Amount out of range"),
        (json!([to, "x"]), -3, "Invalid amount"),
        (json!([to, 2]), -6, "Insufficient funds"),
        (json!([to, 1]), -6, "Insufficient funds"),
        (json!([to, 0.000001]), -6, "Transaction amount too small"),
        (
            json!({ "address": to, "amount": 0.1, "fee_rate": 0.5 }),
            -6,
            "Fee rate (0.500 sat/vB) is lower",
        ),
        (
            json!({ "address": to, "amount": 0.1, "fee_rate": 1.2345 }),
            -3,
            "Invalid amount",
        ),
        (
            json!({ "address": to, "amount": 0.1, "fee_rate": 200_000 }),
            -6,
            "Fee exceeds maximum",
        ),
        (
            json!({ "address": to, "amount": 0.1, "fee_rate": 2, "conf_target": 3 }),
            -8,
            "Cannot specify both",
        ),
        (
            json!({ "address": to, "amount": 0.1, "estimate_mode": "soon" }),
            -8,
            "Invalid estimate_mode",
        ),
        (
            json!({ "address": to, "amount": 0.1, "conf_target": 0 }),
            -8,
            "Invalid conf_target",
        ),
        (
            json!({ "address": to, "amount": 0.000002, "subtractfeefromamount": true }),
            -6,
            "Transaction amount too small",
        ),
        (
            json!({ "address": to, "amount": 0.000001, "subtractfeefromamount": true }),
            -6,
            "Transaction amount too small",
        ),
    ] {
        let (got, message) = world
            .try_wallet("w", "sendtoaddress", params.clone())
            .unwrap_err();
        assert!(
            got == code && message.contains(part),
            "{params}: {got} {message}"
        );
    }
    assert!(world.sandbox.mempool_txids().is_empty());
    let handed_out = world.text("w", "getrawchangeaddress", json!([]));
    let info = world.wallet("w", "getaddressinfo", json!([handed_out]));
    assert_eq!(
        info["hdkeypath"], "m/84h/1h/0h/1/0",
        "no address was spent on what failed"
    );
    world.rpc("createwallet", json!(["watch", true]));
    for (method, params) in [
        ("getnewaddress", json!([])),
        ("sendtoaddress", json!([to, 1])),
    ] {
        assert_eq!(world.try_wallet("watch", method, params).unwrap_err().0, -4);
    }
    assert_eq!(
        world
            .try_wallet("w", "getnewaddress", json!(["*"]))
            .unwrap_err()
            .0,
        -11
    );
    assert_eq!(
        world
            .try_wallet("w", "getnewaddress", json!(["", "p2tr"]))
            .unwrap_err()
            .0,
        -5
    );
    assert_eq!(
        world
            .try_wallet("w", "getaddressesbylabel", json!(["none"]))
            .unwrap_err()
            .0,
        -11
    );
    // A chain of payments is as long as the pool allows, and what is refused is not remembered.
    for _ in 0..25 {
        world.wallet("w", "sendtoaddress", json!([to, 0.01]));
    }
    let error = world
        .try_wallet("w", "sendtoaddress", json!([to, 0.01]))
        .unwrap_err();
    assert!(
        error.0 == -4 && error.1.contains("too-long-mempool-chain"),
        "{error:?}"
    );
    assert_eq!(world.wallet("w", "getwalletinfo", json!([]))["txcount"], 26);
}
