//! Answers as people read them. Their wording may change; scripts use `--json`.

mod circle;
mod contact;
mod interop;
mod node;
mod notice;
mod scan;

pub use circle::{Synced, conflict};

pub use node::Told;

use std::fmt::Write as _;

use satchel_wire::address::{Address, AddressPage};
use satchel_wire::backend::Backend;
use satchel_wire::balance::{Balance, Freshness};
use satchel_wire::coin::CoinPage;
use satchel_wire::draft::{Cancelled, Draft, FeeEstimates, Sent, Signed};
use satchel_wire::history::{Direction, HistoryPage, TransactionDetail, TxStatus, TxStatusReport};
use satchel_wire::keychain::{KeychainRemoved, KeychainStatus, Presence};
use satchel_wire::limits::Limits;
use satchel_wire::session::SyncReport;
use satchel_wire::wallet::{WalletInfo, WalletSummary};
use satchel_wire::wallet_file::{BackupHealth, Imported, ProvenBackup, Restored, WrittenFile};
use satchel_wire::{Code, FeeRate, Sats};

/// A text for people.
pub trait Human {
    /// Returns it, without a final line break.
    fn human(&self) -> String;
}

/// An answer that says nothing but that it is done.
#[derive(Debug, serde::Serialize)]
pub struct Done {}

impl Human for Done {
    fn human(&self) -> String {
        "Done.".to_owned()
    }
}

impl Human for BackupHealth {
    fn human(&self) -> String {
        let never = match self.never.len() {
            0 => String::new(),
            1 => " One wallet is in no backup.".to_owned(),
            many => format!(" {many} wallets are in no backup."),
        };
        let last = match (&self.path, self.written_at, self.proven_at) {
            (Some(path), Some(at), Some(proven)) => format!(
                "The last backup, {path}, is of {} and was proven {}.",
                moment(at),
                moment(proven)
            ),
            (Some(path), Some(at), None) => format!(
                "The last backup, {path}, is of {} and was never proven: `satchel check --backup`.",
                moment(at)
            ),
            _ => "No backup was written yet.".to_owned(),
        };
        format!("Everything that is stored is whole. {last}{never}")
    }
}

impl Human for ProvenBackup {
    fn human(&self) -> String {
        let mut lines = vec![format!(
            "{} of {} opens and would bring back:",
            self.path,
            moment(self.written_at)
        )];
        for wallet in &self.wallets {
            let keys = if wallet.has_seed {
                "with its keys"
            } else {
                "to watch"
            };
            lines.push(format!(
                "  {} {keys}, {} labels, {} locked coins",
                wallet.name, wallet.labels, wallet.locked_coins
            ));
        }
        if !self.lacking.is_empty() {
            lines.push(format!(
                "{} wallets that are here are not in it as they are; write a new backup.",
                self.lacking.len()
            ));
        }
        lines.join("\n")
    }
}

fn sats(amount: Sats) -> String {
    format!("{} sat", amount.to_amount().to_sat())
}

fn maybe(amount: Option<Sats>) -> String {
    amount.map_or_else(|| "unknown".to_owned(), sats)
}

fn rate(rate: FeeRate) -> String {
    satchel_types::FeeRate::try_from(rate).map_or_else(
        |_| format!("{} sat/kvB", rate.sat_per_kvb()),
        |rate| format!("{rate} sat/vB"),
    )
}

fn fresh(freshness: Option<&Freshness>) -> String {
    freshness.map_or_else(
        || "never synced".to_owned(),
        |f| format!("as of block {} from {}", f.height, f.source),
    )
}

impl Human for KeychainStatus {
    fn human(&self) -> String {
        let set_up = if self.set_up {
            "opens this wallet"
        } else {
            "does not open this wallet"
        };
        let asks = match self.presence {
            Presence::EveryRead => "asks you at every opening",
            Presence::Session => "asked you when you logged in",
            Presence::None => {
                "does not check who is asking: any program that runs under your name can use it \
                 while it is unlocked"
            }
        };
        let state = match self.fault {
            None => "ready",
            Some(Code::KeychainLocked) => "locked",
            Some(_) => "not there",
        };
        format!("{} ({state}) {set_up}. It {asks}.", self.name)
    }
}

impl Human for KeychainRemoved {
    fn human(&self) -> String {
        if self.item_left {
            "Removed. The keychain did not answer and still holds an item; it opens nothing, and is \
             deleted when the wallet is next opened."
                .to_owned()
        } else {
            "Removed.".to_owned()
        }
    }
}

impl Human for Limits {
    fn human(&self) -> String {
        let say = |limit: Option<Sats>| limit.map_or_else(|| "any amount".to_owned(), sats);
        let nothing = || "nothing".to_owned();
        table(&[
            ("with one payment", say(self.per_payment)),
            ("within 24 hours", say(self.per_day)),
            (
                "without the passphrase",
                self.by_presence.map_or_else(nothing, sats),
            ),
        ])
    }
}

/// Lines of `name  value`.
fn table(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("{name:width$}  {value}"))
        .collect();
    lines.join("\n")
}

