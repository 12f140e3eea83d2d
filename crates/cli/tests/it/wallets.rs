use crate::support::{Home, chain, path_text, text};

const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                     abandon abandon about";

#[test]
fn wallets_are_listed_selected_renamed() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let second = home.ok(&[
        "wallet",
        "create",
        "--name",
        "Second",
        "--network",
        "signet",
    ]);
    let list = home.ok(&["wallet", "list"]);
    let names: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|w| text(&w["name"]).to_owned())
        .collect();
    assert_eq!(names, ["Main", "Second"]);
    assert_eq!(
        list[1]["selected"], true,
        "a new wallet is the selected one"
    );
    home.ok(&["wallet", "select", "Main"]);
    assert_eq!(home.ok(&["wallet", "info"])["name"], "Main");
    home.ok(&["wallet", "rename", text(&second["id"]), "Play money"]);
    assert_eq!(
        home.ok(&["wallet", "info", "Play money"])["network"],
        "signet"
    );
    assert_eq!(
        home.ok(&["--wallet", "Play money", "wallet", "info"])["id"],
        second["id"]
    );
}

#[test]
fn words_bring_back_the_addresses_of_the_standards() {
    let chain = chain();
    let home = Home::new(&chain);
    let words = home.scratch("words");
    std::fs::write(&words, format!("  {WORDS}\n")).expect("a file");
    // The first receive addresses that BIP-0086, 84, 49 and 44 give for these words on mainnet.
    let expected = [
        (
            "taproot",
            "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
        ),
        ("segwit", "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu"),
        ("nested-segwit", "37VucYSaXLCAsxYyAPfbSi9eh4iEcbShgf"),
        ("legacy", "1LqBGSKuX5yYUonjxT5qGfpUsXKYYWeabA"),
    ];
    for (kind, address) in expected {
        let name = format!("W {kind}");
        home.ok(&[
            "wallet",
            "restore",
            "--name",
            &name,
            "--network",
            "bitcoin",
            "--script-type",
            kind,
            "--words-file",
            path_text(&words),
        ]);
        assert_eq!(home.address(), address, "{kind}");
    }
    let twice = home.fails(&[
        "wallet",
        "restore",
        "--name",
        "Again",
        "--network",
        "bitcoin",
        "--script-type",
        "taproot",
        "--words-file",
        path_text(&words),
    ]);
    assert_eq!(
        twice,
        (2, "bad_input".to_owned()),
        "the same wallet is here already"
    );
}

#[test]
fn bad_words_are_told_apart() {
    let chain = chain();
    let home = Home::new(&chain);
    let words = home.scratch("words");
    for text in [
        "abandon about",
        &WORDS.replace("about", "abandon"),
        &WORDS.replace("about", "bitcoins"),
    ] {
        std::fs::write(&words, text).expect("a file");
        let args = [
            "wallet",
            "restore",
            "--name",
            "W",
            "--network",
            "regtest",
            "--words-file",
            path_text(&words),
        ];
        assert_eq!(home.fails(&args), (2, "bad_words".to_owned()), "{text}");
    }
}

#[test]
fn a_restored_wallet_finds_its_coins() {
    let chain = chain();
    let home = Home::new(&chain);
    let words = home.scratch("words");
    std::fs::write(&words, WORDS).expect("a file");
    let restore = |home: &Home| {
        home.ok(&[
            "wallet",
            "restore",
            "--name",
            "W",
            "--network",
            "regtest",
            "--words-file",
            path_text(&words),
        ])
    };
    restore(&home);
    for _ in 0..3 {
        home.receive(&chain, 30_000);
    }
    let other = Home::new(&chain);
    restore(&other);
    other.ok(&["sync"]);
    assert_eq!(other.sats("confirmed"), 90_000);
    assert_ne!(
        other.address(),
        home.ok(&["address", "list"])["addresses"][0]["address"]
    );
}

#[test]
fn a_fresh_address_is_fresh_each_time() {
    let chain = chain();
    let home = Home::with_wallet(&chain);
    let (first, second) = (home.address(), home.address());
    assert_ne!(first, second);
    let list = home.ok(&["address", "list"]);
    assert_eq!(list["total"], 2);
    assert_eq!(list["addresses"][0]["address"], second.as_str());
}

#[test]
fn a_wallet_is_watched_by_its_key_alone() {
    let chain = chain();
    let home = Home::new(&chain);
    // The account key of the words above that BIP-0084 gives, and its first address.
    let key = "zpub6rFR7y4Q2AijBEqTUquhVz398htDFrtymD9xYYfG1m4wAcvPhXNfE3EfH1r1ADqtfSdVCToUG868RvUUkgDKf31mGDtKsAYz2oz2AGutZYs";
    let watch = |home: &Home, key: &str, name: &str, network: &str| {
        home.run(&[
            "--yes",
            "wallet",
            "watch",
            key,
            "--name",
            name,
            "--network",
            network,
        ])
    };
    let bought = watch(&home, key, "Bought", "bitcoin").json;
    assert_eq!(bought["watch_only"], true);
    assert_eq!(bought["script_type"], "segwit");
    assert_eq!(home.address(), "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu");
    for (key, name, network) in [
        (key, "Bought again", "bitcoin"),
        ("zpub6rFR7y4Q2Aij", "Cut", "bitcoin"),
    ] {
        assert_eq!(watch(&home, key, name, network).code, 2, "{name}");
    }
    // Of several keys: what it is and why it is not watched, and not only that it cannot be read.
    let xpub = "xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V";
    let several = format!("wsh(sortedmulti(2,{xpub}/0/*,{xpub}/1/*))");
    let refused = watch(&home, &several, "Shared", "bitcoin");
    assert_eq!(refused.code, 2);
    for said in ["bad_input", "of several keys", "wallets of one key"] {
        assert!(refused.stderr.contains(said), "{}", refused.stderr);
    }

    let keys = Home::with_wallet(&chain);
    let descriptor = keys.ok(&["wallet", "info"])["external_descriptor"].clone();
    let watched = watch(&home, text(&descriptor), "Play", "regtest");
    assert_eq!(watched.code, 0, "{}", watched.stderr);
    keys.receive(&chain, 30_000);
    home.ok(&["sync"]);
    assert_eq!(home.sats("confirmed"), 30_000);
    let to = keys.address();
    let send = ["--yes", "send", "--to", &to, "--amount", "10000"];
    assert_eq!(home.fails(&send), (6, "watch_only".to_owned()));
    home.fails(&["wallet", "words"]);
    assert_eq!(home.ok(&["wallet", "list"])[1]["name"], "Play");
}
