//! Another password of a place.

use satchel_app::found_circle::DeviceName;
use satchel_app::place_password::PlacePasswordError;
use satchel_ports::PlaceLogin;
use satchel_secrets::SecretText;
use satchel_types::{PlaceAddress, PlaceId};
use tokio_util::sync::CancellationToken;

use crate::world::{Device, Meeting};

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
    let login = PlaceLogin {
        user: "ada".to_owned(),
        password: text("old"),
    };
    let there = PlaceAddress::WebDav("https://cloud.example.org/wallets".to_owned());
    let place = app.add_place(there, Some(login)).await.unwrap();
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
