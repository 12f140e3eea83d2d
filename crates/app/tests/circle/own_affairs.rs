//! What a device that was taken over must not change on the others: whom they ask, and what may leave.

use bitcoin::{Amount, Network};
use satchel_app::spending_limits::Limits;

use crate::chain_world::{meet, world};

#[tokio::test]
async fn servers_and_limits_are_each_devices_own() {
    let (_chain, devices) = world(2, true).await;
    let [first, second] = &devices[..] else {
        unreachable!()
    };
    let before = second.app.backend(Network::Regtest).unwrap();
    let asked = second.confirm.asked().len();
    let strange = "http://127.0.0.1:9/api";
    first
        .app
        .set_backend(Some(Network::Regtest), strange)
        .await
        .unwrap();
    let limits = Limits {
        per_payment: Some(Amount::from_sat(1)),
        ..Limits::default()
    };
    first.app.set_limits(limits).await.unwrap();
    meet(&devices).await;
    let (backend, _) = first.app.backend(Network::Regtest).unwrap().unwrap();
    assert_eq!(backend.url, strange);
    assert_eq!(second.app.backend(Network::Regtest).unwrap(), before);
    assert_eq!(second.app.limits().unwrap(), Limits::default());
    assert_eq!(second.confirm.asked().len(), asked, "and nobody was asked");
}
