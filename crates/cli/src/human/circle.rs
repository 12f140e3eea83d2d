//! Devices that share, and where they meet.

use satchel_wire::circle::{Circle, Digest, Place, PlaceKind, PlaceList, RoundReport, Rounds};
use satchel_wire::conflict::{Conflict, ConflictOn, ShownBecause, WrittenValue};
use satchel_wire::session::SyncReport;
use satchel_wire::sweep::{CoinSum, Sweep, SweepList, SweepStep};
use serde::Serialize;

use super::{Human, moment, sats, table};

impl Human for Circle {
    fn human(&self) -> String {
        if self.id.is_none() {
            return "This device shares with no others.".to_owned();
        }
        let mut lines = Vec::new();
        for device in &self.devices {
            let mut about = vec![device.system.clone()];
            if device.this {
                about.push("this device".to_owned());
            }
            about.push(match (device.holds.as_slice(), device.seeds) {
                ([], true) => "may hold keys".to_owned(),
                ([], false) => "watches".to_owned(),
                (held, _) => format!("holds the keys of {}", held.join(", ")),
            });
            match (device.removed_at, device.last_seen) {
                (Some(at), _) => about.push(format!("removed {}", moment(at))),
                (None, Some(at)) => about.push(format!("last seen {}", moment(at))),
                (None, None) => about.push("not seen yet".to_owned()),
            }
            match device.heard {
                Some(true) => about.push("has everything of this device".to_owned()),
                Some(false) => {
                    about.push("has not said yet that it has everything of this device".to_owned())
                }
                None => {}
            }
            let here = self.devices.iter().filter(|it| it.removed_at.is_none());
            // Whoever has the name of another is named by its id.
            if device.removed_at.is_none() && here.filter(|it| it.name == device.name).count() > 1 {
                about.push(format!("id {}", device.id));
            }
            lines.push(format!("{}  ({})", device.name, about.join(", ")));
            if device.unready {
                lines.push(
                    "  It was added and did not say that it is ready. If it does not show your wallets, remove it with \
                     `satchel device remove` and add it again."
                        .to_owned(),
                );
            }
            if device.as_two {
                lines.push(
                    "  It goes on as two: it was restored from a backup or copied. Nothing of either is lost, and it is one \
                     again once it has heard of both. If nobody did that, somebody may have what it holds: remove it with \
                     `satchel device remove`."
                        .to_owned(),
                );
            }
        }
        for wallet in &self.offered {
            let name = wallet.name.as_deref().unwrap_or("without a name");
            lines.push(format!(
                "Offered: {name}  ({}); `satchel device take` watches it here",
                wallet.id
            ));
            if let Some(address) = &wallet.first_address {
                lines.push(format!("  first address {address}"));
            }
        }
        if self.conflicts > 0 {
            lines.push(
                if self.conflicts == 1 {
                    "One value was written on two devices that did not know of each other"
                } else {
                    "Some values were written on two devices that did not know of each other"
                }
                .to_owned(),
            );
        }
        lines.join("\n")
    }
}

/// Says what two devices wrote, the one that is shown first.
pub fn conflict(conflict: &Conflict) -> String {
    let on = match &conflict.on {
        ConflictOn::WalletName { wallet_id } => format!("the name of wallet {wallet_id}"),
        ConflictOn::Label { target, .. } => format!("the label on {target}"),
        ConflictOn::DeviceName { device_id } => format!("the name of device {device_id}"),
        ConflictOn::ContactName { contact_id } => format!("the name of contact {contact_id}"),
        ConflictOn::ContactNote { contact_id } => format!("the note on contact {contact_id}"),
        ConflictOn::ContactAddress { contact_id, .. } => {
            format!("an address of contact {contact_id}")
        }
    };
    let said = |value: &WrittenValue| {
        let text = value.text.as_deref();
        let text = text.map_or_else(|| "nothing".to_owned(), |text| format!("{text:?}"));
        let device = value.device.as_deref().unwrap_or("a device");
        format!("{text} by {device}, {}", moment(value.at))
    };
    let because = match conflict.because {
        ShownBecause::Later => "shown, as the later one by its clock",
        ShownBecause::SameSecond => "shown, though another is of the same second",
        ShownBecause::MoreChanges => "shown, as its device knew of more changes",
    };
    let shown = said(&conflict.shown);
    let mut lines = vec![format!("  {on}: {shown}; {because}")];
    lines.extend(
        conflict
            .beside
            .iter()
            .map(|value| format!("    or {}", said(value))),
    );
    lines.join("\n")
}

impl Human for Digest {
    fn human(&self) -> String {
        let mut lines = vec![
            self.state.clone(),
            format!(
                "{} wallets, {} values, {} locked coins, {} addresses, {} payments; {} devices",
                self.wallets,
                self.values,
                self.locked,
                self.addresses,
                self.payments,
                self.members.len()
            ),
        ];
        if self.missing > 0 {
            lines.push(format!(
                "{} objects that others speak of were not brought yet",
                self.missing
            ));
        }
        lines.join("\n")
    }
}

