//! `bitcoin:` links (BIP-0021) that other programs open.
//!
//! A link waits until the page takes it, and fills the screen for payments as its text would if somebody pasted it
//! there. It unlocks, signs and decides nothing, whoever wrote it. One waits at a time: the one that was opened last.

mod payment_link;
pub mod second;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use payment_link::{MAX_LINK, PaymentLink};

use crate::foreground::Moment;

/// How long a link waits: long enough to unlock, too short to turn up next morning.
pub const GOOD_FOR: Duration = Duration::from_secs(600);

/// A link that waits.
#[derive(Debug, Clone)]
struct Waiting {
    number: u32,
    link: PaymentLink,
    since: Moment,
}

/// The link that waits, if any.
#[derive(Debug, Default)]
pub struct Links {
    now: Mutex<(u32, Option<Waiting>)>,
}

impl Links {
    /// Takes a link. The one that waited before is dropped.
    pub fn offer(&self, link: PaymentLink, now: Moment) {
        let (last, waiting) = &mut *self.lock();
        *last = last.wrapping_add(1);
        *waiting = Some(Waiting {
            number: *last,
            link,
            since: now,
        });
    }

    /// Returns the link that waits and its number, unless it waited for longer than [`GOOD_FOR`].
    pub fn waiting(&self, now: Moment) -> Option<(u32, PaymentLink)> {
        let (_, waiting) = &mut *self.lock();
        waiting.take_if(|link| now.since(link.since) > GOOD_FOR);
        waiting.as_ref().map(|it| (it.number, it.link.clone()))
    }

    /// Drops the link of this number, unless another took its place.
    pub fn drop_link(&self, number: u32) {
        let (_, waiting) = &mut *self.lock();
        waiting.take_if(|link| link.number == number);
    }

    fn lock(&self) -> MutexGuard<'_, (u32, Option<Waiting>)> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "bitcoin:BCRT1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KYGT080";

    fn link(text: &str) -> PaymentLink {
        PaymentLink::read(text).expect("a link")
    }

    fn later(now: Moment, by: Duration) -> Moment {
        Moment {
            steady: now.steady + by,
            wall: now.wall + by,
        }
    }

    #[test]
    fn a_link_is_of_the_scheme_and_of_a_length_that_people_write() {
        assert_eq!(link(&format!(" {ADDRESS}\n")).as_str(), ADDRESS);
        assert!(PaymentLink::read(&ADDRESS.to_uppercase()).is_some());
        let filled = |length: usize| format!("{ADDRESS:?<length$}");
        assert!(PaymentLink::read(&filled(MAX_LINK)).is_some());
        assert!(PaymentLink::read(&filled(MAX_LINK + 1)).is_none());
        for text in [
            "",
            "bitcoin:",
            "bitcoi",
            "bitcoinx:1",
            "lightning:lnbc1",
            "https://bitcoin:1",
            "--home",
            "/tmp/bitcoin:1",
            "bitcoin:1\n--home",
            "bitcoin:1\u{1b}[2J",
            "bitcoi\u{e9}:1",
        ] {
            assert_eq!(PaymentLink::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_last_link_waits_until_it_is_dropped_by_its_number() {
        let (links, now) = (Links::default(), Moment::now());
        assert_eq!(links.waiting(now), None);
        links.offer(link("bitcoin:1"), now);
        links.offer(link("bitcoin:2"), now);
        let (number, waiting) = links.waiting(now).expect("a link");
        assert_eq!(waiting.as_str(), "bitcoin:2");
        // A page that is drawn anew asks again.
        assert_eq!(links.waiting(now), Some((number, waiting)));
        links.offer(link("bitcoin:3"), now);
        links.drop_link(number);
        let (number, waiting) = links.waiting(now).expect("the newer one stays");
        assert_eq!(waiting.as_str(), "bitcoin:3");
        links.drop_link(number);
        assert_eq!(links.waiting(now), None);
    }

    #[test]
    fn a_link_that_nobody_took_does_not_turn_up_next_morning() {
        let (links, now) = (Links::default(), Moment::now());
        links.offer(link("bitcoin:1"), now);
        assert!(links.waiting(later(now, GOOD_FOR)).is_some());
        let over = later(now, GOOD_FOR + Duration::from_secs(1));
        assert_eq!(links.waiting(over), None);
        assert_eq!(links.waiting(now), None, "it is gone");
    }
}
