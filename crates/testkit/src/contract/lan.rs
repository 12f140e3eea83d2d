//! The laws of a network in which devices reach each other.

use std::net::SocketAddr;
use std::time::Duration;

use satchel_ports::lan::MAX_FRAME;
use satchel_ports::{Lan, LanError, LanLink};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// Checks every law.
///
/// # Panics
/// Where a law is broken.
pub async fn lan(make: impl Fn() -> Box<dyn Lan>) {
    every_address_that_is_told_is_answered(&*make(), &*make()).await;
    frames_arrive_whole_and_in_order_both_ways(&*make()).await;
    what_is_no_frame_is_not_sent(&*make()).await;
    guests_are_kept_apart(&*make()).await;
    a_guest_that_came_before_anybody_waited_is_not_lost(&*make()).await;
    waiting_for_somebody_may_be_given_up(&*make()).await;
    who_goes_is_told_from_who_is_silent(&*make()).await;
    what_was_sent_before_leaving_arrives(&*make()).await;
    nobody_answers_once_the_listener_is_gone(&*make()).await;
    sessions_are_apart(&*make()).await;
}

type Two = (Box<dyn LanLink>, Box<dyn LanLink>);

/// Somebody who listens, and somebody who came.
async fn two(lan: &dyn Lan) -> Two {
    let mut listener = lan.listen().await.expect("a network");
    let address = listener.addresses()[0];
    let (here, there) = tokio::join!(listener.accept(), lan.connect(address));
    (here.expect("somebody came"), there.expect("it listens"))
}

async fn every_address_that_is_told_is_answered(one: &dyn Lan, other: &dyn Lan) {
    let mut listener = one.listen().await.expect("a network");
    let addresses: Vec<SocketAddr> = listener.addresses();
    assert!(!addresses.is_empty(), "an address at least");
    for address in addresses {
        let (here, there) = tokio::join!(listener.accept(), other.connect(address));
        let (mut here, mut there) = (here.expect("somebody"), there.expect("it listens"));
        there.send(b"hello").await.expect("it is there");
        assert_eq!(here.receive(LONG).await.as_deref(), Ok(&b"hello"[..]));
    }
}

async fn frames_arrive_whole_and_in_order_both_ways(lan: &dyn Lan) {
    let (mut here, mut there) = two(lan).await;
    let frames: Vec<Vec<u8>> = [1, 2, 1_000, MAX_FRAME, 1, MAX_FRAME - 1]
        .iter()
        .enumerate()
        .map(|(n, len)| vec![u8::try_from(n).expect("few"); *len])
        .collect();
    for back in [false, true] {
        let (sender, receiver) = if back {
            (&mut there, &mut here)
        } else {
            (&mut here, &mut there)
        };
        let send = async {
            for frame in &frames {
                sender.send(frame).await.expect("it is read");
            }
        };
        let receive = async {
            for frame in &frames {
                let came = receiver.receive(LONG).await.expect("it was sent");
                assert!(came == *frame, "{} bytes", frame.len());
            }
        };
        tokio::join!(send, receive);
    }
}

async fn what_is_no_frame_is_not_sent(lan: &dyn Lan) {
    let (mut here, mut there) = two(lan).await;
    assert_eq!(here.send(&[]).await, Err(LanError::Malformed));
    let long = vec![0; MAX_FRAME + 1];
    assert_eq!(here.send(&long).await, Err(LanError::Malformed));
    // And nothing of it came.
    here.send(&[7]).await.expect("it is there");
    assert_eq!(there.receive(LONG).await, Ok(vec![7]));
}

async fn guests_are_kept_apart(lan: &dyn Lan) {
    let mut listener = lan.listen().await.expect("a network");
    let address = listener.addresses()[0];
    let mut pairs = Vec::new();
    for _ in 0..3 {
        let (here, there) = tokio::join!(listener.accept(), lan.connect(address));
        pairs.push((here.expect("somebody"), there.expect("it listens")));
    }
    for (n, (_, there)) in pairs.iter_mut().enumerate().rev() {
        let frame = [u8::try_from(n).expect("few")];
        there.send(&frame).await.expect("it is there");
    }
    for (n, (here, _)) in pairs.iter_mut().enumerate() {
        let frame = here.receive(LONG).await.expect("it was sent");
        assert_eq!(usize::from(frame[0]), n);
    }
}

async fn a_guest_that_came_before_anybody_waited_is_not_lost(lan: &dyn Lan) {
    let mut listener = lan.listen().await.expect("a network");
    let mut there = lan
        .connect(listener.addresses()[0])
        .await
        .expect("it listens");
    there.send(b"early").await.expect("it listens");
    let mut here = listener.accept().await.expect("somebody came");
    assert_eq!(here.receive(LONG).await.as_deref(), Ok(&b"early"[..]));
}

async fn waiting_for_somebody_may_be_given_up(lan: &dyn Lan) {
    let mut listener = lan.listen().await.expect("a network");
    for _ in 0..3 {
        let wait = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
        assert!(wait.is_err(), "nobody came");
    }
    let address = listener.addresses()[0];
    let (here, there) = tokio::join!(listener.accept(), lan.connect(address));
    assert!(here.is_ok() && there.is_ok());
}

async fn who_goes_is_told_from_who_is_silent(lan: &dyn Lan) {
    let (mut here, there) = two(lan).await;
    drop(there);
    assert_eq!(here.receive(LONG).await, Err(LanError::Gone));
    let (mut here, _there) = two(lan).await;
    assert_eq!(here.receive(Duration::ZERO).await, Err(LanError::Silent));
}

async fn what_was_sent_before_leaving_arrives(lan: &dyn Lan) {
    let (mut here, mut there) = two(lan).await;
    there.send(b"goodbye").await.expect("it is there");
    drop(there);
    assert_eq!(here.receive(LONG).await.as_deref(), Ok(&b"goodbye"[..]));
    assert_eq!(here.receive(LONG).await, Err(LanError::Gone));
}

async fn nobody_answers_once_the_listener_is_gone(lan: &dyn Lan) {
    let listener = lan.listen().await.expect("a network");
    let address = listener.addresses()[0];
    drop(listener);
    assert_eq!(lan.connect(address).await.err(), Some(LanError::Nobody));
}

async fn sessions_are_apart(lan: &dyn Lan) {
    let first = lan.listen().await.expect("a network");
    let mut second = lan.listen().await.expect("a network");
    for address in second.addresses() {
        assert!(!first.addresses().contains(&address), "{address} twice");
    }
    drop(first);
    let address = second.addresses()[0];
    let (here, there) = tokio::join!(second.accept(), lan.connect(address));
    assert!(here.is_ok() && there.is_ok(), "the other is still there");
}
