//! What needs consent, and how each is asked for.
//!
//! The texts come from the parsed transaction or from what will really be done, never from a
//! page's words.

use bitcoin::{Amount, Network};
use satchel_ports::{Act, ConfirmLine, ConfirmText, KeychainTraits, Presence};
use satchel_types::ScriptType;
use satchel_wallet::{SpendSummary, Unusual};

use crate::recovery::{Usage, kind_name};
use crate::spending_limits::Limits;
use crate::text;

pub(crate) fn line(label: &str, value: impl Into<String>) -> ConfirmLine {
    ConfirmLine {
        label: label.to_owned(),
        value: value.into(),
    }
}

/// The line that ends a list of wallets of which a question names `shown` at most.
pub(crate) fn more_keys(of: usize, shown: usize) -> Option<ConfirmLine> {
    let more = of.checked_sub(shown).filter(|more| *more > 0)?;
    Some(line("And of", format!("{more} more")))
}

/// Recipients, and remarks, that one question shows. More would push what all of it costs off the
/// screen, which is what somebody who hides a recipient among hundreds would want.
const SHOWN: usize = 10;

/// Why a transaction is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpendKind {
    /// To send it.
    Send,
    /// To sign it without sending.
    Sign,
    /// To keep what another device signed, so that it can be sent.
    TakeSigned,
    /// To cancel a pending payment.
    Cancel,
    /// To pay a pending payment again with a higher fee.
    Bump,
}

/// Signing a transaction.
#[derive(Debug)]
pub struct Spend {
    /// Why.
    pub kind: SpendKind,
    /// From which wallet, by name.
    pub wallet: String,
    /// On which network.
    pub network: Network,
    /// What the parsed transaction does.
    pub summary: SpendSummary,
    /// Sentences about it that the use case found.
    pub notes: Vec<String>,
}

impl Act for Spend {
    fn text(&self) -> ConfirmText {
        let summary = &self.summary;
        let (title, agree) = match self.kind {
            SpendKind::Send => ("Send this payment?", "Send"),
            SpendKind::Sign => ("Sign this transaction?", "Sign"),
            SpendKind::TakeSigned => ("Take this signed payment?", "Take it"),
            SpendKind::Cancel => ("Cancel the pending payment?", "Cancel the payment"),
            SpendKind::Bump => ("Raise the fee of this payment?", "Raise the fee"),
        };
        let mut lines = Vec::new();
        for output in summary.recipients.iter().take(SHOWN) {
            let to = output
                .address
                .as_deref()
                .map_or_else(|| "a script without an address".to_owned(), text::address);
            lines.push(line("To", to));
            lines.push(line("Amount", text::amount(output.amount)));
        }
        let hidden = summary.recipients.get(SHOWN..).unwrap_or_default();
        if !hidden.is_empty() {
            let sum = hidden.iter().fold(Amount::ZERO, |sum, output| {
                sum.checked_add(output.amount).unwrap_or(Amount::MAX_MONEY)
            });
            let count = hidden.len();
            lines.push(line(
                "And",
                format!("{count} more, together {}", text::amount(sum)),
            ));
        }
        if summary.recipients.is_empty() {
            lines.push(line("To", "this wallet"));
        }
        lines.push(line("Fee", text::fee(summary.fee, summary.fee_rate)));
        lines.push(line("Total", text::amount(summary.total_out_of_wallet)));
        lines.push(line("From", self.wallet.clone()));
        lines.push(line("Network", text::network(self.network)));
        let mut warnings = Vec::new();
        if !hidden.is_empty() {
            warnings.push("Not every recipient fits into this question.".to_owned());
        }
        warnings.extend(self.notes.iter().cloned());
        warnings.extend(summary.unusual.iter().filter_map(|u| warning(u, self.kind)));
        let unsaid = warnings.len().saturating_sub(SHOWN);
        if unsaid > 0 {
            warnings.truncate(SHOWN);
            warnings.push(format!("There are {unsaid} more things to notice."));
        }
        ConfirmText {
            title: title.to_owned(),
            lines,
            warnings,
            agree: agree.to_owned(),
        }
    }
}

