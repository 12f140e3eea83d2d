use crate::support::{ELSEWHERE, Home, chain};

#[test]
fn each_mistake_has_its_own_code() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 100_000);
    let send = |to: &str, amount: &str, rate: &str| {
        home.fails(&[
            "send",
            "--to",
            to,
            "--amount",
            amount,
            "--fee-rate",
            rate,
            "--yes",
        ])
    };
    let code = |code: i32, name: &str| (code, name.to_owned());
    assert_eq!(send("nonsense", "1000", "1"), code(2, "bad_address"));
    assert_eq!(
        send("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "1000", "1"),
        code(2, "wrong_network")
    );
    assert_eq!(send(ELSEWHERE, "100001", "1"), code(6, "not_enough"));
    assert_eq!(send(ELSEWHERE, "1", "1"), code(6, "dust"));
    assert_eq!(send(ELSEWHERE, "0", "1"), code(2, "bad_input"));
    assert_eq!(
        home.fails(&["tx", "status", &"00".repeat(32)]),
        code(5, "unknown_transaction")
    );
    assert_eq!(home.fails(&["tx", "status", "xyz"]), code(2, "bad_input"));
    assert_eq!(
        home.fails(&["cancel", &"00".repeat(32), "--yes"]),
        code(5, "unknown_transaction")
    );
    assert_eq!(
        home.fails(&["send", "--draft", &"00".repeat(16), "--yes"]),
        code(5, "unknown_draft")
    );
    assert_eq!(
        home.fails(&["history", "--after", "rubbish"]),
        code(2, "bad_input")
    );
    assert_eq!(
        home.fails(&["balance", "--address", ELSEWHERE]),
        code(2, "bad_input")
    );
    assert_eq!(
        home.fails(&["wallet", "select", "Nobody"]),
        code(5, "unknown_wallet")
    );
    assert_eq!(home.fails(&["wallet", "words"]), code(4, "no_confirm"));
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let chain = chain();
    let mut home = Home::with_wallet(&chain);
    let right = std::mem::replace(&mut home.passphrase, "not this one at all".to_owned());
    assert_eq!(home.fails(&["balance"]), (3, "wrong_passphrase".to_owned()));
    home.passphrase = right;
    home.ok(&["wallet", "info"]);
}

#[test]
fn a_home_without_a_wallet_says_so() {
    let chain = chain();
    let home = Home::new(&chain);
    assert_eq!(home.fails(&["balance"]), (3, "no_vault".to_owned()));
}

#[test]
fn a_short_passphrase_is_refused_for_a_new_vault() {
    let chain = chain();
    let mut home = Home::new(&chain);
    home.passphrase = "short".to_owned();
    let args = ["wallet", "create", "--name", "Main", "--network", "regtest"];
    assert_eq!(home.fails(&args), (2, "unfit_passphrase".to_owned()));
}

#[test]
fn a_server_that_is_gone_is_said_and_the_old_picture_stays() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    home.receive(&chain, 100_000);
    drop(chain);
    assert_eq!(home.fails(&["sync"]), (7, "unreachable".to_owned()));
    assert_eq!(home.sats("confirmed"), 100_000);
}

#[test]
fn a_server_of_another_network_is_refused() {
    let chain = chain();
    let home = Home::new(&chain);
    home.ok(&["wallet", "create", "--name", "Real", "--network", "bitcoin"]);
    assert_eq!(
        home.fails(&["sync"]),
        (7, "no_backend".to_owned()),
        "nothing is asked unasked"
    );
    let url = chain.esplora_url();
    assert_eq!(
        home.fails(&["backend", "set", "esplora", &url, "--yes"]),
        (7, "backend_network".to_owned())
    );
    assert_eq!(
        home.fails(&[
            "backend",
            "set",
            "esplora",
            "http://example.org/api",
            "--yes"
        ]),
        (7, "bad_backend".to_owned()),
        "plain http leaves this machine only to onion services"
    );
}
