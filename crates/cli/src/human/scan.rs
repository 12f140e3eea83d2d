//! Answers about what codes say.

use satchel_wire::scan::{Lightning, Seen};

use super::{Human, sats, table};

impl Human for Seen {
    fn human(&self) -> String {
        match self {
            Self::Payment { target } => {
                let whose = if target.mine { " (yours)" } else { "" };
                let mut rows = vec![("Address", format!("{}{whose}", target.address))];
                let amount = target.amount.map(sats);
                let texts = [
                    ("Amount", amount),
                    ("Label", target.label.clone()),
                    ("Message", target.message.clone()),
                ];
                rows.extend(
                    texts
                        .into_iter()
                        .filter_map(|(name, text)| Some((name, text?))),
                );
                table(&rows)
            }
            Self::NotPayable { error } => format!("It cannot be paid: {}", error.message),
            Self::Lightning { what } => {
                let what = match what {
                    Lightning::Invoice => "an invoice",
                    Lightning::Offer => "an offer",
                    Lightning::Link => "a link to a service",
                    Lightning::Name => "a name",
                };
                format!("{what} of Lightning, which Satchel does not speak")
            }
            Self::Psbt { draft_id, .. } => match draft_id {
                Some(id) => format!("A payment to be signed: draft {id}"),
                None => "A payment to be signed".to_owned(),
            },
            Self::Transaction { txid } => format!("The transaction {txid}"),
            Self::Descriptor { watch } => can_watch("A descriptor", watch.is_some()),
            Self::AccountKey { watch } => can_watch("An extended public key", watch.is_some()),
            Self::Pairing { .. } => {
                "The code of a device that adds another: `satchel device join`".to_owned()
            }
            Self::WalletFile => "A wallet file: `satchel import`".to_owned(),
            Self::Objects => {
                "What another device of yours shows: `satchel bundle meet` takes it in".to_owned()
            }
            Self::Heads => {
                "What another device of yours has: `satchel bundle meet` shows what it lacks"
                    .to_owned()
            }
            Self::Labels { records } => format!("{records} labels: `satchel labels import`"),
            Self::DescriptorBackup => {
                "A backup of descriptors: `satchel descriptors read`".to_owned()
            }
            Self::Server { url } => format!("The address of a server: {url}"),
            Self::SealedOnly => "Recovery words or a private key".to_owned(),
            Self::Unknown => "Something else".to_owned(),
        }
    }
}

fn can_watch(what: &str, watch: bool) -> String {
    if watch {
        format!("{what}; `satchel wallet watch` watches the wallet")
    } else {
        format!("{what}, of a wallet that Satchel cannot watch")
    }
}
