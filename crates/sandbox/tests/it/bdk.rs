//! A foreign wallet: bdk's own Esplora client, unchanged.
#![allow(deprecated)] // a wallet that signs by itself is all this test needs

use bdk_esplora::EsploraAsyncExt;
use bdk_esplora::esplora_client::{self, AsyncClient};
use bdk_wallet::template::Bip86;
use bdk_wallet::{KeychainKind, SignOptions, Wallet};
use bitcoin::bip32::Xpriv;
use bitcoin::{Amount, FeeRate, Network};
use satchel_sandbox::{Sandbox, SandboxConfig};

fn wallet() -> Wallet {
    let master = Xpriv::new_master(Network::Regtest, &[42; 32]).unwrap();
    Wallet::create(
        Bip86(master, KeychainKind::External),
        Bip86(master, KeychainKind::Internal),
    )
    .network(Network::Regtest)
    .create_wallet_no_persist()
    .unwrap()
}

async fn sync(wallet: &mut Wallet, client: &AsyncClient) {
    let request = wallet.start_sync_with_revealed_spks();
    let update = client.sync(request, 4).await.unwrap();
    wallet.apply_update(update).unwrap();
}

fn pay(wallet: &mut Wallet, sandbox_script: bitcoin::ScriptBuf, rate: u64) -> bitcoin::Transaction {
    let mut builder = wallet.build_tx();
    builder
        .add_recipient(sandbox_script, Amount::from_sat(40_000))
        .fee_rate(FeeRate::from_sat_per_vb(rate).unwrap());
    let mut psbt = builder.finish().unwrap();
    assert!(wallet.sign(&mut psbt, SignOptions::default()).unwrap());
    psbt.extract_tx().unwrap()
}

#[tokio::test]
async fn bdk_scans_pays_replaces_confirms_and_follows_a_reorganisation() {
    let sandbox = Sandbox::start(SandboxConfig::default()).unwrap();
    let client = esplora_client::Builder::new(&sandbox.esplora_url())
        .build_async()
        .unwrap();
    let mut wallet = wallet();
    let mut total = 0;
    for amount in [100_000, 200_000, 300_000] {
        let address = wallet.reveal_next_address(KeychainKind::External);
        sandbox
            .faucet(address.script_pubkey(), Amount::from_sat(amount))
            .unwrap();
        total += amount;
    }
    let request = wallet.start_full_scan();
    let update = client.full_scan(request, 5, 4).await.unwrap();
    wallet.apply_update(update).unwrap();
    assert_eq!(wallet.balance().confirmed.to_sat(), total);
    assert_eq!(wallet.latest_checkpoint().height(), sandbox.tip().height);
    assert_eq!(wallet.latest_checkpoint().hash(), sandbox.tip().hash);

    let to = bitcoin::ScriptBuf::from_hex(&format!("0014{}", "33".repeat(20))).unwrap();
    let tx = pay(&mut wallet, to, 2);
    client.broadcast(&tx).await.unwrap();
    sync(&mut wallet, &client).await;
    assert_eq!(wallet.balance().untrusted_pending.to_sat(), 0);
    assert!(wallet.balance().trusted_pending.to_sat() > 0);

    let mut bump = wallet.build_fee_bump(tx.compute_txid()).unwrap();
    bump.fee_rate(FeeRate::from_sat_per_vb(9).unwrap());
    let mut psbt = bump.finish().unwrap();
    assert!(wallet.sign(&mut psbt, SignOptions::default()).unwrap());
    let bumped = psbt.extract_tx().unwrap();
    client.broadcast(&bumped).await.unwrap();
    assert!(client.get_tx(&tx.compute_txid()).await.unwrap().is_none());

    sandbox.mine(1).unwrap();
    sync(&mut wallet, &client).await;
    let position = |wallet: &Wallet| {
        wallet
            .get_tx(bumped.compute_txid())
            .unwrap()
            .chain_position
            .is_confirmed()
    };
    assert!(position(&wallet));

    sandbox.reorg(1, 2).unwrap();
    sync(&mut wallet, &client).await;
    assert!(!position(&wallet));
    sandbox.mine(1).unwrap();
    sync(&mut wallet, &client).await;
    assert!(position(&wallet));

    // Broadcasting rubbish comes back as the server's 400 with Core's words.
    let mut bad = bumped.clone();
    bad.output[0].value = Amount::from_sat(30_000);
    let error = client.broadcast(&bad).await.unwrap_err().to_string();
    assert!(error.contains("bad-txns-inputs-missingorspent"), "{error}");
    let fees = client.get_fee_estimates().await.unwrap();
    assert_eq!(fees[&1], 1.0);
    let proof = client
        .get_merkle_block(&bumped.compute_txid())
        .await
        .unwrap();
    assert!(proof.is_some());
    let status = client.get_tx_status(&bumped.compute_txid()).await.unwrap();
    assert_eq!(status.block_height, Some(sandbox.tip().height));
    let info = client
        .get_tx_info(&bumped.compute_txid())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(info.txid, bumped.compute_txid());
    let blocks = client.get_blocks(None).await.unwrap();
    assert_eq!(blocks[0].id, sandbox.tip().hash);
}