fn warning(unusual: &Unusual, kind: SpendKind) -> Option<String> {
    Some(match unusual {
        Unusual::FeeShare { percent } if *percent >= 100 => {
            "The fee is larger than what is sent.".to_owned()
        }
        Unusual::FeeShare { percent } => format!("The fee is {percent} % of what leaves."),
        Unusual::FeeSum => "The fee is large.".to_owned(),
        Unusual::ForeignChange { index } => {
            format!("Output {index} looks like change, but it does not come back to this wallet.")
        }
        Unusual::FeeRate { rate } => format!("The fee rate of {rate} sat/vB is very high."),
        Unusual::OnlyToSelf if kind == SpendKind::Cancel => return None,
        Unusual::OnlyToSelf => "Nothing is sent to anybody but this wallet.".to_owned(),
        Unusual::ForeignInput { index } => {
            format!("Input {index} is not a coin of this wallet.")
        }
        Unusual::UnprovenAmount { index } => {
            format!("The amount of input {index} is claimed, not proven.")
        }
        Unusual::NoAddress { index } => format!("Output {index} has no address."),
        Unusual::Data { index, bytes } => {
            format!("Output {index} stores {bytes} bytes in the chain for ever.")
        }
        Unusual::Dust { index } => format!("Output {index} is too small to be spent again."),
        Unusual::PartialSighash { index } => {
            format!("The signature of input {index} lets others change the transaction.")
        }
        Unusual::RepeatedRecipient { index } => {
            format!("Output {index} pays an address that is paid already.")
        }
        Unusual::LockTime { value } => {
            format!("It becomes valid only later (lock time {value}).")
        }
    })
}

/// Writing a wallet with its keys to a file.
#[derive(Debug)]
pub struct Export {
    /// Which wallets, by name.
    pub wallets: Vec<String>,
    /// Where.
    pub path: String,
    /// Whether it is a backup to the usual place.
    pub backup: bool,
    /// Whether what devices share goes along, with the keys that open it.
    pub shared: bool,
}

impl Act for Export {
    fn text(&self) -> ConfirmText {
        let (title, agree) = if self.backup {
            ("Write a backup?", "Back up")
        } else {
            ("Export this wallet with its keys?", "Export")
        };
        let mut warnings =
            vec!["Whoever has this file and its passphrase can spend the coins.".to_owned()];
        if self.shared {
            warnings.push(
                "What your devices share goes along. The file also opens what they write later, until \
                 a device is added or removed."
                    .to_owned(),
            );
        }
        ConfirmText {
            title: title.to_owned(),
            lines: vec![
                line("Wallet", self.wallets.join(", ")),
                line("File", self.path.clone()),
            ],
            warnings,
            agree: agree.to_owned(),
        }
    }
}

/// What of a wallet is written into a file that is not sealed under a passphrase.
#[derive(Debug, Clone, Copy)]
pub enum PlainFile {
    /// Labels and locked coins, for everybody who opens the file.
    Labels,
    /// The wallet described for other wallets, for everybody who opens the file.
    Metadata,
    /// Public descriptors, for whoever has the wallet's extended public key.
    Descriptors,
}

/// Writing what is public, but nobody's business, to such a file.
#[derive(Debug)]
pub struct WritePlainFile {
    /// What.
    pub what: PlainFile,
    /// Of which wallet, by name.
    pub wallet: String,
    /// Where.
    pub path: String,
}

impl Act for WritePlainFile {
    fn text(&self) -> ConfirmText {
        let (title, warning) = match self.what {
            PlainFile::Labels => (
                "Write your labels to a file?",
                "Anybody who has this file can read it, and see which payments are yours.",
            ),
            PlainFile::Metadata => (
                "Describe this wallet in a file for other wallets?",
                "Anybody who has this file sees all payments of this wallet, those before and those to come. Nobody can spend with it.",
            ),
            PlainFile::Descriptors => (
                "Write this wallet's descriptors to a file?",
                "Whoever has this file and the wallet's public key can see its payments. Nobody can spend with it.",
            ),
        };
        ConfirmText {
            title: title.to_owned(),
            lines: vec![
                line("Wallet", self.wallet.clone()),
                line("File", self.path.clone()),
            ],
            warnings: vec![warning.to_owned()],
            agree: "Write".to_owned(),
        }
    }
}

/// Showing the recovery words.
#[derive(Debug)]
pub struct RevealWords {
    /// Of which wallet, by name.
    pub wallet: String,
}

impl Act for RevealWords {
    fn text(&self) -> ConfirmText {
        ConfirmText {
            title: "Show the recovery words?".to_owned(),
            lines: vec![line("Wallet", self.wallet.clone())],
            warnings: vec![
                "Whoever sees these words can spend the coins. Make sure that nobody looks on."
                    .to_owned(),
            ],
            agree: "Show".to_owned(),
        }
    }
}

/// Bringing wallets back from words: harmless, but its owner should know the addresses.
#[derive(Debug)]
pub struct RestoreWallets {
    /// On which network.
    pub network: Network,
    /// Whether an extra passphrase belongs to the words.
    pub passphrase: bool,
    /// Which wallets.
    pub wallets: Vec<RestoreLine>,
}

