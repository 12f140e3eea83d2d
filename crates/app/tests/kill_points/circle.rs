//! Addresses that are set aside and handed out among several devices, and what their owner has to be told.

use std::collections::BTreeSet;

use async_trait::async_trait;
use satchel_app::admit_device::DeviceRequest;
use satchel_app::found_circle::DeviceName;
use satchel_app::sync::SyncScope;
use satchel_testkit::{ScriptedScan, paid_at_first};
use satchel_types::{BlobName, ChainSide, DeviceId, NoticeKind, RequestId, WalletId};
use satchel_wallet::first_addresses;
use tokio_util::sync::CancellationToken;

use crate::home::{Home, home};
use crate::laws::{Flow, Law, Point, must, runtime, said};
use crate::process::{Process, RIGHT, Remains, passphrase};

use satchel_types::ScriptType::{Segwit, Taproot};

fn named(name: &str) -> DeviceName {
    DeviceName {
        name: name.to_owned(),
        system: "Test".to_owned(),
    }
}

/// A home that shares a wallet with another device, of which it heard, and that other device's file.
fn two() -> (Home, WalletId, DeviceRequest) {
    let (mut first, second) = (home(&[Taproot], 0), home(&[Segwit], 0));
    // Of a third device, which asks and never comes.
    let third = home(&[], 0);
    let (remains, wallet, request) = runtime().block_on(async {
        let one = Process::on(&first.remains).await;
        one.unlock_by_keychain().await.unwrap();
        one.app.found_circle(named("Desk")).await.unwrap();
        let two = Process::on(&second.remains).await;
        two.unlock_by_keychain().await.unwrap();
        let new = two.app.new_device(named("Phone")).await.unwrap();
        let request = new.request().unwrap();
        let admission = one.app.admit_device(request, false).await.unwrap();
        two.app.join_circle(new, &admission).await.unwrap();
        let made = two.app.backup(&two.out(), passphrase(RIGHT)).await.unwrap();
        let bytes = std::fs::read(made.path).unwrap();
        std::fs::write(one.out().join("file"), bytes).unwrap();
        import(&one, &first).await.unwrap();
        for view in one.app.notices(false).unwrap() {
            one.app.dismiss_notice(view.notice.id).unwrap();
        }
        let records = one.store().wallets().unwrap();
        let wallet = records.iter().find(|it| it.script_type == Taproot);
        let wallet = wallet.unwrap().id;
        let three = Process::on(&third.remains).await;
        three.unlock_by_keychain().await.unwrap();
        let new = three.app.new_device(named("Tablet")).await.unwrap();
        (one.leave(), wallet, new.request().unwrap())
    });
    first.remains = remains;
    (first, wallet, request)
}

async fn import(process: &Process, home: &Home) -> Result<(), String> {
    let path = process.out().join("file");
    let read = process
        .app
        .import_file(&path, passphrase(RIGHT), &home.access);
    read.await.map_err(said)?;
    Ok(())
}

/// Hands out addresses while it shares: each is asked for, and told to the others.
pub struct Addresses {
    home: Home,
    wallet: WalletId,
}

/// How many.
const SHOWN: u8 = 3;

impl Addresses {
    pub fn new() -> Self {
        let (home, wallet, _) = two();
        Self { home, wallet }
    }

    async fn show(&self, process: &Process, number: u8) -> Result<String, String> {
        let request = RequestId::from_bytes([70 + number; 16]);
        let shown = process
            .app
            .generate_address(Some(self.wallet), request, None);
        Ok(shown.await.map_err(said)?.address)
    }
}

#[async_trait(?Send)]
impl Flow for Addresses {
    fn name(&self) -> &'static str {
        "addresses of several devices"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        let mut shown = Vec::new();
        for number in 0..SHOWN {
            shown.push(self.show(process, number).await.unwrap());
        }
        shown.join(" ")
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let store = process.store();
        // What it asked for it said in an object that is here.
        let said_in: BTreeSet<_> = store
            .objects()
            .map_err(said)?
            .iter()
            .filter_map(|kept| match kept.name {
                BlobName::Segment { stream, seq, .. } => Some((stream, seq)),
                _ => None,
            })
            .collect();
        let leases = store.leases(self.wallet).map_err(said)?;
        for lease in &leases {
            must(said_in.contains(&(lease.stream, lease.seq)), || {
                format!("asked for in no object: {lease:?}")
            })?;
        }
        // What it handed out the circle knows, and the other way round.
        let rows = store.hand_outs(self.wallet).map_err(said)?;
        let known = process.app.circle_digest().map_err(said)?;
        let known = known.ok_or("the circle is gone")?.counts;
        must(known.addresses == rows.len(), || {
            format!("{} handed out, {} told", rows.len(), known.addresses)
        })?;
        must(known.leases >= leases.len(), || {
            "asked for and not told".into()
        })?;
        if let Some(told) = &point.told {
            must(rows.len() == usize::from(SHOWN), || "some are gone".into())?;
            for (number, address) in (0..SHOWN).zip(told.split(' ')) {
                let again = self.show(process, number).await?;
                must(again == address, || format!("{again}, not {address}"))?;
            }
        } else if point.again {
            let mut all = BTreeSet::new();
            for number in 0..SHOWN {
                all.insert(self.show(process, number).await?);
            }
            must(all.len() == usize::from(SHOWN), || "one twice".into())?;
        }
        Ok(())
    }
}

