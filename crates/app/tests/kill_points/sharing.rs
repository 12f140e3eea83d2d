//! A device begins to share, meets others at a place, and shuts one out.

use async_trait::async_trait;
use satchel_app::found_circle::CircleError;

use crate::home::{Home, home};
use crate::laws::{Flow, Law, Point, must, runtime, said, untouched, wallets};
use crate::process::{Process, Remains};
use crate::together::{
    DESKS, PHONES, Two, has_label, label, meet, named, opened, opened_at, others, pair, step, view,
};

use satchel_types::ScriptType::{Segwit, Taproot};

/// Begins to share.
pub struct Found {
    home: Home,
    /// Another device, which comes later.
    other: Home,
    /// How much is shared once it is done.
    whole: String,
}

fn counts(process: &Process) -> Result<String, String> {
    let digest = process.app.circle_digest().map_err(said)?;
    let digest = digest.ok_or("the circle is gone")?;
    Ok(format!("{:?} {:?}", digest.counts, digest.epoch))
}

impl Found {
    pub fn new() -> Self {
        let (home, other) = (home(&[Taproot, Segwit], 3), home(&[], 0));
        let whole = runtime().block_on(async {
            let process = opened(&home.remains).await;
            process.app.found_circle(named("Desk")).await.unwrap();
            counts(&process).unwrap()
        });
        Self { home, other, whole }
    }
}

#[async_trait(?Send)]
impl Flow for Found {
    fn name(&self) -> &'static str {
        "a circle that is founded"
    }

    fn before(&self) -> &Remains {
        &self.home.remains
    }

    async fn act(&self, process: &Process) -> String {
        process.app.found_circle(named("Desk")).await.unwrap();
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let key = process.key().await?;
        untouched(&self.home.wallets, &wallets(&*process.store(), &key)?)?;
        let there = view(process)?.is_some();
        must(there || point.told.is_none(), || "it is gone".into())?;
        if !there && !point.again {
            return Ok(());
        }
        if point.again {
            let again = process.app.found_circle(named("Desk")).await;
            let as_it_should = match &again {
                Ok(_) => !there,
                Err(CircleError::AlreadyIn) => there,
                Err(_) => false,
            };
            must(as_it_should, || format!("there: {there}, again: {again:?}"))?;
        }
        // All of it or nothing.
        let found = counts(process)?;
        must(found == self.whole, || {
            format!("{found} is shared, not {}", self.whole)
        })?;
        let view = view(process)?.ok_or("it is gone")?;
        let one = &view.devices[0];
        let whole = view.owner && view.devices.len() == 1 && one.this && one.name == "Desk";
        must(whole, || format!("{view:?}"))?;
        if point.close {
            let other = opened(&self.other.remains).await;
            pair(process, &other, "Phone").await?;
            other.meeting.bring(process.meeting.files());
            meet(process, &other).await?;
        }
        Ok(())
    }
}

/// Goes a round with a place where another device left something, and has something to leave.
pub struct Synced(Two);

impl Synced {
    pub fn new() -> Self {
        Self(Two::new())
    }
}

#[async_trait(?Send)]
impl Flow for Synced {
    fn name(&self) -> &'static str {
        "a round with a place"
    }

    fn before(&self) -> &Remains {
        &self.0.desk.remains
    }

    async fn act(&self, process: &Process) -> String {
        let round = step(process).await.unwrap();
        assert!(round.is_in_step(), "{round:?}");
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let wallet = self.0.wallet;
        must(has_label(process, wallet, DESKS)?, || {
            "what was written before is gone".into()
        })?;
        if point.told.is_some() {
            must(has_label(process, wallet, PHONES)?, || {
                "what was taken in is gone".into()
            })?;
            // Who comes now, while this device is away, finds what was said to be there.
            let phone = opened_at(&self.0.phone, process).await;
            step(&phone).await?;
            must(has_label(&phone, wallet, DESKS)?, || {
                "it was said to be at the place".into()
            })?;
        }
        if point.again {
            let round = step(process).await?;
            must(round.is_in_step(), || format!("again: {round:?}"))?;
            must(has_label(process, wallet, PHONES)?, || {
                "the other one's is not taken in".into()
            })?;
            must(!round.copied, || "it takes itself for a copy".into())?;
        }
        if point.close {
            let phone = opened_at(&self.0.phone, process).await;
            meet(process, &phone).await?;
            must(has_label(&phone, wallet, DESKS)?, || "not heard".into())?;
            let locked = phone.store().locked_coins(wallet).map_err(said)?;
            must(locked == [self.0.locked], || format!("{locked:?}"))?;
        }
        Ok(())
    }
}

/// Shuts a device out.
pub struct Removed {
    two: Two,
    epoch: Option<u32>,
}

/// What is written after it was shut out.
const AFTER: u32 = 70;

fn epoch(process: &Process) -> Result<Option<u32>, String> {
    let digest = process.app.circle_digest().map_err(said)?;
    Ok(digest.ok_or("the circle is gone")?.epoch)
}

impl Removed {
    pub fn new() -> Self {
        let mut two = Two::new();
        let (remains, epoch) = runtime().block_on(async {
            let process = opened(&two.desk.remains).await;
            step(&process).await.unwrap();
            let epoch = epoch(&process).unwrap();
            (process.leave(), epoch)
        });
        two.desk.remains = remains;
        Self { two, epoch }
    }
}

#[async_trait(?Send)]
impl Flow for Removed {
    fn name(&self) -> &'static str {
        "a device that is shut out"
    }

    fn before(&self) -> &Remains {
        &self.two.desk.remains
    }

    async fn act(&self, process: &Process) -> String {
        process.app.remove_device(self.two.id).await.unwrap();
        String::new()
    }

    async fn check(&self, process: &Process, point: &Point) -> Law {
        process.unlock_by_keychain().await?;
        let belongs = !others(process)?.is_empty();
        must(!belongs || point.told.is_none(), || "it is back".into())?;
        // The keys are new exactly where it is gone.
        let new_keys = epoch(process)? != self.epoch;
        must(new_keys != belongs, || {
            format!("belongs: {belongs}, new keys: {new_keys}")
        })?;
        if point.again {
            let again = process.app.remove_device(self.two.id).await;
            let as_it_should = match &again {
                Ok(_) => belongs,
                Err(CircleError::UnknownDevice) => !belongs,
                Err(_) => false,
            };
            must(as_it_should, || format!("belongs: {belongs}, {again:?}"))?;
        } else if belongs {
            return Ok(());
        }
        must(others(process)?.is_empty(), || "it is there".into())?;
        if point.close {
            // What it wrote before counts; what is written now it does not hear.
            let wallet = self.two.wallet;
            must(has_label(process, wallet, PHONES)?, || {
                "what it wrote before is gone".into()
            })?;
            label(process, wallet, AFTER);
            let round = step(process).await?;
            must(round.is_in_step(), || format!("{round:?}"))?;
            let phone = opened_at(&self.two.phone, process).await;
            step(&phone).await?;
            must(!has_label(&phone, wallet, AFTER)?, || {
                "who was shut out hears it".into()
            })?;
            must(has_label(process, wallet, AFTER)?, || "gone".into())?;
        }
        Ok(())
    }
}
