//! Consent that comes too late, or to nobody: what was asked is not done.

use std::sync::Arc;

use bitcoin::Amount;
use satchel_console::send::{Payment, SendError};
use satchel_ports::{Answer, ConfirmError};

use crate::common::World;

fn payment() -> Payment {
    Payment {
        wallet: Some("faucet".to_owned()),
        address: "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080".to_owned(),
        amount: Amount::from_sat(70_000),
        fee_rate: None,
        subtract_fee: false,
    }
}

#[tokio::test]
async fn a_payment_that_was_agreed_to_after_a_sleep_is_not_made_and_can_be_asked_for_again() {
    let world = World::new();
    let clock = Arc::clone(&world.desk.clock);
    world.desk.confirm.meanwhile(move || clock.advance(3600));
    let sent = world.desk.console.send(&payment()).await;
    assert_eq!(sent, Err(SendError::Confirm(ConfirmError::TooLate)));
    assert!(world.sandbox.mempool_txids().is_empty());
    // It was no refusal: the next question comes at once.
    world.desk.console.send(&payment()).await.expect("it pays");
    assert_eq!(world.sandbox.mempool_txids().len(), 1);
}

#[tokio::test]
async fn a_payment_that_was_agreed_to_after_its_window_closed_is_not_made() {
    let world = World::new();
    let console = Arc::clone(&world.desk.console);
    world.desk.confirm.meanwhile(move || console.leave());
    let sent = world.desk.console.send(&payment()).await;
    assert_eq!(sent, Err(SendError::Confirm(ConfirmError::Withdrawn)));
    assert!(world.sandbox.mempool_txids().is_empty());
    // A window that is opened again asks anew.
    world.desk.console.send(&payment()).await.expect("it pays");
    assert_eq!(world.sandbox.mempool_txids().len(), 1);
}

#[tokio::test]
async fn whoever_says_no_several_times_is_left_alone_for_a_while() {
    let world = World::new();
    for _ in 0..3 {
        world.desk.confirm.then(Ok(Answer::Declined));
        let sent = world.desk.console.send(&payment()).await;
        assert_eq!(sent, Err(SendError::Confirm(ConfirmError::Declined)));
    }
    let asked = world.desk.confirm.asked().len();
    let sent = world.desk.console.send(&payment()).await;
    assert_eq!(
        sent,
        Err(SendError::Confirm(ConfirmError::TooOften { seconds: 1 }))
    );
    assert_eq!(world.desk.confirm.asked().len(), asked, "nobody was asked");
    world.desk.clock.advance(1);
    world.desk.console.send(&payment()).await.expect("it pays");
}
