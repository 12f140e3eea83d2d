//! A device is added, becomes one of those that share, takes a wallet in; and what all of them lost comes back.

use std::sync::Mutex;

use async_trait::async_trait;
use satchel_app::recover_circle::RecoveredCircle;
use satchel_app::take_wallet::TakeWalletError;
use satchel_types::WalletId;

use crate::home::{Home, home};
use crate::laws::{Flow, Law, Point, must, runtime, said};
use crate::process::{Process, Remains};
use crate::together::{Two, kept, meet, named, opened, opened_at, others, pair, step, view};

use satchel_types::ScriptType::{Segwit, Taproot};

/// A home that has begun to share.
fn founder() -> Home {
    let mut first = home(&[Taproot], 1);
    first.remains = runtime().block_on(async {
        let process = opened(&first.remains).await;
        process.app.found_circle(named("Desk")).await.unwrap();
        process.leave()
    });
    first
}

/// Adds a device that comes over the local network.
pub struct Host {
    home: Home,
    guest: Home,
    /// One that comes afterwards.
    next: Home,
}

impl Host {
    pub fn new() -> Self {
        Self {
            home: founder(),
            guest: home(&[Segwit], 0),
            next: home(&[], 0),
        }
    }
}

#[async_trait(?Send)]
impl Flow for Host {
    fn name(&self) -> &'static str {
        "a device that is added, on the one that adds it"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        let guest = opened(&self.guest.remains).await;
        pair(process, &guest, "Phone").await.unwrap();
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let there = others(process)?;
        // One that is there is called by its name; one of which it is not told that it is ready is said to be none.
        must(there.len() <= 1, || format!("{there:?}"))?;
        must(there.iter().all(|one| one.name == "Phone"), || {
            format!("{there:?}")
        })?;
        if point.told.is_some() {
            let ready = there.iter().any(|one| !one.unready);
            must(ready, || format!("it was said to be there: {there:?}"))?;
        }
        if !point.again {
            return Ok(());
        }
        // It goes on: what is unready is removed, and another one comes.
        for unready in there.iter().filter(|one| one.unready) {
            let removed = process.app.remove_device(unready.id).await;
            removed.map_err(said)?;
        }
        let next = opened(&self.next.remains).await;
        pair(process, &next, "Tablet").await?;
        let now = others(process)?;
        let ready = there.iter().filter(|one| !one.unready).count();
        must(now.len() == ready + 1, || format!("{now:?}"))?;
        must(now.iter().all(|one| !one.unready), || format!("{now:?}"))?;
        if point.close {
            next.meeting.bring(process.meeting.files());
            meet(process, &next).await?;
            let offered = view(&next)?.map_or(0, |view| view.offered.len());
            must(offered >= 1, || "the wallet is not offered".into())?;
        }
        Ok(())
    }
}

/// Becomes one of those that share.
pub struct Guest {
    host: Home,
    home: Home,
    /// The host as the one pairing that was done leaves it.
    host_after: Mutex<Option<Remains>>,
}

impl Guest {
    pub fn new() -> Self {
        Self {
            host: founder(),
            home: home(&[Segwit], 1),
            host_after: Mutex::default(),
        }
    }

    fn host_after(&self) -> Remains {
        let after = self.host_after.lock().unwrap().clone();
        after.expect("the act was done")
    }
}

#[async_trait(?Send)]
impl Flow for Guest {
    fn name(&self) -> &'static str {
        "a device that joins"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        let host = opened(&self.host.remains).await;
        pair(&host, process, "Phone").await.unwrap();
        *self.host_after.lock().unwrap() = Some(host.leave());
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let joined = view(process)?;
        must(joined.is_some() || point.told.is_none(), || "gone".into())?;
        if let Some(joined) = &joined {
            let names: Vec<_> = joined.devices.iter().map(|one| one.name.as_str()).collect();
            must(names == ["Desk", "Phone"], || format!("{names:?}"))?;
        } else if !point.again {
            return Ok(());
        }
        let host = opened(&self.host_after()).await;
        if joined.is_none() {
            // It comes again, as a new one.
            pair(&host, process, "Phone").await?;
        }
        if point.close || joined.is_none() {
            host.meeting.bring(process.meeting.files());
            meet(process, &host).await?;
            // Each has what the other brought.
            for one in [process, &host] {
                let view = view(one)?.ok_or("the circle is gone")?;
                must(view.offered.len() == 1, || format!("{:?}", view.offered))?;
            }
            let ready = others(&host)?.iter().filter(|one| !one.unready).count();
            must(ready >= 1, || "nobody is ready".into())?;
        }
        Ok(())
    }
}

