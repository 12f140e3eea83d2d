//! Frames of all codes: shown, lost, repeated, mixed up, collected.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use satchel_qr::{
    Code, Collect, Density, FrameError, Kind, MAX_FRAME, MAX_PAYLOAD, Payload, Show, ShowError,
    Took,
};

const CODES: [Code; 3] = [Code::Own, Code::Bbqr, Code::Ur];

fn payload(kind: Kind, bytes: &[u8]) -> Payload {
    Payload {
        kind,
        bytes: bytes.to_vec(),
    }
}

/// Bytes that cannot be packed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn frames(payload: &Payload, code: Code, density: Density) -> Vec<String> {
    let show = Show::new(payload, code, density).expect("it can be shown");
    let needed = show.needed();
    show.take(needed).collect()
}

/// Feeds frames until the payload is there; returns it and how many were fed.
fn collect(frames: impl Iterator<Item = String>) -> Option<(Payload, usize)> {
    let mut collect = Collect::new();
    for (at, frame) in frames.enumerate() {
        if let Took::Done(payload) = collect.take(&frame).expect("nothing else is shown") {
            assert_eq!(collect.progress(), None);
            return Some((payload, at + 1));
        }
    }
    None
}

/// Of which frames some are lost, as told by a number.
fn lossy(show: Show, percent: u32, seed: u32) -> impl Iterator<Item = String> {
    let mut state = seed;
    show.filter(move |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % 100 >= percent
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_shown_arrives_though_frames_are_lost(
        bytes in prop::collection::vec(any::<u8>(), 1..6000),
        code in select(&CODES[..]),
        density in select(&Density::ALL[..]),
        skip in 0..40_usize,
        percent in select(&[0_u32, 5, 15, 30][..]),
        seed: u32,
    ) {
        let payload = payload(Kind::Psbt, &bytes);
        let show = Show::new(&payload, code, density).expect("it is small enough");
        let needed = show.needed();
        // Whoever looks later than it began sees the same.
        let mut show = show;
        for _ in 0..skip {
            show.next_frame();
        }
        let (collected, _) = collect(lossy(show, percent, seed).take(needed * 20 + 50))
            .expect("so many frames are enough");
        prop_assert_eq!(collected, payload);
    }

    #[test]
    fn frames_come_in_any_order_and_more_than_once(
        bytes in prop::collection::vec(any::<u8>(), 1..4000),
        code in select(&CODES[..]),
        order in prop::collection::vec(any::<Index>(), 0..60),
    ) {
        let payload = payload(Kind::Psbt, &bytes);
        let mut all = frames(&payload, code, Density::Low);
        let some: Vec<String> = order.iter().map(|index| index.get(&all).clone()).collect();
        all.reverse();
        let (collected, _) = collect(some.into_iter().chain(all)).expect("all were shown");
        prop_assert_eq!(collected, payload);
    }

    #[test]
    fn frames_of_something_else_change_nothing(
        one in prop::collection::vec(any::<u8>(), 900..3000),
        other in prop::collection::vec(any::<u8>(), 900..3000),
        code in select(&CODES[..]),
        foreign in select(&CODES[..]),
    ) {
        prop_assume!(one != other);
        let payload = payload(Kind::Psbt, &one);
        let other = Payload { kind: Kind::Transaction, bytes: other };
        let stray = frames(&other, foreign, Density::Low);
        let mut collect = Collect::new();
        let frames = frames(&payload, code, Density::Low);
        for (at, frame) in frames.iter().enumerate() {
            let took = collect.take(frame).expect("it is the first or of the same");
            if at + 1 == frames.len() {
                prop_assert_eq!(took, Took::Done(payload));
                break;
            }
            prop_assert_eq!(took, Took::More);
            let before = collect.progress();
            for foreign in [&stray[at % stray.len()], "bitcoin:bc1q", "UR:BYTES/IEHSJYHSPMWFWFIA"] {
                prop_assert!(collect.take(foreign).is_err());
            }
            prop_assert_eq!(collect.progress(), before);
        }
    }

    #[test]
    fn a_changed_frame_of_ours_is_refused(
        bytes in prop::collection::vec(any::<u8>(), 1..600),
        at: Index,
        with in "[0-9A-Z $%*+./:-]",
    ) {
        let frame = Show::new(&payload(Kind::Heads, &bytes), Code::Own, Density::Medium)
            .expect("it is small enough")
            .next_frame();
        let at = 4 + at.index(frame.len() - 4);
        let mut changed = frame.clone();
        changed.replace_range(at..=at, &with);
        prop_assume!(changed != frame);
        prop_assert_eq!(Collect::new().take(&changed), Err(FrameError::Broken));
    }

    #[test]
    fn any_text_is_taken_or_refused(start in "(|SQ1\\$|B\\$|ur:|UR:BYTES/|ur:psbt/1-2/)", rest in ".{0,60}") {
        let mut collect = Collect::new();
        let text = format!("{start}{rest}");
        if let Ok(Took::Done(payload)) = collect.take(&text) && payload.kind == Kind::Text {
            prop_assert_eq!(payload.bytes, text.into_bytes());
        }
    }
}

#[test]
fn what_fits_one_frame_is_one_frame() {
    for code in CODES {
        for bytes in [&b"x"[..], &noise(150)] {
            let payload = payload(Kind::Psbt, bytes);
            let mut show = Show::new(&payload, code, Density::Low).expect("it is small");
            assert_eq!(show.needed(), 1);
            let frame = show.next_frame();
            assert_eq!(
                show.next_frame(),
                frame,
                "{code:?}: nothing else is to be shown"
            );
            assert_eq!(Collect::new().take(&frame), Ok(Took::Done(payload)));
        }
    }
}

#[test]
fn every_kind_keeps_its_name_in_our_code() {
    for kind in Kind::ALL {
        let payload = payload(kind, &noise(5_000));
        let show = Show::new(&payload, Code::Own, Density::Medium).expect("it is small enough");
        assert_eq!(collect(show.take(50)).map(|(it, _)| it), Some(payload));
    }
}

#[test]
fn other_wallets_codes_say_of_a_kind_what_they_can() {
    let shown = |kind, code| Show::new(&payload(kind, b"{}"), code, Density::Low);
    for kind in [
        Kind::Psbt,
        Kind::Transaction,
        Kind::Text,
        Kind::Json,
        Kind::Cbor,
    ] {
        let (back, _) =
            collect(shown(kind, Code::Bbqr).expect("BBQr has a letter for it")).expect("one");
        assert_eq!(back.kind, kind);
    }
    for kind in [
        Kind::Objects,
        Kind::Heads,
        Kind::Invitation,
        Kind::WalletFile,
        Kind::Bytes,
    ] {
        assert_eq!(
            shown(kind, Code::Bbqr).err(),
            Some(ShowError::NotInThisCode)
        );
        let (back, _) = collect(shown(kind, Code::Ur).expect("as bytes")).expect("one");
        assert_eq!(back, payload(Kind::Bytes, b"{}"));
    }
}

#[test]
fn every_frame_fits_the_qr_code_it_was_made_for() {
    for code in CODES {
        for density in Density::ALL {
            for length in [1, 300, 3_000, 30_000] {
                let show = Show::new(&payload(Kind::Psbt, &noise(length)), code, density)
                    .expect("it is small enough");
                let needed = show.needed();
                for frame in show.take(needed * 2) {
                    assert!(frame.len() <= density.chars(), "{code:?} {density:?}");
                    assert!(frame.bytes().all(|c| c.is_ascii_uppercase()
                        || c.is_ascii_digit()
                        || b" $%*+-./:".contains(&c)));
                }
            }
        }
    }
}

#[test]
fn nothing_and_too_much_cannot_be_shown() {
    for code in CODES {
        let refused = |length: usize, density| {
            Show::new(&payload(Kind::Psbt, &noise(length)), code, density).err()
        };
        assert_eq!(refused(0, Density::High), Some(ShowError::Empty));
        assert_eq!(
            refused(MAX_PAYLOAD + 1, Density::High),
            Some(ShowError::TooBig)
        );
        assert_eq!(refused(3_000_000, Density::Low), Some(ShowError::TooBig));
    }
    // 320 blocks of what the largest frame holds.
    let most = 320 * 1399;
    let shown = |length| {
        Show::new(
            &payload(Kind::Objects, &noise(length)),
            Code::Own,
            Density::High,
        )
    };
    assert_eq!(shown(most).map(|show| show.needed()).ok(), Some(320));
    assert_eq!(shown(most + 1).err(), Some(ShowError::TooBig));
}

#[test]
fn at_thirty_percent_loss_ours_needs_hardly_more_than_arrive() {
    let payload = payload(Kind::Objects, &noise(60 * 1000));
    for seed in 0..20 {
        let show = Show::new(&payload, Code::Own, Density::Medium).expect("it is small enough");
        let needed = show.needed();
        let (_, fed) =
            collect(lossy(show, 30, seed).take(needed + 3)).expect("three more are plenty");
        assert!(fed >= needed);
    }
}

#[test]
fn texts_in_no_code_are_texts() {
    for text in [
        "bitcoin:BC1Q?amount=0.1",
        "cHNidP8BAA==",
        "S",
        "SQ",
        "B",
        "U",
        "Ñandú",
        "SQX$1",
    ] {
        let took = Collect::new().take(text);
        assert_eq!(took, Ok(Took::Done(payload(Kind::Text, text.as_bytes()))));
    }
    assert_eq!(Collect::new().take(""), Err(FrameError::Broken));
    for start in ["A", "SQ1$", "B$2P0100", "ur:psbt/"] {
        let long = format!("{start}{}", "A".repeat(MAX_FRAME));
        assert_eq!(
            Collect::new().take(&long),
            Err(FrameError::TooLong),
            "{start}"
        );
    }
}

#[test]
fn what_a_later_version_shows_is_said_to_be_so() {
    for text in [
        "SQ2$ABC",
        "SQ9$",
        "B$9P0100AAAAAAAA",
        "B$2Q0100AAAAAAAA",
        "ur:crypto-seed/aeadaolazmjendeoti",
    ] {
        assert_eq!(
            Collect::new().take(text),
            Err(FrameError::NeedsNewer),
            "{text}"
        );
    }
}

#[test]
fn a_first_frame_that_gives_nothing_keeps_nothing_out() {
    let mut collect = Collect::new();
    // Number 5 of 2 frames; a broken number; a character that is not of the encoding.
    for bad in [
        "B$2P0205AAAAAAAA",
        "B$2P02+1AAAAAAAA",
        "B$2P02001AAAAAAA",
        "B$2P0200",
        "B$2P0000AAAAAAAA",
    ] {
        assert_eq!(collect.take(bad), Err(FrameError::Broken), "{bad}");
        assert_eq!(collect.progress(), None);
    }
    let good = frames(&payload(Kind::Text, b"hello"), Code::Own, Density::Low);
    assert!(matches!(collect.take(&good[0]), Ok(Took::Done(_))));
}

#[test]
fn what_unpacks_to_too_much_is_thrown_away() {
    use bbqr::split::{Split, SplitOptions};
    for length in [MAX_PAYLOAD, MAX_PAYLOAD + 1, 16 * 1024 * 1024] {
        let split = Split::try_from_data(
            &vec![0; length],
            bbqr::file_type::FileType::Psbt,
            SplitOptions::default(),
        );
        let mut collect = Collect::new();
        let parts = split.expect("zeros pack well").parts;
        let last = parts.iter().map(|part| collect.take(part)).last();
        if length == MAX_PAYLOAD {
            assert!(matches!(last, Some(Ok(Took::Done(_)))));
        } else {
            assert_eq!(last, Some(Err(FrameError::Damaged)));
        }
        assert_eq!(collect.progress(), None);
    }
}

#[test]
fn a_frame_goes_on_though_a_poster_hangs_beside_it() {
    let payload = satchel_qr::Payload {
        kind: satchel_qr::Kind::Bytes,
        bytes: vec![9; 3_000],
    };
    let show = satchel_qr::Show::new(&payload, satchel_qr::Code::Own, satchel_qr::Density::Low);
    let mut collect = satchel_qr::Collect::new();
    for frame in show.expect("it fits").take(20) {
        let seen = [frame.as_str(), "https://example.org/poster"];
        match collect.take_picture(&seen.map(str::to_owned)) {
            satchel_qr::Sight::Gathering(progress) => assert!(progress.have <= progress.need),
            satchel_qr::Sight::Whole(whole) => {
                assert!(whole.contains(&payload));
                return;
            }
            satchel_qr::Sight::Nothing | satchel_qr::Sight::Refused(_) => panic!("it was a frame"),
        }
    }
    panic!("twenty frames were enough for three");
}

#[test]
fn what_cameras_misread_is_passed_over_and_what_a_person_can_change_is_told() {
    use satchel_qr::{FrameError, Sight};
    let sight = |text: &str| satchel_qr::Collect::new().take_picture(&[text.to_owned()]);
    assert_eq!(sight("SQ1$"), Sight::Nothing, "broken");
    assert_eq!(sight("SQ9$"), Sight::Refused(FrameError::NeedsNewer));
}
