//! A payment: the draft, the signature, the broadcast.

use std::collections::BTreeSet;

use async_trait::async_trait;
use bitcoin::{Amount, Txid};
use satchel_app::draft::CreateDraft;
use satchel_types::{
    Direction, DraftState, FeeRate, HistoryQuery, RequestId, ScriptType, WalletId,
};
use satchel_wallet::CoinChoice;

use crate::home::{Home, home};
use crate::laws::{Flow, Law, Point, must, said, untouched, wallets};
use crate::process::{Process, Remains};

/// Somebody's address.
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const REQUEST: [u8; 16] = [1; 16];

pub struct Send {
    home: Home,
    wallet: WalletId,
    amount: Amount,
}

impl Send {
    /// The first wallet has `coins` coins of 10 000 sat and pays with as many as it takes.
    pub fn new(kinds: &[ScriptType], coins: u32, amount: u64) -> Self {
        let home = home(kinds, coins);
        let funded = |text: &&WalletId| home.wallets[text].contains("CoinRow");
        let wallet = *home.wallets.keys().find(funded).unwrap();
        Self {
            home,
            wallet,
            amount: Amount::from_sat(amount),
        }
    }

    fn draft(&self) -> CreateDraft {
        CreateDraft {
            request: RequestId::from_bytes(REQUEST),
            wallet: Some(self.wallet),
            recipients: vec![(TO.into(), Some(self.amount))],
            fee_rate: FeeRate::from_sat_per_kvb(2000).ok(),
            coins: CoinChoice::Auto,
            label: Some(satchel_testkit::rows::label("rent")),
            replaces: None,
        }
    }

    async fn pay(&self, process: &Process) -> Result<Txid, String> {
        let draft = process.app.create_draft(self.draft()).await.map_err(said)?;
        let sent = process.app.send_transaction(draft.id).await;
        sent.map_err(said)
    }

    /// Payments that the wallet knows of.
    fn payments(&self, process: &Process) -> Result<Vec<Txid>, String> {
        let query = HistoryQuery {
            direction: Some(Direction::Outgoing),
            ..HistoryQuery::default()
        };
        let page = process.app.history(Some(self.wallet), &query);
        let page = page.map_err(said)?;
        Ok(page.rows.page.rows.iter().map(|row| row.txid).collect())
    }
}

fn txids(process: &Process) -> BTreeSet<Txid> {
    process.sent().iter().map(|tx| tx.compute_txid()).collect()
}

#[async_trait(?Send)]
impl Flow for Send {
    fn name(&self) -> &'static str {
        "send"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        self.pay(process).await.unwrap().to_string()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let store = process.store();
        let found = wallets(&*store, &self.home.key)?;
        let others = self
            .home
            .wallets
            .iter()
            .filter(|(id, _)| **id != self.wallet);
        let others = others.map(|(id, text)| (*id, text.clone())).collect();
        untouched(&others, &found)?;
        must(found.len() == self.home.wallets.len(), || {
            "wallets came".into()
        })?;

        let sent = txids(process);
        let request = store
            .request(RequestId::from_bytes(REQUEST))
            .map_err(said)?;
        let state = match request {
            None => None,
            Some(id) => {
                let draft = store.draft(id.parse().map_err(said)?).map_err(said)?;
                Some(draft.ok_or("a request without its draft")?.state)
            }
        };
        let signed = match state {
            Some(DraftState::Signed { txid } | DraftState::Broadcast { txid }) => Some(txid),
            Some(DraftState::Open) | None => None,
        };
        must(sent.iter().all(|txid| Some(*txid) == signed), || {
            "the network has a payment that is not kept as signed".into()
        })?;
        let noted = self.payments(process)?;
        let broadcast = matches!(state, Some(DraftState::Broadcast { .. }));
        must(noted.len() == usize::from(broadcast), || {
            format!("{} payments, {state:?}", noted.len())
        })?;
        must(!broadcast || !sent.is_empty(), || "nobody has it".into())?;
        if let Some(told) = &point.told {
            let kept = broadcast && signed.map(|txid| txid.to_string()).as_ref() == Some(told);
            must(kept, || format!("the payment is gone: {state:?}"))?;
        }
        // Signing takes a stretched passphrase.
        if !point.again || (signed.is_none() && !point.close) {
            return Ok(());
        }
        let handed = process.sent().len();
        let again = self.pay(process).await?;
        must(signed.is_none_or(|txid| txid == again), || {
            "paid twice".into()
        })?;
        let all = txids(process);
        must(all.len() == 1 && all.contains(&again), || {
            format!("sent: {all:?}")
        })?;
        must(!broadcast || process.sent().len() == handed, || {
            "sent again".into()
        })?;
        must(self.payments(process)? == [again], || "noted twice".into())?;
        untouched(&others, &wallets(&*store, &self.home.key)?)
    }
}