/// A wallet that comes back.
#[derive(Debug)]
pub struct RestoreLine {
    /// Its script type.
    pub script_type: ScriptType,
    /// What the server says of it.
    pub usage: Usage,
    /// Its first address.
    pub first_address: String,
}

impl Act for RestoreWallets {
    fn text(&self) -> ConfirmText {
        let mut lines = Vec::new();
        for wallet in &self.wallets {
            let usage = match wallet.usage {
                Usage::Used => "was used",
                Usage::Unused => "no payment found",
                Usage::Unknown => "not known whether it was used",
            };
            let kind = kind_name(wallet.script_type);
            let bip = wallet.script_type.purpose();
            lines.push(line("Kind", format!("{kind} (BIP-{bip}), {usage}")));
            lines.push(line("First address", text::address(&wallet.first_address)));
        }
        lines.push(line("Network", text::network(self.network)));
        let mut warnings = Vec::new();
        if self.passphrase && self.wallets.iter().all(|w| w.usage != Usage::Used) {
            warnings.push(
                "An extra passphrase that is typed differently makes another wallet, an empty one."
                    .to_owned(),
            );
        }
        ConfirmText {
            title: "Is this your wallet?".to_owned(),
            lines,
            warnings,
            agree: "Bring it back".to_owned(),
        }
    }
}

/// Changing the passphrase.
#[derive(Debug)]
pub struct ChangePassphrase {
    /// Whether the keychain opens the vault as well, and goes on doing so.
    pub keychain: bool,
}

impl Act for ChangePassphrase {
    fn text(&self) -> ConfirmText {
        let mut warnings = vec![
            "The old passphrase stops working here. Backup files keep the passphrase they \
             were written with."
                .to_owned(),
        ];
        if self.keychain {
            warnings.push(
                "This computer's keychain still opens the wallet. If somebody else may have set \
                 that up, remove it in the settings as well."
                    .to_owned(),
            );
        }
        ConfirmText {
            title: "Change the passphrase?".to_owned(),
            lines: Vec::new(),
            warnings,
            agree: "Change".to_owned(),
        }
    }
}

/// Letting the keychain open the vault.
#[derive(Debug)]
pub struct AddKeychain {
    /// Which kind of keychain.
    pub keychain: KeychainTraits,
    /// What its owner allowed such a door to prove with one payment.
    pub by_presence: Option<Amount>,
}

impl Act for AddKeychain {
    fn text(&self) -> ConfirmText {
        let (asks, warning) = match self.keychain.presence {
            Presence::EveryRead => ("at every opening, for finger, face or PIN", None),
            Presence::Session => ("when you log in", None),
            Presence::None => (
                "nobody",
                Some(
                    "This keychain does not check who is asking. While it is unlocked, any program \
                     that runs under your name can open the wallet."
                        .to_owned(),
                ),
            ),
        };
        let mut lines = vec![line("Keychain", self.keychain.name), line("It asks", asks)];
        let pays = self.keychain.presence == Presence::EveryRead;
        if let Some(limit) = self.by_presence.filter(|_| pays) {
            let limit = format!("a payment of up to {}", text::amount(limit));
            lines.push(line("It also proves", limit));
        }
        ConfirmText {
            title: "Open this wallet with the keychain?".to_owned(),
            lines,
            warnings: warning.into_iter().collect(),
            agree: "Allow".to_owned(),
        }
    }
}

/// Stopping the keychain from opening the vault.
#[derive(Debug)]
pub struct RemoveKeychain {
    /// Which kind of keychain.
    pub keychain: KeychainTraits,
}

impl Act for RemoveKeychain {
    fn text(&self) -> ConfirmText {
        ConfirmText {
            title: "Stop opening this wallet with the keychain?".to_owned(),
            lines: vec![line("Keychain", self.keychain.name)],
            warnings: vec!["From then on only the passphrase opens it.".to_owned()],
            agree: "Stop".to_owned(),
        }
    }
}

/// Asking another server.
#[derive(Debug)]
pub struct ChangeBackend {
    /// For which network; none if the server is to say it.
    pub network: Option<Network>,
    /// Which server is asked now, if that is known before the network is.
    pub from: Option<String>,
    /// Which one shall be.
    pub to: String,
}