fn name(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('_', " "),
        _ => String::new(),
    }
}

impl Human for WalletSummary {
    fn human(&self) -> String {
        let mark = if self.selected { "*" } else { " " };
        let watch = if self.watch_only { ", watch-only" } else { "" };
        let away = if self.away { ", put away" } else { "" };
        format!(
            "{mark} {}  {}  {}, {}{watch}{away}",
            self.id,
            self.name,
            name(self.network),
            name(self.script_type)
        )
    }
}

impl Human for Vec<WalletSummary> {
    fn human(&self) -> String {
        if self.is_empty() {
            return "No wallets yet.".to_owned();
        }
        self.iter().map(Human::human).collect::<Vec<_>>().join("\n")
    }
}

impl Human for Restored {
    fn human(&self) -> String {
        let lines = self.wallets.iter().map(|restored| {
            let address = &restored.first_address;
            format!("{}\n  first address {address}", restored.wallet.human())
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Writes a moment as a day and a time of day, in UTC.
fn moment(at: u64) -> String {
    let (days, seconds) = (at / 86_400, at % 86_400);
    // Days since 1 March of the year 0, so that a leap day ends its year; eras of 400 years.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let of_month = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!(
        "{:04}-{month:02}-{of_month:02} {:02}:{:02} UTC",
        era * 400 + year + next,
        seconds / 3_600,
        seconds / 60 % 60
    )
}

impl Human for WalletInfo {
    fn human(&self) -> String {
        let when = |at: Option<u64>| at.map_or_else(|| "never".to_owned(), moment);
        table(&[
            ("Id", self.id.clone()),
            ("Name", self.name.clone()),
            ("Network", name(self.network)),
            ("Script type", name(self.script_type)),
            (
                "Seed",
                if self.has_seed {
                    "here".into()
                } else {
                    "not here".to_owned()
                },
            ),
            ("Fingerprint", self.fingerprint.clone()),
            ("Receive", self.external_descriptor.clone()),
            ("Change", self.internal_descriptor.clone()),
            (
                "Addresses",
                format!(
                    "{} + {} change",
                    self.receive_addresses, self.change_addresses
                ),
            ),
            ("Transactions", self.transactions.to_string()),
            ("Coins", self.coins.to_string()),
            ("Picture", fresh(self.freshness.as_ref())),
            ("Words proven", when(self.words_proven_at)),
            ("Backed up", when(self.backed_up_at)),
            (
                "Stored here",
                if self.database_damaged {
                    "damaged".to_owned()
                } else {
                    "no damage seen; `satchel check` reads all of it".to_owned()
                },
            ),
            (
                "Server",
                self.backend.clone().unwrap_or_else(|| "none".to_owned()),
            ),
        ])
    }
}

impl Human for Address {
    fn human(&self) -> String {
        if !self.maybe_on.is_empty() {
            let others = self.maybe_on.join(", ");
            return format!("{}\nmay also be shown on {others}", self.address);
        }
        self.address.clone()
    }
}

impl Human for AddressPage {
    fn human(&self) -> String {
        let mut out = String::new();
        for row in &self.addresses {
            let used = if row.used {
                format!("got {}", sats(row.received))
            } else {
                "unused".into()
            };
            let label = row.label.as_deref().unwrap_or_default();
            let _ = writeln!(out, "{:>5}  {}  {used}  {label}", row.index, row.address);
        }
        more(out, self.next.as_deref(), self.total)
    }
}

fn more(mut out: String, next: Option<&str>, total: u64) -> String {
    let _ = match next {
        Some(next) => write!(out, "{total} in all; next page: --after {next}"),
        None => write!(out, "{total} in all"),
    };
    out
}

impl Human for Balance {
    fn human(&self) -> String {
        table(&[
            ("Spendable", maybe(self.spendable)),
            ("Confirmed", maybe(self.confirmed)),
            ("Pending change", maybe(self.pending_change)),
            ("Coming in", maybe(self.pending_incoming)),
            ("Going out", maybe(self.pending_outgoing)),
            ("Immature", maybe(self.immature)),
            ("Picture", fresh(self.freshness.as_ref())),
        ])
    }
}

fn status(status: TxStatus, confirmations: u32) -> String {
    match status {
        TxStatus::Confirmed if confirmations == 1 => "1 confirmation".to_owned(),
        TxStatus::Confirmed => format!("{confirmations} confirmations"),
        other => name(other),
    }
}

impl Human for HistoryPage {
    fn human(&self) -> String {
        let mut out = String::new();
        for tx in &self.transactions {
            let sign = match tx.direction {
                Direction::Incoming => "+",
                Direction::Outgoing => "-",
                Direction::Internal => "=",
            };
            let label = tx
                .label
                .as_deref()
                .or(tx.contact.as_deref())
                .or(tx.address.as_deref())
                .unwrap_or_default();
            let state = status(tx.status, tx.confirmations);
            let _ = writeln!(
                out,
                "{}  {sign}{}  {state}  {label}",
                tx.txid,
                sats(tx.amount)
            );
        }
        more(out, self.next.as_deref(), self.total)
    }
}

impl Human for CoinPage {
    fn human(&self) -> String {
        let mut out = String::new();
        for coin in &self.coins {
            let mut locked = if coin.locked { "locked  " } else { "" }.to_owned();
            if let Some(device) = &coin.reserved_by {
                let _ = write!(locked, "kept for {device}  ");
            }
            let label = coin.label.as_deref().unwrap_or_default();
            let _ = writeln!(
                out,
                "{}  {}  {}  {locked}{label}",
                coin.outpoint,
                sats(coin.amount),
                name(coin.status)
            );
        }
        more(out, self.next.as_deref(), self.total)
    }
}

impl Human for SyncReport {
    fn human(&self) -> String {
        format!(
            "{}; {} transactions changed, {} requests",
            fresh(Some(&self.freshness)),
            self.changed_transactions,
            self.requests
        )
    }
}

impl Human for FeeEstimates {
    fn human(&self) -> String {
        table(&[
            ("Fast", rate(self.fast)),
            ("Normal", rate(self.normal)),
            ("Slow", rate(self.slow)),
            ("From", self.source.clone()),
        ])
    }
}

impl Human for Draft {
    fn human(&self) -> String {
        let mut rows = vec![("Draft", self.id.clone()), ("State", name(self.state))];
        for recipient in &self.recipients {
            let whose = recipient.contact.as_ref();
            let whose = whose.map_or_else(String::new, |name| format!("{name}, "));
            rows.push((
                "To",
                format!("{whose}{}  {}", recipient.address, sats(recipient.amount)),
            ));
        }
        rows.push((
            "Fee",
            format!("{} ({})", sats(self.fee), rate(self.fee_rate)),
        ));
        rows.push(("Total", sats(self.total)));
        if let Some(device) = &self.prepared_on {
            rows.push(("Prepared on", device.clone()));
        }
        let rivals = self.rivals.iter();
        rows.extend(rivals.map(|rival| ("Conflict", notice::rival(rival))));
        table(&rows)
    }
}

impl Human for Vec<Draft> {
    fn human(&self) -> String {
        if self.is_empty() {
            return "No drafts.".to_owned();
        }
        self.iter()
            .map(Human::human)
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

impl Human for Sent {
    fn human(&self) -> String {
        if self.not_asked.is_empty() {
            return self.txid.clone();
        }
        let unasked = self.not_asked.join(", ");
        format!(
            "{}\n{unasked} could not be asked whether another device took the same coins",
            self.txid
        )
    }
}

impl Human for Signed {
    fn human(&self) -> String {
        self.raw.clone()
    }
}

impl Human for Cancelled {
    fn human(&self) -> String {
        match (&self.txid, &self.replaces_txid) {
            (Some(txid), Some(old)) => format!("{txid} takes the place of {old}"),
            _ => "The draft is dropped.".to_owned(),
        }
    }
}

impl Human for TxStatusReport {
    fn human(&self) -> String {
        let mut text = status(self.status, self.confirmations);
        if let Some(by) = &self.replaced_by {
            let _ = write!(text, " by {by}");
        }
        text
    }
}

impl Human for TransactionDetail {
    fn human(&self) -> String {
        let tx = &self.transaction;
        let part = |part: &satchel_wire::history::TxPart| {
            let mine = if part.change {
                " (change)"
            } else if part.mine {
                " (mine)"
            } else {
                ""
            };
            let address = part.address.as_deref().unwrap_or("no address");
            format!("{address}  {}{mine}", maybe(part.amount))
        };
        let mut rows = vec![
            ("Transaction", tx.txid.clone()),
            ("State", status(tx.status, tx.confirmations)),
            ("Amount", sats(tx.amount)),
            ("Fee", maybe(tx.fee)),
        ];
        rows.extend(self.inputs.iter().map(|input| ("From", part(input))));
        rows.extend(self.outputs.iter().map(|output| ("To", part(output))));
        let rivals = self.rivals.iter();
        rows.extend(rivals.map(|rival| ("Conflict", notice::rival(rival))));
        table(&rows)
    }
}

impl Human for WrittenFile {
    fn human(&self) -> String {
        format!("{} ({} bytes, read back)", self.path, self.bytes)
    }
}

impl Human for Imported {
    fn human(&self) -> String {
        let names = |wallets: &[WalletSummary]| {
            if wallets.is_empty() {
                return "none".to_owned();
            }
            wallets
                .iter()
                .map(|w| w.name.clone())
                .collect::<Vec<_>>()
                .join(", ")
        };
        table(&[
            ("Added", names(&self.added)),
            ("Merged", names(&self.merged)),
            ("Unchanged", names(&self.unchanged)),
        ])
    }
}

impl Human for Backend {
    fn human(&self) -> String {
        let url = self.url.as_deref().unwrap_or("none set");
        format!("{}: {url}", name(self.network))
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_a_day_and_a_time() {
        for (at, said) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (951_868_800, "2000-03-01 00:00 UTC"),
            (1_798_675_199, "2026-12-30 23:59 UTC"),
            (1_798_761_599, "2026-12-31 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
        ] {
            assert_eq!(moment(at), said);
        }
    }
}
