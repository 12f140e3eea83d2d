//! What each device is told: who was added, and that what was brought back is older than the wallet.

use satchel_app::recover_circle::RecoveredCircle;
use satchel_types::{NoticeKind, WalletId};

use crate::chain_world;
use crate::world::{Device, founder_and_strangers};

/// What is told of devices, in words.
fn of_devices(device: &Device) -> Vec<String> {
    let told = device.app.notices(false).unwrap().into_iter();
    told.filter(|view| matches!(view.notice.kind, NoticeKind::DeviceAdded { .. }))
        .map(|view| view.text)
        .collect()
}

#[tokio::test]
async fn every_device_hears_once_of_one_that_was_added_until_it_is_said_to_be_meant() {
    let (first, strangers) = founder_and_strangers(2).await;
    let [second, third] = &strangers[..] else {
        unreachable!()
    };
    let mut ids = Vec::new();
    for guest in [second, third] {
        let new = guest.new_device().await;
        let request = new.request().unwrap();
        ids.push(request.id);
        let admission = first.app.admit_device(request, false).await.unwrap();
        guest.app.join_circle(new, &admission).await.unwrap();
        let all = guest.app.circle().unwrap().unwrap().devices;
        let mut names: Vec<_> = all.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            &["Device 1", "Device 2", "Device 3"][..names.len()],
            "by name before it met one of them"
        );
        for _ in 0..2 {
            first.step().await;
            second.step_if_shared().await;
        }
    }
    third.step().await;
    let here = |name: &str| format!("{name} was added to your devices by this device.");
    let mut told = of_devices(&first);
    told.sort_unstable();
    assert_eq!(told, [here("Device 2"), here("Device 3")]);
    let by_first = "Device 3 was added to your devices by Device 1.".to_owned();
    assert_eq!(of_devices(second), [by_first.as_str()], "not of itself");
    assert_eq!(
        of_devices(third),
        Vec::<String>::new(),
        "knows who was there"
    );

    // It stays over a restart, until it is put away, and does not come again.
    second.reopen().await;
    second.step().await;
    assert_eq!(of_devices(second), [by_first]);
    let id = second.app.notices(false).unwrap()[0].notice.id;
    second.app.dismiss_notice(id).unwrap();
    second.step().await;
    assert_eq!(of_devices(second), Vec::<String>::new());

    // Whoever was not meant and is removed needs no other answer.
    first.app.remove_device(ids[1]).await.unwrap();
    assert_eq!(of_devices(&first), [here("Device 2")]);
}

#[tokio::test]
async fn what_the_chain_shows_is_told_to_the_circle_and_what_is_older_says_so() {
    let (chain, devices) = chain_world::world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    let before = first.address().await.index;
    first.receive(&chain, 50_000).await;
    let words = first.app.new_recovery_key().await.unwrap();
    chain_world::meet(&devices).await;
    let old = first.left();

    // An address that only a device knows of which nothing is heard.
    second.away(true);
    let mut paid = second.address().await;
    while paid.index <= before + 1 {
        paid = second.address().await;
    }
    let script = paid.address.parse::<bitcoin::Address<_>>().unwrap();
    let script = script.assume_checked().script_pubkey();
    let sats = bitcoin::Amount::from_sat(20_000);
    chain.faucet(script, sats).unwrap();
    first.sync().await;
    first.step().await;
    let new = first.left();

    let mut back = Vec::new();
    for (number, objects) in [(7, &old), (8, &new)] {
        let mut fresh = chain_world::Device::alone(number, &chain).await;
        let recovered = RecoveredCircle::of(objects, &words).unwrap();
        let imported = fresh.app.take_recovered(&recovered, &fresh.access).await;
        fresh.wallet = imported.unwrap().added[0].id;
        back.push(fresh);
    }
    let [older, newest] = &back[..] else {
        unreachable!()
    };
    // Before it has asked the chain.
    assert!(newest.address().await.index > paid.index);
    assert!(older.address().await.index <= paid.index);
    for device in &back {
        device.sync().await;
        device.reopen().await;
        device.sync().await;
    }
    assert_eq!(newest.notices(), Vec::<String>::new());
    let told = older.app.notices(false).unwrap();
    let [view] = &told[..] else {
        panic!("told once: {told:?}")
    };
    assert_eq!(view.notice.kind, NoticeKind::BundleOlder { unknown: 1 });
    assert_eq!(view.notice.wallet, Some::<WalletId>(older.wallet));
    assert!(view.text.contains("1 address was used since then"));

    // Nobody but the second handed it out, so that there is nothing to be told of it.
    second.away(false);
    chain_world::meet(&devices).await;
    chain_world::meet(&devices).await;
    assert_eq!(first.notices(), Vec::<String>::new());
    assert_eq!(second.notices(), Vec::<String>::new());
}
