//! What a container says of wallets, for a home that is not of its circle.

use bitcoin::consensus::encode::deserialize;
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use satchel_secrets::SecretVec;
use satchel_types::{ChainSide, Label, LabelTarget, WalletId, WalletName};

use super::OpenedContainer;
use crate::replica::Replica;
use crate::state::{SharedWallet, Space, State, TxidBytes, ValueKey};
use crate::{PortableWallet, Prepared};

/// Highest index that an address can have (BIP-0032).
const MAX_INDEX: u32 = 1 << 31;

/// Returns the wallets of a container, in the order of their ids, each with its seed if that is there. What a
/// wallet cannot show, such as a label that is too long, is not among it.
pub fn wallets_of(opened: &OpenedContainer) -> Vec<PortableWallet> {
    wallets_in(&opened.read)
}

/// Returns the wallets of what somebody has of some circles.
pub fn wallets_in<'a>(read: impl IntoIterator<Item = &'a Replica>) -> Vec<PortableWallet> {
    let mut state = State::default();
    let mut seeds = Vec::new();
    for replica in read {
        state.join(replica.state());
        seeds.extend(replica.seeds());
    }
    let seed = |id| seeds.iter().find(|(of, _)| *of == id).map(|(_, seed)| seed);
    let wallets = state.wallets();
    wallets
        .map(|wallet| portable(&state, wallet, seed(wallet.id)))
        .collect()
}

fn portable(state: &State, wallet: &SharedWallet, seed: Option<&SecretVec>) -> PortableWallet {
    let next = |side| {
        let last = state.revealed(wallet.id, side).next_back();
        last.map_or(0, |(index, _)| index.saturating_add(1).min(MAX_INDEX))
    };
    PortableWallet {
        name: name(state, wallet),
        network: wallet.network,
        script_type: wallet.script_type,
        account: wallet.account,
        descriptors: wallet.descriptors.clone(),
        created_at: wallet.created_at,
        seed: seed.map(|seed| SecretVec::from_slice(seed.expose())),
        labels: labels(state, wallet.id),
        locked_coins: state
            .locked()
            .filter(|(id, _)| *id == wallet.id)
            .filter_map(|(_, coin)| deserialize::<OutPoint>(coin).ok())
            .collect(),
        next_receive: next(ChainSide::Receive),
        next_change: next(ChainSide::Change),
        prepared: prepared(state, wallet.id),
    }
}

/// Returns the payments that are not decided, each with the label that it will have.
fn prepared(state: &State, wallet: WalletId) -> Vec<Prepared> {
    let payments = state.payments();
    payments
        .filter(|(of, _, payment)| *of == wallet && payment.stage.is_open())
        .map(|(_, name, payment)| Prepared {
            name: Txid::from_byte_array(*name),
            payment: payment.clone(),
            label: payment_label(state, wallet, name).map(str::to_owned),
        })
        .collect()
}

/// Returns the label that a payment will have.
pub fn payment_label<'a>(state: &'a State, wallet: WalletId, name: &TxidBytes) -> Option<&'a str> {
    state.value(&payment_label_key(wallet, name))
}

/// Names the label that a payment will have.
pub fn payment_label_key(wallet: WalletId, name: &TxidBytes) -> ValueKey {
    ValueKey {
        space: Space::PAYMENT_LABEL,
        owner: *wallet.as_bytes(),
        field: name.to_vec(),
    }
}

fn name(state: &State, wallet: &SharedWallet) -> WalletName {
    let key = ValueKey {
        space: Space::WALLET_NAME,
        owner: *wallet.id.as_bytes(),
        field: Vec::new(),
    };
    let given = state
        .value(&key)
        .and_then(|name| WalletName::new(name).ok());
    given.unwrap_or_else(|| {
        let id = wallet.id.to_string();
        WalletName::new(&format!("Wallet {}", &id[..8])).expect("letters and digits are a name")
    })
}

fn labels(state: &State, wallet: WalletId) -> Vec<(LabelTarget, String)> {
    let mut labels = Vec::new();
    for space in Space::LABELS {
        for (key, _) in state.values_of(space, wallet.as_bytes()) {
            let text = state.value(key).and_then(|text| Label::new(text).ok()?);
            if let (Some(label), Some(target)) = (text, label_target(key)) {
                labels.push((target, label.as_str().to_owned()));
            }
        }
    }
    labels
}

/// Returns what a label is on; `None` for other values, and what is no target.
pub fn label_target(key: &ValueKey) -> Option<LabelTarget> {
    let field = key.field.as_slice();
    match key.space {
        Space::TX_LABEL => {
            let txid = field.try_into().ok()?;
            Some(LabelTarget::Tx(Txid::from_byte_array(txid)))
        }
        Space::ADDRESS_LABEL => LabelTarget::address(std::str::from_utf8(field).ok()?),
        Space::OUTPUT_LABEL => Some(LabelTarget::Output(deserialize(field).ok()?)),
        Space::INPUT_LABEL => Some(LabelTarget::Input(deserialize(field).ok()?)),
        Space::KEY_LABEL => LabelTarget::key(std::str::from_utf8(field).ok()?),
        _ => None,
    }
}
