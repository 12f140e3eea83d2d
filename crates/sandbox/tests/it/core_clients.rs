//! Foreign clients of Bitcoin Core's JSON-RPC, unchanged: a whole session each.

use std::path::{Path, PathBuf};
use std::process::Command;

use bdk_bitcoind_rpc::bitcoincore_rpc::{Auth, Client, RpcApi};
use bdk_bitcoind_rpc::{Emitter, NO_EXPECTED_MEMPOOL_TXS};
use bdk_wallet::template::Bip86;
use bdk_wallet::{KeychainKind, Wallet};
use bitcoin::bip32::Xpriv;
use bitcoin::{Address, Amount, Network};
use satchel_sandbox::{Sandbox, SandboxConfig};

fn client(sandbox: &Sandbox, wallet: Option<&str>) -> Client {
    let url = match wallet {
        Some(name) => format!("{}/wallet/{name}", sandbox.url()),
        None => sandbox.url(),
    };
    Client::new(&url, Auth::CookieFile(sandbox.cookie_file().to_owned())).unwrap()
}

#[test]
fn a_rust_client_has_a_session_with_typed_answers() {
    let sandbox = Sandbox::start(SandboxConfig::default()).unwrap();
    let node = client(&sandbox, None);
    assert_eq!(node.get_blockchain_info().unwrap().blocks, 110);
    assert_eq!(node.get_network_info().unwrap().version, 290_000);
    node.create_wallet("w", None, None, None, None).unwrap();
    assert_eq!(node.list_wallets().unwrap(), ["faucet", "w"]);
    assert_eq!(node.list_wallet_dir().unwrap(), ["faucet", "w"]);
    let (wallet, faucet) = (
        client(&sandbox, Some("w")),
        client(&sandbox, Some("faucet")),
    );
    let address = wallet
        .get_new_address(Some("rent"), None)
        .unwrap()
        .assume_checked();
    let info = wallet.get_address_info(&address).unwrap();
    assert_eq!(info.is_mine, Some(true));
    let two = Amount::from_sat(200_000_000);
    let funding = faucet
        .send_to_address(&address, two, None, None, None, None, None, None)
        .unwrap();
    assert_eq!(wallet.get_balances().unwrap().mine.untrusted_pending, two);
    let miner = faucet.get_new_address(None, None).unwrap().assume_checked();
    node.generate_to_address(1, &miner).unwrap();
    assert_eq!(wallet.get_balance(None, None).unwrap(), two);
    let coins = wallet.list_unspent(None, None, None, None, None).unwrap();
    assert_eq!(
        (coins.len(), coins[0].txid, coins[0].amount),
        (1, funding, two)
    );
    let received = wallet
        .list_received_by_address(None, None, None, None)
        .unwrap();
    assert_eq!(received[0].txids, [funding]);

    let half = Amount::from_sat(50_000_000);
    let txid = wallet
        .send_to_address(&miner, half, Some("tea"), None, None, None, None, None)
        .unwrap();
    assert_eq!(node.get_raw_mempool().unwrap(), [txid]);
    assert_eq!(node.get_mempool_entry(&txid).unwrap().ancestor_count, 1);
    let seen = wallet.get_transaction(&txid, None).unwrap();
    assert_eq!(seen.info.confirmations, 0);
    assert_eq!(seen.amount.to_sat(), -50_000_000);
    assert!(seen.fee.unwrap().to_sat() < 0);
    let block = node.generate_to_address(1, &miner).unwrap()[0];
    let seen = wallet.get_transaction(&txid, None).unwrap();
    assert_eq!(seen.info.blockhash, Some(block));

    node.invalidate_block(&block).unwrap();
    assert_eq!(
        wallet
            .get_transaction(&txid, None)
            .unwrap()
            .info
            .confirmations,
        0
    );
    node.reconsider_block(&block).unwrap();
    assert_eq!(
        wallet
            .get_transaction(&txid, None)
            .unwrap()
            .info
            .confirmations,
        1
    );
    let page = wallet
        .list_transactions(None, Some(10), None, None)
        .unwrap();
    assert_eq!(page.len(), 2);
    assert_eq!(wallet.get_wallet_info().unwrap().tx_count, 2);
    let error = wallet
        .send_to_address(
            &miner,
            Amount::from_int_btc(9),
            None,
            None,
            None,
            None,
            None,
            None,
        )
        .unwrap_err();
    assert!(error.to_string().contains("-6"), "{error}");
    node.unload_wallet(Some("w")).unwrap();
    node.load_wallet("w").unwrap();
}

