//! Another password of a place.

use satchel_app::found_circle::DeviceName;
use satchel_app::place_password::PlacePasswordError;
use satchel_ports::PlaceLogin;
use satchel_secrets::SecretText;
use satchel_types::{PlaceAddress, PlaceId, PlaceRecord};
use tokio_util::sync::CancellationToken;

use crate::world::{Device, Meeting};

/// A device that shares and logs in at a place.
async fn logging_in(meeting: &Meeting) -> (Device, PlaceRecord) {
    let device = Device::meeting(1, meeting.clone()).await;
    let name = DeviceName {
        name: "Desk".to_owned(),
        system: "Test".to_owned(),
    };
    device.app.found_circle(name).await.unwrap();
    let place = adds(&device).await;
    (device, place)
}

async fn adds(device: &Device) -> PlaceRecord {
    let login = PlaceLogin {
        user: "ada".to_owned(),
        password: text("old"),
    };
    let there = PlaceAddress::WebDav("https://cloud.example.org/wallets".to_owned());
    device.app.add_place(there, Some(login)).await.unwrap()
}

fn text(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

#[tokio::test]
async fn the_next_round_logs_in_with_the_new_password_and_only_where_somebody_logs_in() {
    let meeting = Meeting::default();
    let device = Device::meeting(1, meeting.clone()).await;
    let app = &device.app;
    let nowhere = PlaceId::from_bytes([9; 16]);
    let early = app.set_place_password(nowhere, &text("new"));
    assert!(matches!(early, Err(PlacePasswordError::NotIn)));
    let name = DeviceName {
        name: "Desk".to_owned(),
        system: "Test".to_owned(),
    };
    app.found_circle(name).await.unwrap();
    let place = adds(&device).await;
    let round = || async {
        let mut quiet = |_| {};
        let round = app.sync_circle(place.id, CancellationToken::new(), &mut quiet);
        round.await.unwrap()
    };
    round().await;
    assert_eq!(meeting.last_password().as_deref(), Some("old"));

    let asked = device.confirm.asked().len();
    let changed = app.set_place_password(place.id, &text("new")).unwrap();
    assert_eq!(changed.user.as_deref(), Some("ada"));
    assert_ne!(changed.sealed_password, place.sealed_password);
    round().await;
    assert_eq!(meeting.last_password().as_deref(), Some("new"));
    // Nothing new may happen by it; it is typed where no page sees it.
    assert_eq!(device.confirm.asked().len(), asked);

    let unknown = app.set_place_password(nowhere, &text("new"));
    assert!(matches!(unknown, Err(PlacePasswordError::UnknownPlace)));
    let folder = PlaceAddress::Folder("/meeting".to_owned());
    let folder = app.add_place(folder, None).await.unwrap();
    let open = app.set_place_password(folder.id, &text("new"));
    assert!(matches!(open, Err(PlacePasswordError::NoLogin)));
}

#[tokio::test]
async fn what_is_changed_of_a_place_during_a_round_stays_changed() {
    let meeting = Meeting::default();
    let (device, place) = logging_in(&meeting).await;
    let app = &device.app;
    let mut changed = None;
    let mut change = |_| {
        if changed.is_none() {
            changed = Some(app.set_place_password(place.id, &text("new")).unwrap());
        }
    };
    let cancel = CancellationToken::new();
    let round = app.sync_circle(place.id, cancel.clone(), &mut change).await;
    assert!(round.unwrap().is_in_step());
    let after = app.places().unwrap().remove(0);
    assert!(after.last_round_at.is_some(), "the round is noted");
    let changed = changed.expect("a round says how far it is");
    assert_eq!(after.sealed_password, changed.sealed_password);
    let round = app.sync_circle(place.id, cancel, &mut |_| {}).await;
    round.unwrap();
    assert_eq!(meeting.last_password().as_deref(), Some("new"));
}

#[tokio::test]
async fn a_place_that_is_forgotten_during_a_round_stays_forgotten() {
    let meeting = Meeting::default();
    let (device, place) = logging_in(&meeting).await;
    let app = &device.app;
    let mut forget = |_| app.remove_place(place.id).unwrap();
    let round = app.sync_circle(place.id, CancellationToken::new(), &mut forget);
    assert!(round.await.unwrap().is_in_step());
    assert_eq!(app.places().unwrap(), []);
}