/// Takes in a wallet that another device shares.
pub struct Take {
    home: Remains,
    two: Two,
    /// What is kept of the wallet once it is taken in.
    whole: String,
}

impl Take {
    pub fn new() -> Self {
        let two = Two::new();
        let other = home(&[], 0);
        let (home, whole) = runtime().block_on(async {
            let desk = opened(&two.desk.remains).await;
            let tablet = opened(&other.remains).await;
            pair(&desk, &tablet, "Tablet").await.unwrap();
            tablet.meeting.bring(desk.meeting.files());
            meet(&desk, &tablet).await.unwrap();
            let remains = tablet.leave();
            let tablet = opened(&remains).await;
            tablet.app.take_wallet(two.wallet).await.unwrap();
            (remains, kept(&tablet, two.wallet).unwrap())
        });
        Self { home, two, whole }
    }
}

#[async_trait(?Send)]
impl Flow for Take {
    fn name(&self) -> &'static str {
        "a shared wallet that is taken in"
    }

    fn before(&self) -> &Remains {
        &self.home
    }

    async fn act(&self, process: &Process) -> String {
        process.app.take_wallet(self.two.wallet).await.unwrap();
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let there = is_there(process, self.two.wallet)?;
        must(there || point.told.is_none(), || "it is gone".into())?;
        let offered = view(process)?.map_or(0, |view| view.offered.len());
        must(there == (offered == 0), || format!("{there}, {offered}"))?;
        if point.again {
            let again = process.app.take_wallet(self.two.wallet).await;
            let as_it_should = match &again {
                Ok(_) => !there,
                Err(TakeWalletError::AlreadyHere) => there,
                Err(_) => false,
            };
            must(as_it_should, || format!("there: {there}, {again:?}"))?;
        } else if !there {
            return Ok(());
        }
        let found = kept(process, self.two.wallet)?;
        must(found == self.whole, || {
            format!("{found} and not {}", self.whole)
        })
    }
}

fn is_there(process: &Process, wallet: WalletId) -> Result<bool, String> {
    let wallets = process.store().wallets().map_err(said)?;
    Ok(wallets.iter().any(|record| record.id == wallet))
}

/// Brings back what devices shared that are all lost.
pub struct Recovered {
    home: Home,
    two: Two,
    objects: Vec<Vec<u8>>,
    whole: String,
}

impl Recovered {
    pub fn new() -> Self {
        let (two, home) = (Two::new(), home(&[], 0));
        let (objects, whole) = runtime().block_on(async {
            let desk = opened(&two.desk.remains).await;
            let phone = opened_at(&two.phone, &desk).await;
            meet(&desk, &phone).await.unwrap();
            let objects: Vec<_> = desk.meeting.files().into_values().collect();
            let fresh = opened(&home.remains).await;
            let left = RecoveredCircle::of(&objects, &two.words).unwrap();
            fresh.app.take_recovered(&left, &home.access).await.unwrap();
            let whole = kept(&fresh, two.wallet).unwrap();
            assert_eq!(whole, kept(&desk, two.wallet).unwrap());
            (objects, whole)
        });
        Self {
            home,
            two,
            objects,
            whole,
        }
    }

    async fn recover(&self, process: &Process) -> Result<(usize, usize), String> {
        let left = RecoveredCircle::of(&self.objects, &self.two.words).map_err(said)?;
        let taken = process.app.take_recovered(&left, &self.home.access);
        let taken = taken.await.map_err(said)?;
        Ok((taken.added.len(), taken.unchanged.len()))
    }
}

#[async_trait(?Send)]
impl Flow for Recovered {
    fn name(&self) -> &'static str {
        "what lost devices left"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        assert_eq!(self.recover(process).await.unwrap(), (1, 0));
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let there = is_there(process, self.two.wallet)?;
        must(there || point.told.is_none(), || "it is gone".into())?;
        if point.again {
            let again = self.recover(process).await?;
            let expected = if there { (0, 1) } else { (1, 0) };
            must(again == expected, || format!("there: {there}, {again:?}"))?;
        } else if !there {
            return Ok(());
        }
        let found = kept(process, self.two.wallet)?;
        must(found == self.whole, || {
            format!("{found} and not {}", self.whole)
        })?;
        if point.close {
            // And it goes on: with others of its own.
            process
                .app
                .found_circle(named("Anew"))
                .await
                .map_err(said)?;
            let round = step(process).await?;
            must(round.is_in_step(), || format!("{round:?}"))?;
        }
        Ok(())
    }
}
