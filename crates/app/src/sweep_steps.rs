//! The steps by which the coins of a wallet are moved to one of new words. Each can be taken again: what was done is found.

use std::collections::BTreeSet;

use bitcoin::{Amount, OutPoint};
use satchel_keys::{RecoveryWords, Seed};
use satchel_ports::{Act, ConfirmText};
use satchel_secrets::SecretBytes;
use satchel_types::{
    Batch, CoinRow, Draft, FeeRate, Label, Origin, RequestId, WalletId, WalletName, WalletRecord,
    Write,
};
use satchel_wallet::CoinChoice;

use crate::access_error::AccessError;
use crate::acts::line;
use crate::create_wallet::{CreateWalletError, NewWallet};
use crate::draft::{CreateDraft, DraftError};
use crate::events::Event;
use crate::open::Open;
use crate::seed_access::SeedAccess;
use crate::session::App;
use crate::sweep::{Record, Sent, Sweep, SweepStep};
use crate::sweep_parts::parts;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The wallet cannot be reached.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// Its coins need not be moved.
    #[error("the coins of this wallet need not be moved")]
    NotDue,
    /// The keys are on another device.
    #[error(
        "this device does not hold the keys of this wallet; move its coins on the one that does"
    )]
    Elsewhere,
    /// Another step is due.
    #[error("another step comes first")]
    NotYet(SweepStep),
    /// Some coins are locked, and their owner did not say whether they are moved.
    #[error("{} coins of this wallet are locked; say whether they are moved or left", .0.len())]
    LockedCoins(Vec<CoinRow>),
    /// Every coin is worth less than what moving it costs.
    #[error("at this fee rate no coin is worth moving: {sum} in {count} coins would stay")]
    NotWorthIt {
        /// How many coins.
        count: usize,
        /// What they are worth together.
        sum: Amount,
    },
    /// The new wallet could not be made.
    #[error(transparent)]
    Create(#[from] CreateWalletError),
    /// The payment could not be prepared.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A lock could not be taken off.
    #[error(transparent)]
    Lock(#[from] crate::coins::CoinLockError),
    /// No consent.
    #[error(transparent)]
    Confirm(#[from] satchel_ports::ConfirmError),
}

impl From<satchel_ports::StoreError> for SweepError {
    fn from(error: satchel_ports::StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<satchel_ports::EntropyError> for SweepError {
    fn from(error: satchel_ports::EntropyError) -> Self {
        Self::Access(error.into())
    }
}

/// What becomes of locked coins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockedCoins {
    /// They are moved as well.
    Move,
    /// They stay, and whoever has the lost device's keys can spend them.
    Leave,
}

/// A payment of everything to the new wallet.
#[derive(Debug, Clone)]
pub struct SweepDraft {
    /// The draft, to be sent like any other.
    pub draft: Draft,
    /// Coins that stay, and what they are worth.
    pub left: (usize, Amount),
    /// Of what is moved, how many hundredths are the fee, rounded up.
    pub fee_percent: u64,
    /// Coins that did not fit into one transaction; the payments after this one take them.
    pub more: usize,
    /// How many payments come after this one.
    pub later: usize,
}

/// Not moving the coins.
#[derive(Debug)]
pub struct WaiveSweep {
    /// Of which wallet.
    pub wallet: String,
    /// Which devices hold its keys.
    pub lost: Vec<String>,
}

impl Act for WaiveSweep {
    fn text(&self) -> ConfirmText {
        ConfirmText {
            title: "Leave the coins where they are?".to_owned(),
            lines: vec![
                line("Wallet", self.wallet.as_str()),
                line("Keys also on", self.lost.join(", ")),
            ],
            warnings: vec![
                "Only if you erased the device yourself: whoever has it and its passphrase can \
                 spend these coins."
                    .to_owned(),
            ],
            agree: "Leave them".to_owned(),
        }
    }
}

impl App {
    /// Makes the wallet of new words that gets the coins, of the same network and kind. Once it was made it is returned.
    ///
    /// # Errors
    /// See [`SweepError`].
    pub fn begin_sweep(
        &self,
        wallet: WalletId,
        access: &SeedAccess,
    ) -> Result<WalletRecord, SweepError> {
        let open = self.open()?;
        let (old, sweep, mut stored) = self.due(&open, wallet)?;
        if let Some((to, _)) = sweep.to {
            return Ok(open.store.wallet(to)?);
        }
        let entropy = SecretBytes::<16>::init_with(|bytes| self.ports.entropy.fill(bytes))?;
        let words =
            RecoveryWords::from_entropy(entropy.expose()).map_err(CreateWalletError::from)?;
        let seed = Seed::new(words, None).map_err(CreateWalletError::from)?;
        let new = NewWallet {
            name: self.new_name(&open, &old)?,
            network: old.network,
            script_type: old.script_type,
            origin: Origin::Created,
        };
        let (record, mut batch) = self.new_wallet(access, new, &seed)?;
        // With it: a program that ends here finds the wallet it made and makes no second one.
        stored.to = Some(record.id);
        batch.push(stored.put(wallet));
        open.store.apply(&batch)?;
        self.tell(Event::WalletsChanged);
        Ok(record)
    }

    /// Prepares the payment of all that can be moved. Consent and proof come when it is sent, as for each payment.
    ///
    /// # Errors
    /// See [`SweepError`].
    pub async fn draft_sweep(
        &self,
        wallet: WalletId,
        fee_rate: Option<FeeRate>,
        locked: Option<LockedCoins>,
    ) -> Result<SweepDraft, SweepError> {
        let open = self.open()?;
        let (old, sweep, mut stored) = self.due(&open, wallet)?;
        if !matches!(sweep.step, SweepStep::Draft | SweepStep::Send) {
            return Err(SweepError::NotYet(sweep.step));
        }
        let (to, _) = sweep.to.ok_or(SweepError::NotYet(SweepStep::Begin))?;
        match (sweep.locked.is_empty(), locked) {
            (false, None) => return Err(SweepError::LockedCoins(sweep.locked)),
            (false, Some(LockedCoins::Move)) => {
                for coin in &sweep.locked {
                    let unlocked = self.set_coin_lock(Some(wallet), coin.outpoint, false);
                    unlocked.await?;
                }
            }
            _ => {}
        }
        if let Some(before) = sweep.draft {
            // One at another rate takes its place; one that was signed is sent as it is.
            let known = open.store.draft(before)?;
            if let Some(draft) = known.filter(|it| it.state != satchel_types::DraftState::Open) {
                return Ok(self.told(&open, wallet, draft, &stored)?);
            }
            self.drop_draft(before).await?;
        }
        // What was sent is remembered by itself: drafts that were sent are forgotten one day.
        if let Some(before) = stored.draft.take() {
            stored
                .sent
                .extend(open.store.draft(before)?.as_ref().and_then(Sent::of));
        }
        let rate = match fee_rate {
            Some(rate) => rate,
            None => self
                .estimated_rate(&open, old.network, crate::draft::USUAL_WAIT)
                .await
                .map_err(DraftError::from)?,
        };
        let mut coins = self.free_coins(&open, old.id)?;
        coins.retain(is_settled);
        let (kept, coins): (Vec<_>, Vec<_>) = coins.into_iter().partition(|coin| coin.locked);
        let parts = parts(old.script_type, coins, rate);
        let Some(first) = parts.payments.first() else {
            return Err(not_worth_it(open.store.all_coins(wallet)?));
        };
        let request = RequestId::from_bytes(self.random_id()?);
        stored.request = Some(request);
        stored.later = parts.payments.len() - 1;
        let kept = kept.iter().map(|coin| coin.outpoint);
        stored.left = parts.left.iter().copied().chain(kept).collect();
        // Before the draft, so that a program that ends here makes no second one.
        open.store.apply(&Batch::from(stored.put(wallet)))?;
        let address = self
            .address_for_sweep(wallet, to, stored.sent.len())
            .await?;
        let drafting = self.create_draft(CreateDraft {
            request,
            wallet: Some(old.id),
            recipients: vec![(address, None)],
            fee_rate: Some(rate),
            coins: CoinChoice::Manual(first.clone()),
            label: Label::new("Moved to a new wallet").ok().flatten(),
            replaces: None,
        });
        let draft = drafting.await?;
        stored.draft = Some(draft.id);
        open.store.apply(&Batch::from(stored.put(wallet)))?;
        self.tell(Event::Changed { wallet });
        Ok(self.told(&open, wallet, draft, &stored)?)
    }

    /// Puts the old wallet away, once all that could be moved is in a block. It is still looked at: what comes in later is
    /// said.
    ///
    /// # Errors
    /// See [`SweepError`].
    pub fn finish_sweep(&self, wallet: WalletId) -> Result<(), SweepError> {
        let open = self.open()?;
        let (_, sweep, mut stored) = self.due(&open, wallet)?;
        if sweep.step != SweepStep::PutAway {
            return Err(SweepError::NotYet(sweep.step));
        }
        stored.done = Some(self.now());
        let mut batch = Batch::from(stored.put(wallet));
        batch.push(put_away(wallet));
        if let Some((to, _)) = sweep.to
            && open.store.selected()? == Some(wallet)
        {
            batch.push(Write::SelectWallet(to));
        }
        open.store.apply(&batch)?;
        self.tell(Event::WalletsChanged);
        self.tell(Event::CircleChanged);
        Ok(())
    }

    /// Notes, after consent, that the coins stay where they are: the lost device was erased.
    ///
    /// # Errors
    /// See [`SweepError`].
    pub async fn waive_sweep(&self, wallet: WalletId) -> Result<(), SweepError> {
        let open = self.open()?;
        let record = open.store.wallet(wallet)?;
        let sweep = self.sweep_of(&open, &record)?.ok_or(SweepError::NotDue)?;
        let act = WaiveSweep {
            wallet: sweep.name,
            lost: sweep.lost,
        };
        self.consent(&open, act).await?.into_act();
        let mut stored = Record::of(&open, wallet)?;
        stored.waived = Some(self.now());
        open.store.apply(&Batch::from(stored.put(wallet)))?;
        self.tell(Event::CircleChanged);
        Ok(())
    }

    /// Returns whether a wallet was put away.
    ///
    /// # Errors
    /// See [`AccessError`].
    pub fn is_put_away(&self, wallet: WalletId) -> Result<bool, AccessError> {
        Ok(self.open()?.store.setting(&away_setting(wallet))?.is_some())
    }

    /// Returns a wallet whose coins are to be moved here, and how far it is.
    fn due(
        &self,
        open: &Open,
        wallet: WalletId,
    ) -> Result<(WalletRecord, Sweep, Record), SweepError> {
        let record = open.store.wallet(wallet)?;
        let sweep = self.sweep_of(open, &record)?.ok_or(SweepError::NotDue)?;
        if sweep.step == SweepStep::Elsewhere {
            return Err(SweepError::Elsewhere);
        }
        let stored = Record::of(open, wallet)?;
        Ok((record, sweep, stored))
    }

    /// Returns a name that no wallet here has.
    fn new_name(&self, open: &Open, old: &WalletRecord) -> Result<WalletName, AccessError> {
        let taken = open.store.wallets()?;
        let old = old.name.as_str();
        let start: String = old.chars().take(WalletName::MAX - 8).collect();
        let names = (2..).map(|n| WalletName::new(&format!("{start} {n}")));
        let free = |name: &WalletName| !taken.iter().any(|record| record.name == *name);
        let mut names = names.filter_map(Result::ok).filter(free);
        names.next().ok_or(AccessError::UnknownWallet)
    }

    /// Returns the address that a payment goes to: another one for each, and the same when it is prepared again.
    async fn address_for_sweep(
        &self,
        wallet: WalletId,
        to: WalletId,
        payment: usize,
    ) -> Result<String, SweepError> {
        let mut id = *wallet.as_bytes();
        // Another request than one that a shell drew: it is bound to the two wallets.
        for (byte, other) in id.iter_mut().zip(to.as_bytes()) {
            *byte ^= other;
        }
        for (byte, other) in id.iter_mut().zip(payment.to_le_bytes()) {
            *byte ^= other;
        }
        let row = self.generate_address(Some(to), RequestId::from_bytes(id), None);
        Ok(row.await?.address)
    }

    /// Says what of the draft its owner should know.
    fn told(
        &self,
        open: &Open,
        wallet: WalletId,
        draft: Draft,
        stored: &Record,
    ) -> Result<SweepDraft, AccessError> {
        let moved: BTreeSet<OutPoint> = inputs(&draft).collect();
        let add = |sum: &mut (usize, Amount), coin: &CoinRow| {
            sum.0 += 1;
            sum.1 = sum.1.checked_add(coin.amount).unwrap_or(Amount::MAX_MONEY);
        };
        let nothing = (0, Amount::ZERO);
        let (mut goes, mut left, mut more) = (nothing, nothing, nothing);
        for coin in open.store.all_coins(wallet)? {
            if moved.contains(&coin.outpoint) {
                add(&mut goes, &coin);
            } else if stored.left.contains(&coin.outpoint) {
                add(&mut left, &coin);
            } else if is_settled(&coin) {
                add(&mut more, &coin);
            }
        }
        let hundredths = draft.fee.to_sat().saturating_mul(100);
        Ok(SweepDraft {
            fee_percent: hundredths.div_ceil(goes.1.to_sat().max(1)),
            draft,
            left,
            more: more.0,
            later: stored.later,
        })
    }
}

fn not_worth_it(coins: Vec<CoinRow>) -> SweepError {
    let sum = coins.iter().map(|coin| coin.amount);
    SweepError::NotWorthIt {
        count: coins.len(),
        sum: sum.fold(Amount::ZERO, |sum, amount| {
            sum.checked_add(amount).unwrap_or(Amount::MAX_MONEY)
        }),
    }
}

fn inputs(draft: &Draft) -> impl Iterator<Item = OutPoint> {
    let inputs = draft.psbt.unsigned_tx.input.iter();
    inputs.map(|input| input.previous_output)
}

/// Whether a coin can be spent now.
fn is_settled(coin: &CoinRow) -> bool {
    use satchel_types::CoinState;
    matches!(
        coin.state,
        CoinState::Confirmed { .. } | CoinState::PendingChange { .. }
    )
}

/// Key under which is noted that a wallet was put away.
pub(crate) fn away_setting(wallet: WalletId) -> String {
    format!("{AWAY}{wallet}")
}

/// How such keys begin.
pub(crate) const AWAY: &str = "away_";

/// Puts a wallet away, here and on every device.
pub(crate) fn put_away(wallet: WalletId) -> Write {
    Write::PutSetting {
        key: away_setting(wallet),
        value: "1".to_owned(),
    }
}
