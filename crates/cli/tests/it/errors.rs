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

#[test]
fn a_wrong_command_line_is_json_for_whoever_asked_for_json() {
    let chain = chain();
    let home = Home::new(&chain);
    let code = (2, "bad_input".to_owned());
    for args in [
        vec!["nonsense"],
        vec![],
        vec!["send", "--to", ELSEWHERE, "--amount", "-5"],
        vec!["send", "--to", ELSEWHERE, "--amount", "1e8"],
        vec![
            "send",
            "--to",
            ELSEWHERE,
            "--amount",
            "18446744073709551616",
        ],
        vec!["send", "--to", ELSEWHERE, "--amount", "2100000000000001"],
        vec!["wallet", "create", "--name", "Main"],
        vec!["wallet", "create", "--name", "Main", "--network", "moon"],
        vec!["history", "--limit", "many"],
        vec!["tx", "bump", "00", "--fee-rate", "free"],
    ] {
        let answer = home.run(&args);
        assert_eq!(
            answer.stderr.lines().count(),
            1,
            "{args:?}: {}",
            answer.stderr
        );
        assert!(answer.stdout.is_empty(), "{args:?}: {}", answer.stdout);
        assert_eq!(home.fails(&args), code, "{args:?}");
    }
    let group = home.run(&["wallet"]);
    assert_eq!(group.code, 2);
    assert!(
        group.stderr.contains("a command is missing"),
        "{}",
        group.stderr
    );
    let help = home.run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(
        help.stdout.contains("Exit codes: 0 done"),
        "{}",
        help.stdout
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error_and_a_closed_pipe_is_none() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("Linux has it");
    let mut command = home.command(&["wallet", "list"]);
    let output = command.stdout(full).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(9));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("\"code\":\"io\""), "{text}");

    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = home.command(&["wallet", "list"]);
    let output = command.stdout(writer).output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_in_a_block_or_not_ours_is_not_replaced() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let received = home.receive(&chain, 100_000).to_string();
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
    let sent = home.ok(&args)["txid"].as_str().expect("a txid").to_owned();
    chain.mine(1).expect("a block");
    let code = (6, "not_replaceable".to_owned());
    for txid in [&received, &sent] {
        assert_eq!(home.fails(&["cancel", txid, "--yes"]), code);
        assert_eq!(
            home.fails(&["cancel", txid, "--fee-rate", "9", "--yes"]),
            code
        );
        assert_eq!(
            home.fails(&["tx", "bump", txid, "--fee-rate", "9", "--yes"]),
            code
        );
    }
}

#[test]
fn a_file_for_a_folder_that_is_not_there_is_told_so() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let nowhere = home.scratch("nowhere");
    let file = nowhere.join("main.satchel");
    for args in [
        ["export", crate::support::path_text(&file), "--yes"],
        ["backup", crate::support::path_text(&nowhere), "--yes"],
    ] {
        let answer = home.run(&args);
        assert_eq!(answer.code, 9);
        assert!(
            answer.stderr.contains("no such folder"),
            "{}",
            answer.stderr
        );
        assert!(!nowhere.exists());
    }
}