fn kind(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Folder => "folder",
        PlaceKind::Webdav => "WebDAV",
        PlaceKind::S3 => "S3",
    }
}

impl Human for Place {
    fn human(&self) -> String {
        let last = self.last_round_at.map_or_else(
            || "no round yet".to_owned(),
            |at| format!("last round {}", moment(at)),
        );
        format!("{}  ({}, {last})", self.address, kind(self.kind))
    }
}

impl Human for PlaceList {
    fn human(&self) -> String {
        if self.places.is_empty() {
            return "This device goes to no place.".to_owned();
        }
        let lines: Vec<_> = self.places.iter().map(Human::human).collect();
        lines.join("\n")
    }
}

fn round(round: &RoundReport) -> String {
    let mut rows = vec![
        ("Place", round.address.clone()),
        ("Taken", round.taken.to_string()),
        ("Read back", round.confirmed.to_string()),
    ];
    for (name, number) in [
        ("Pending", round.pending),
        ("Not known", round.unknown),
        ("Passed over", round.passed_over),
        ("Lost there", round.lost),
        ("Missing", round.missing),
    ] {
        if number > 0 {
            rows.push((name, number.to_string()));
        }
    }
    if let Some(device) = &round.less_than {
        let said = format!(
            "this device was shown less than {device} had seen when it added this one: the place holds something back, or lost it"
        );
        rows.push(("Note", said));
    }
    if round.copied {
        let said = "this device was restored from an older copy, or copied; nothing is lost";
        rows.push(("Note", said.to_owned()));
    }
    if round.keys_due {
        let said = "new keys are due, from a device that decides who belongs";
        rows.push(("Note", said.to_owned()));
    }
    if let Some(error) = &round.stopped {
        rows.push(("Stopped", error.message.clone()));
    }
    rows.push((
        "In step",
        if round.in_step { "yes" } else { "no" }.to_owned(),
    ));
    table(&rows)
}

impl Human for Rounds {
    fn human(&self) -> String {
        if self.rounds.is_empty() {
            return "This device goes to no place. `satchel bundle place add` adds one.".to_owned();
        }
        let rounds: Vec<_> = self.rounds.iter().map(round).collect();
        rounds.join("\n\n")
    }
}

/// What `sync` answers: how the wallet's sync ended, and the rounds after it.
#[derive(Debug, Serialize)]
pub struct Synced {
    #[serde(flatten)]
    pub report: SyncReport,
    /// One for each place; left out where there was none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<RoundReport>,
}

impl Human for Synced {
    fn human(&self) -> String {
        let mut parts = vec![self.report.human()];
        parts.extend(self.rounds.iter().map(round));
        parts.join("\n\n")
    }
}

impl Human for SweepList {
    fn human(&self) -> String {
        if self.sweeps.is_empty() {
            return "No coins have to be moved.".to_owned();
        }
        let lines: Vec<_> = self.sweeps.iter().map(sweep).collect();
        lines.join("\n\n")
    }
}

fn sweep(sweep: &Sweep) -> String {
    let sum = |sum: &CoinSum| format!("{} in {} coins", sats(sum.amount), sum.count);
    let next = match sweep.step {
        SweepStep::Elsewhere => "run this on a device that holds its keys",
        SweepStep::Begin => "a wallet of new words",
        SweepStep::Keep => "prove its words, or write a backup",
        SweepStep::Draft => "prepare the payment",
        SweepStep::Send => "sign and send it",
        SweepStep::Wait => "wait for a block",
        SweepStep::PutAway => "put it away",
    };
    let mut rows = vec![
        ("Wallet", sweep.name.clone()),
        ("Keys also on", sweep.lost.join(", ")),
        ("To move", sum(&sweep.coins)),
    ];
    if sweep.payments.sent > 0 || sweep.payments.left > 1 {
        let payments = &sweep.payments;
        let said = format!(
            "{} sent, {} of them in a block, {} to come",
            payments.sent, payments.confirmed, payments.left
        );
        rows.push(("Payments", said));
    }
    if sweep.moved.count > 0 {
        rows.push(("Moved", sum(&sweep.moved)));
    }
    if let Some(to) = &sweep.to_name {
        rows.push(("To", to.clone()));
    }
    for coin in &sweep.locked {
        let label = coin.label.as_deref().unwrap_or("no label");
        let said = format!("{}  {}  ({label})", coin.outpoint, sats(coin.amount));
        rows.push(("Locked", said));
    }
    for (name, coins) in [("Pending", &sweep.pending), ("Stays", &sweep.left)] {
        if coins.count > 0 {
            rows.push((name, sum(coins)));
        }
    }
    rows.push(("Next", next.to_owned()));
    table(&rows)
}