impl Act for ChangeBackend {
    fn text(&self) -> ConfirmText {
        let lines = match self.network {
            Some(network) => vec![
                line("Network", text::network(network)),
                line(
                    "Now",
                    self.from.clone().unwrap_or_else(|| "none".to_owned()),
                ),
                line("New", self.to.clone()),
            ],
            None => vec![
                line("Network", "the one it says it serves"),
                line("New", self.to.clone()),
            ],
        };
        ConfirmText {
            title: "Ask this server from now on?".to_owned(),
            lines,
            warnings: vec![
                "The server learns this wallet's addresses and tells it which payments exist."
                    .to_owned(),
            ],
            agree: "Use it".to_owned(),
        }
    }
}

/// Letting more leave than before.
#[derive(Debug)]
pub struct RaiseLimits {
    /// What may leave now.
    pub from: Limits,
    /// What may leave then.
    pub to: Limits,
    /// The kind of keychain that may prove payments, or may not.
    pub keychain: KeychainTraits,
}

impl Act for RaiseLimits {
    fn text(&self) -> ConfirmText {
        let change = |from: Option<Amount>, to: Option<Amount>, none: &str| {
            let say = |limit: Option<Amount>| limit.map_or_else(|| none.to_owned(), text::amount);
            if from == to {
                format!("{} as before", say(to))
            } else {
                format!("{}, until now {}", say(to), say(from))
            }
        };
        let mut lines = vec![
            line(
                "With one payment",
                change(self.from.per_payment, self.to.per_payment, "no limit"),
            ),
            line(
                "Within 24 hours",
                change(self.from.per_day, self.to.per_day, "no limit"),
            ),
        ];
        let (from, to) = (self.from.by_presence, self.to.by_presence);
        if from.max(to).is_some() {
            lines.push(line("Without the passphrase", change(from, to, "nothing")));
        }
        let name = self.keychain.name;
        let warning = match self.keychain.presence {
            _ if to <= from => None,
            Presence::EveryRead => Some(format!(
                "Whoever {name} takes for you, by finger, face or PIN, can pay as much with each \
                 payment, without your passphrase."
            )),
            Presence::Session | Presence::None => Some(format!(
                "{name} does not check each time who is asking, so it proves no payment: here the \
                 passphrase is asked for all the same."
            )),
        };
        let (title, agree) = if self.to.lets_more_out_than(&self.from) {
            ("Let more leave your wallets?", "Raise")
        } else {
            ("Pay without the passphrase?", "Allow")
        };
        ConfirmText {
            title: title.to_owned(),
            lines,
            warnings: warning.into_iter().collect(),
            agree: agree.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::ScriptBuf;
    use satchel_types::FeeRate;
    use satchel_wallet::SummaryOutput;

    use super::*;

    fn spend(recipients: usize, remarks: usize) -> Spend {
        let output = SummaryOutput {
            address: Some("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080".to_owned()),
            script: ScriptBuf::new(),
            amount: Amount::from_sat(1_000),
        };
        Spend {
            kind: SpendKind::Send,
            wallet: "Main".to_owned(),
            network: Network::Regtest,
            summary: SpendSummary {
                recipients: vec![output; recipients],
                change: Amount::ZERO,
                fee: Amount::from_sat(200),
                total_out_of_wallet: Amount::from_sat(1_000 * recipients as u64 + 200),
                fee_rate: FeeRate::from_sat_per_kvb(1_000).expect("a rate"),
                vsize: 200,
                unusual: (0..remarks).map(|index| Unusual::Dust { index }).collect(),
            },
            notes: Vec::new(),
        }
    }

    #[test]
    fn however_many_are_paid_the_fee_and_the_total_stay_in_sight() {
        for recipients in [1, SHOWN, SHOWN + 1, 500] {
            let text = spend(recipients, 0).text();
            assert!(text.lines.len() <= 2 * SHOWN + 5, "{}", text.lines.len());
            let total = text.lines.iter().any(|line| line.label == "Total");
            assert!(total && text.lines.iter().any(|line| line.label == "Fee"));
            // What is not shown is said, and as something unusual.
            assert_eq!(text.warnings.is_empty(), recipients <= SHOWN);
        }
        let text = spend(500, 0).text();
        let more = text.lines.iter().find(|line| line.label == "And");
        assert_eq!(
            more.map(|line| line.value.as_str()),
            Some("490 more, together 490\u{a0}000 sat (0.00490000 BTC)")
        );
    }

    #[test]
    fn remarks_are_few_enough_to_be_read() {
        assert_eq!(spend(1, SHOWN).text().warnings.len(), SHOWN);
        let many = spend(1, 400).text().warnings;
        assert_eq!(many.len(), SHOWN + 1);
        assert_eq!(many[SHOWN], "There are 390 more things to notice.");
    }
}
