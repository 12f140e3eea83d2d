//! Eight words and an address instead of a code: who comes by them is asked and told the same, on both sides.

use satchel_app::host_pairing::HostPairing;
use satchel_app::join_pairing::PairingCode;
use satchel_ports::{Answer, ConfirmText};
use satchel_secrets::SecretText;

use crate::pairing::{never, scanned, shown_by};
use crate::world::{Device, founder_and_stranger};

#[derive(Clone, Copy)]
enum By {
    Code,
    Words,
}

impl By {
    fn read(self, shown: &HostPairing) -> PairingCode {
        match self {
            Self::Code => scanned(shown),
            Self::Words => {
                let words = SecretText::new(shown.words().expose().to_owned());
                PairingCode::read(&words, shown.addresses()).unwrap()
            }
        }
    }
}

/// What the owner of a device was asked: questions, and for which reasons the passphrase.
type Asked = (Vec<ConfirmText>, Vec<String>);

fn asked(device: &Device) -> Asked {
    (device.confirm.asked(), device.authorize.asked())
}

/// What each side was asked while they came together, and how it ended.
#[derive(Debug, PartialEq)]
struct Course {
    host: Asked,
    guest: Asked,
    arrived: String,
    ended: (String, String),
    devices: (usize, usize),
    holds: bool,
}

/// A new device comes, or one that belongs asks for keys.
async fn course(by: By, keys: bool, belongs: bool, agrees: (Answer, Answer)) -> Course {
    let (first, second) = founder_and_stranger().await;
    if belongs {
        let device = second.new_device().await;
        let request = device.request().unwrap();
        let admission = first.app.admit_device(request, false).await.unwrap();
        second.app.join_circle(device, &admission).await.unwrap();
    }
    let before = (asked(&first), asked(&second));
    if !belongs {
        first.confirm.then(Ok(agrees.0));
    }
    if keys {
        first.confirm.then(Ok(agrees.0));
        second.confirm.then(Ok(agrees.1));
    }
    let mut shown = first.app.host_pairing().await.unwrap();
    let code = by.read(&shown);
    let cancel = never();
    let asking = async {
        if belongs {
            return second.app.ask_for_keys(&code, &cancel).await;
        }
        second.app.join_pairing(&code, second.name(), &cancel).await
    };
    let (arrived, joining) = tokio::join!(first.app.await_guest(&mut shown, &cancel), asking);
    let (arrived, joining) = (arrived.unwrap(), joining.unwrap());
    let name = format!("{:?}", arrived.name());
    let digits = shown_by(&joining);
    let adding = async {
        let added = first.app.admit_guest(arrived, &digits, &cancel).await?;
        if keys {
            return first.app.give_keys(added, &cancel).await;
        }
        added.watches().await;
        Ok(())
    };
    let (added, joined) = tokio::join!(adding, second.app.finish_joining(joining, &cancel));
    let since = |now: Asked, before: &Asked| -> Asked {
        let questions = now.0.into_iter().skip(before.0.len()).collect();
        (questions, now.1.into_iter().skip(before.1.len()).collect())
    };
    let devices = |device: &Device| {
        let view = device.app.circle().unwrap();
        view.map_or(0, |view| view.devices.len())
    };
    let wallets = second.app.wallets().unwrap();
    Course {
        host: since(asked(&first), &before.0),
        guest: since(asked(&second), &before.1),
        arrived: name,
        ended: (
            added
                .err()
                .map_or_else(String::new, |error| error.to_string()),
            match joined {
                Ok(joined) => format!("{:?}", joined.keys.map(|keys| keys.is_ok())),
                Err(error) => error.to_string(),
            },
        ),
        devices: (devices(&first), devices(&second)),
        holds: wallets.iter().any(|(record, _)| record.has_seed),
    }
}

#[tokio::test]
async fn each_side_is_asked_the_same_whether_a_code_was_scanned_or_words_were_typed() {
    use Answer::{Agreed, Declined};
    let mut questions = Vec::new();
    for (keys, belongs, agrees) in [
        (false, false, (Agreed, Agreed)),
        (false, false, (Declined, Agreed)),
        (true, false, (Agreed, Agreed)),
        (true, false, (Agreed, Declined)),
        (true, true, (Agreed, Agreed)),
        (true, true, (Declined, Agreed)),
    ] {
        let scanned = Box::pin(course(By::Code, keys, belongs, agrees)).await;
        let typed = Box::pin(course(By::Words, keys, belongs, agrees)).await;
        assert_eq!(typed, scanned, "keys {keys}, belongs {belongs}, {agrees:?}");
        // And they were asked at all: that both are silent would be the same, too.
        assert!(
            !typed.host.1.is_empty(),
            "whoever shows words proves who they are"
        );
        questions.push((typed.host.0.len(), typed.guest.0.len(), typed.holds));
    }
    assert_eq!(
        questions,
        [
            (1, 0, false),
            (1, 0, false),
            (2, 1, true),
            (2, 1, false),
            (1, 1, true),
            (1, 0, false),
        ]
    );
}
