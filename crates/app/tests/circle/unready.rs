//! A device that vanishes after it was added and before it said that it is ready.

use std::net::Ipv4Addr;

use satchel_app::circle_status::DeviceView;
use satchel_app::host_pairing::HostPairingError;
use satchel_lan::TcpLan;
use satchel_pairing::guest::{Drawn, Given};
use satchel_pairing::{Digits, Guest, Invitation, Request};
use satchel_ports::Lan;
use satchel_secrets::sign::verify_key;
use satchel_secrets::wrap::wrap_key;
use satchel_secrets::{SecretBytes, SecretText};
use satchel_types::{DeviceId, WalletName};

use crate::pairing::{LONG, meet, never, shown_by};
use crate::world::{Device, founder_and_stranger};

fn secret<const N: usize>(byte: u8) -> SecretBytes<N> {
    SecretBytes::from_slice(&[byte; N]).unwrap()
}

fn others(device: &Device) -> Vec<DeviceView> {
    let view = device.app.circle().unwrap().unwrap();
    let others = view.devices.into_iter();
    others
        .filter(|it| !it.this && it.removed_at.is_none())
        .collect()
}

/// Comes as a new device does, and goes as soon as it was given its place.
async fn comes_and_vanishes(first: &Device, number: u8) -> HostPairingError {
    let mut shown = first.app.host_pairing().await.unwrap();
    let invitation = Invitation::read(shown.text()).unwrap();
    let address = shown.addresses()[0];
    let request = Request {
        device: DeviceId::from_bytes([number; 16]),
        sign_key: verify_key(&secret(number)),
        wrap_key: wrap_key(&secret(number)).unwrap(),
        name: WalletName::new("Phone").unwrap(),
        system: "Test".to_owned(),
    };
    let (tell, told) = tokio::sync::oneshot::channel();
    let guest = async {
        let drawn = Drawn {
            handshake: secret(number),
            number: secret(number),
        };
        let lan = TcpLan::only_on(Ipv4Addr::LOCALHOST.into());
        // Never too late, whatever the clock says.
        let now = satchel_types::Timestamp::from_secs(0);
        let (guest, frame) = Guest::by_invitation(&invitation, now, drawn).unwrap();
        let mut link = lan.connect(address).await.unwrap();
        link.send(&frame).await.unwrap();
        let answer = link.receive(LONG).await.unwrap();
        let (mut shows, frame) = guest.answer(&answer, &request).unwrap();
        link.send(&frame).await.unwrap();
        tell.send(shows.digits().shown()).unwrap();
        while let Given::More(more) = shows.take(&link.receive(LONG).await.unwrap()).unwrap() {
            shows = more;
        }
    };
    let cancel = never();
    let host = async {
        let arrived = first.app.await_guest(&mut shown, &cancel).await.unwrap();
        let digits: SecretText = told.await.unwrap();
        let digits = Digits::read(&digits).unwrap();
        first.app.admit_guest(arrived, &digits, &cancel).await
    };
    let ((), added) = tokio::join!(guest, host);
    added.unwrap_err()
}

#[tokio::test]
async fn it_is_said_what_it_is_and_it_goes_when_it_is_removed() {
    let (first, second) = founder_and_stranger().await;
    let error = Box::pin(comes_and_vanishes(&first, 7)).await;
    assert!(
        matches!(error, HostPairingError::AddedUnheard(_)),
        "{error:?}"
    );
    let said = error.to_string();
    assert!(
        said.contains("Phone") && said.contains("remove it"),
        "{said}"
    );
    let there = others(&first);
    assert_eq!((there.len(), there[0].unready), (1, true));
    assert_eq!(there[0].name, "Phone");
    // Also after the program was started anew, and in the way of nobody: the next one comes under the same name.
    first.reopen().await;
    assert!(others(&first)[0].unready);
    let (arrived, joining) = meet(&first, &second).await;
    let digits = shown_by(&joining);
    let cancel = never();
    let (added, joined) = tokio::join!(
        async {
            let added = first.app.admit_guest(arrived, &digits, &cancel).await?;
            added.watches().await;
            Ok::<_, HostPairingError>(())
        },
        second.app.finish_joining(joining, &cancel)
    );
    added.unwrap();
    joined.unwrap();
    for other in others(&first) {
        // Who said so is ready before its first meeting.
        assert_eq!(other.unready, other.id == there[0].id, "{}", other.name);
    }

    let removed = first.app.remove_device(there[0].id).await.unwrap();
    assert!(!removed.held_seeds, "no coins are to be moved for it");
    assert_eq!(others(&first).len(), 1);
    first.step().await;
    second.step().await;
    assert_eq!(others(&second).len(), 1);
    assert!(!others(&second)[0].unready, "others say nothing of it");
}

#[tokio::test]
async fn one_that_stored_its_place_and_was_not_heard_is_ready_once_something_of_it_arrives() {
    let (first, second) = founder_and_stranger().await;
    for moments in 0.. {
        let (arrived, joining) = meet(&first, &second).await;
        let digits = shown_by(&joining);
        let cancel = never();
        second.dies_after(moments);
        let (added, joined) = tokio::join!(
            first.app.admit_guest(arrived, &digits, &cancel),
            second.app.finish_joining(joining, &cancel)
        );
        second.starts_again().await;
        let newest = others(&first).pop().unwrap();
        assert_eq!(newest.unready, added.is_err());
        drop(added);
        if second.app.circle().unwrap().is_none() {
            // It comes again, as a new one; the other is still said to be none.
            assert!(joined.is_err());
            continue;
        }
        second.step().await;
        first.step().await;
        let ready = others(&first).into_iter().filter(|it| !it.unready).count();
        assert_eq!(ready, 1);
        assert!(moments > 0, "it died before it stored anything");
        assert_eq!(others(&first).len(), moments + 1);
        break;
    }
}
