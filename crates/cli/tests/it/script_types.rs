use crate::support::{ELSEWHERE, Home, chain, text};

#[test]
fn every_script_type_receives_sends_and_cancels() {
    let chain = chain();
    for kind in ["taproot", "segwit", "nested-segwit", "legacy"] {
        let home = Home::new(&chain);
        home.ok(&[
            "wallet",
            "create",
            "--name",
            kind,
            "--network",
            "regtest",
            "--script-type",
            kind,
        ]);
        home.receive(&chain, 200_000);
        home.receive(&chain, 300_000);
        let args = [
            "send",
            "--to",
            ELSEWHERE,
            "--amount",
            "400000",
            "--fee-rate",
            "2",
            "--yes",
        ];
        let txid = text(&home.ok(&args)["txid"]).to_owned();
        let row = home.row(&txid);
        let (fee, vsize) = (row["fee"].as_u64().unwrap(), row["vsize"].as_u64().unwrap());
        // ECDSA signatures may turn out a byte or two smaller than the size that was paid for.
        assert!(
            fee >= 2 * vsize && fee <= 2 * vsize + 8,
            "{kind}: fee {fee} for {vsize} vB"
        );
        let by = text(&home.ok(&["cancel", &txid, "--yes"])["txid"]).to_owned();
        chain.mine(1).expect("a block");
        home.ok(&["sync"]);
        assert_eq!(home.row(&by)["status"], "confirmed", "{kind}");
    }
}