/// Adds a device: on this one it is told as well.
pub struct Added {
    home: Home,
    request: DeviceRequest,
}

impl Added {
    pub fn new() -> Self {
        let (home, _, request) = two();
        Self { home, request }
    }
}

fn told_of(process: &Process, device: DeviceId) -> Result<usize, String> {
    let all = process.app.notices(true).map_err(said)?;
    let is_it = |kind: &NoticeKind| matches!(kind, NoticeKind::DeviceAdded { device: of, .. } if *of == device);
    Ok(all.iter().filter(|view| is_it(&view.notice.kind)).count())
}

#[async_trait(?Send)]
impl Flow for Added {
    fn name(&self) -> &'static str {
        "a device that was added"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        let added = process.app.admit_device(self.request.clone(), false);
        added.await.unwrap();
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let belongs = |process: &Process| -> Result<bool, String> {
            let circle = process.app.circle().map_err(said)?;
            let circle = circle.ok_or("the circle is gone")?;
            Ok(circle.devices.iter().any(|one| one.id == self.request.id))
        };
        must(belongs(process)? || point.told.is_none(), || {
            "it is gone".into()
        })?;
        if point.told.is_some() {
            let told = told_of(process, self.request.id)?;
            must(told == 1, || format!("told {told} times"))?;
        }
        if point.close {
            // As a round with a place would.
            import(process, &self.home).await?;
            let told = told_of(process, self.request.id)?;
            let so = told == usize::from(belongs(process)?);
            must(so, || format!("told {told} times after a round"))?;
        }
        Ok(())
    }
}

/// The first scan of a wallet that was brought back from a file that is older than it.
pub struct Older {
    home: Home,
    wallet: WalletId,
}

impl Older {
    pub fn new() -> Self {
        let from = home(&[Taproot], 0);
        let mut home = home(&[], 0);
        let wallet = runtime().block_on(async {
            let process = Process::on(&from.remains).await;
            process.unlock_by_keychain().await.unwrap();
            let out = process.out();
            let made = process.app.backup(&out, passphrase(RIGHT)).await.unwrap();
            let bytes = std::fs::read(made.path).unwrap();
            let process = Process::on(&home.remains).await;
            process.unlock_by_keychain().await.unwrap();
            std::fs::write(process.out().join("file"), bytes).unwrap();
            import(&process, &home).await.unwrap();
            let wallet = process.store().wallets().unwrap()[0].id;
            home.remains = process.leave();
            wallet
        });
        Self { home, wallet }
    }

    /// Asks a chain on which its first address was paid.
    async fn sync(&self, process: &Process) -> Law {
        let record = process.store().wallet(self.wallet).map_err(said)?;
        let first = first_addresses(&record.descriptors, record.network, 1).map_err(said)?;
        let (block, batch) = paid_at_first(&first[0].script_pubkey(), 1);
        process.chain.set_tip(block);
        process.chain.then(ScriptedScan::of(vec![batch]));
        let cancel = CancellationToken::new();
        let sync = process
            .app
            .sync(Some(self.wallet), SyncScope::Usual, cancel);
        sync.await.map_err(said)?;
        Ok(())
    }

    fn is_told_once(&self, process: &Process) -> Law {
        let all = process.app.notices(true).map_err(said)?;
        let is_it = |kind: &NoticeKind| *kind == NoticeKind::BundleOlder { unknown: 1 };
        let told = all.iter().filter(|view| is_it(&view.notice.kind)).count();
        must(told == 1, || format!("told {told} times"))
    }
}

#[async_trait(?Send)]
impl Flow for Older {
    fn name(&self) -> &'static str {
        "what was brought back is older"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        self.sync(process).await.unwrap();
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        if point.told.is_some() {
            self.is_told_once(process)?;
        }
        if point.again {
            self.sync(process).await?;
            self.is_told_once(process)?;
            let store = process.store();
            let row = satchel_types::AddressQuery {
                side: ChainSide::Receive,
                after: None,
                size: satchel_types::PageSize::default(),
                unused_only: false,
            };
            let rows = store.addresses(self.wallet, &row).map_err(said)?.rows;
            must(rows.iter().any(|row| row.used), || "no payment".into())?;
        }
        Ok(())
    }
}