#[test]
fn a_foreign_wallet_follows_the_node_through_a_reorganisation() {
    let sandbox = Sandbox::start(SandboxConfig::default()).unwrap();
    let rpc = client(&sandbox, None);
    let master = Xpriv::new_master(Network::Regtest, &[43; 32]).unwrap();
    let mut wallet = Wallet::create(
        Bip86(master, KeychainKind::External),
        Bip86(master, KeychainKind::Internal),
    )
    .network(Network::Regtest)
    .create_wallet_no_persist()
    .unwrap();
    let address: Address = wallet.reveal_next_address(KeychainKind::External).address;
    let amount = Amount::from_sat(70_000);
    sandbox.faucet(address.script_pubkey(), amount).unwrap();
    let mut emitter = Emitter::new(&rpc, wallet.latest_checkpoint(), 0, NO_EXPECTED_MEMPOOL_TXS);
    let mut follow = |wallet: &mut Wallet| {
        while let Some(event) = emitter.next_block().unwrap() {
            let (height, to) = (event.block_height(), event.connected_to());
            wallet
                .apply_block_connected_to(&event.block, height, to)
                .unwrap();
        }
        let pool = emitter.mempool().unwrap();
        wallet.apply_evicted_txs(pool.evicted);
        wallet.apply_unconfirmed_txs(pool.update);
    };
    follow(&mut wallet);
    assert_eq!(wallet.latest_checkpoint().hash(), sandbox.tip().hash);
    assert_eq!(wallet.balance().confirmed, amount);
    sandbox.reorg(1, 2).unwrap();
    follow(&mut wallet);
    assert_eq!(wallet.latest_checkpoint().hash(), sandbox.tip().hash);
    assert_eq!(wallet.balance().confirmed, Amount::ZERO);
    assert_eq!(wallet.balance().untrusted_pending, amount);
    sandbox.mine(1).unwrap();
    follow(&mut wallet);
    assert_eq!(wallet.balance().confirmed, amount);
}

/// The Python clients, fetched once into the folder for scratch of the tests.
fn python_clients() -> PathBuf {
    const CLIENTS: [&str; 2] = ["bitcoin-core-rpc==2026.10.23", "python-bitcoinrpc==1.0"];
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let there = root.join("python-clients-1");
    if there.is_dir() {
        return there;
    }
    let fresh = tempfile::tempdir_in(root).unwrap();
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
        .arg(fresh.path().join("clients"))
        .args(CLIENTS)
        .output()
        .expect("python3 with pip is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // Whole or not at all; somebody else may have been as quick.
    if std::fs::rename(fresh.path().join("clients"), &there).is_err() {
        assert!(there.is_dir());
    }
    there
}

#[test]
fn python_clients_have_a_session_each() {
    let sandbox = Sandbox::start(SandboxConfig::default()).unwrap();
    let (user, password) = sandbox.rpc_cookie().split_once(':').unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/session.py");
    let output = Command::new("python3")
        .arg(script)
        .args([&sandbox.url(), user, password])
        .env("PYTHONPATH", python_clients())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let done = String::from_utf8(output.stdout).unwrap();
    assert_eq!(done, "bitcoin-core-rpc\npython-bitcoinrpc\n", "{told}");
}
