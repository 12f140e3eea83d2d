//! Texts of QR codes, into the collector.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal, seeds};
use satchel_qr::fuzzing::{own, resource};
use satchel_qr::{Code, Collect, Density, FrameError, Kind, MAX_PAYLOAD, Payload, Show, Took};

const CODES: [Code; 3] = [Code::Own, Code::Bbqr, Code::Ur];

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    match mode {
        0 => {
            let lines = data.split(|byte| *byte == b'\n');
            collect(lines.filter_map(|line| std::str::from_utf8(line).ok()).map(str::to_owned).collect());
        }
        1 => forged(data),
        2 => drop(through(data)),
        _ => {}
    }
});

/// Whatever comes: memory is bounded, progress goes forward, and what is refused changes nothing.
fn collect(texts: Vec<String>) {
    // BBQr unpacks, up to a limit of its own.
    if texts.iter().any(|text| text.starts_with("B$")) {
        return feed(&texts);
    }
    // A resource's part may make room for 2048 of its kind.
    let given = 4096 + texts.iter().map(String::len).sum::<usize>();
    frugal(given, || feed(&texts));
}

fn feed(texts: &[String]) {
    let mut collect = Collect::new();
    for text in texts {
        let before = collect.progress();
        let took = collect.take(text);
        let after = collect.progress();
        assert!(after.is_none_or(|progress| (1..=progress.need).contains(&progress.have)));
        match took {
            Ok(Took::More) => assert!(after.map(|now| now.have) > before.map(|then| then.have)),
            Ok(Took::Done(payload)) => {
                assert_eq!(after, None);
                assert!(payload.bytes.len() <= MAX_PAYLOAD);
            }
            Err(FrameError::Damaged) => assert_eq!(after, None),
            Ok(Took::Again) | Err(_) => assert_eq!(after, before),
        }
    }
}

/// Frames whose checks are right and whose numbers are not.
fn forged(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let mut texts = Vec::new();
    while texts.len() < 64 && !u.is_empty() {
        let Ok(text) = forge(&mut u) else { break };
        texts.push(text);
    }
    collect(texts);
}

fn forge(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let block = u.int_in_range(0..=24)?;
    Ok(match u.int_in_range(0..=3_u8)? {
        0 => own(u.arbitrary::<&[u8]>()?),
        1 => {
            let length: u32 = u.int_in_range(0..=48)?;
            let mut bytes = vec![u.int_in_range(0..=11)?];
            bytes.extend([u.int_in_range(0..=1)?; 8]);
            bytes.extend(length.to_le_bytes());
            bytes.extend(u.arbitrary::<u16>()?.to_le_bytes());
            bytes.extend(u.bytes(block)?);
            own(&bytes)
        }
        2 => {
            let numbers = u.arbitrary::<Option<(u32, u32)>>()?;
            resource("psbt", numbers, u.arbitrary()?)
        }
        _ => {
            let (sequence, parts) = (u.int_in_range(0..=40)?, u.int_in_range(0..=4)?);
            let length: u8 = u.int_in_range(0..=23)?;
            let width = u8::try_from(block.min(23)).unwrap_or_default();
            let mut cbor = vec![0x85, 0x18, sequence, parts, length, 0x01, 0x40 + width];
            cbor.extend(u.bytes(usize::from(width))?);
            resource("bytes", Some((sequence.into(), parts.into())), &cbor)
        }
    })
}

/// Whatever is shown arrives, though frames are lost.
fn through(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let code = CODES[u.choose_index(3)?];
    let density = Density::ALL[u.choose_index(3)?];
    let kind = Kind::ALL[u.choose_index(Kind::ALL.len())?];
    let lost: u64 = u.arbitrary()?;
    let payload = Payload {
        kind,
        bytes: u.take_rest().to_vec(),
    };
    let Ok(show) = Show::new(&payload, code, density) else {
        return Ok(());
    };
    let rounds = show.needed() * 130 + 64;
    let mut collect = Collect::new();
    for (at, frame) in show.take(rounds).enumerate() {
        assert!(frame.len() <= density.chars());
        // At least one of each 64 is seen; which, moves on.
        if at % 65 != 64 && lost >> (at % 64) & 1 == 1 {
            continue;
        }
        if let Took::Done(arrived) = collect.take(&frame).expect("nothing else is shown") {
            assert_eq!(arrived.bytes, payload.bytes);
            assert!(arrived.kind == kind || code == Code::Ur && arrived.kind == Kind::Bytes);
            return Ok(());
        }
    }
    // All but a few of them may be lost.
    assert!(lost.count_zeros() < 8, "it did not arrive");
    Ok(())
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let lines = |code, length: usize, frames: usize| {
        let payload = Payload {
            kind: Kind::Psbt,
            bytes: (0..length).map(|at| at as u8).collect(),
        };
        let show = Show::new(&payload, code, Density::Low).expect("it is small");
        let texts: Vec<String> = show.take(frames).collect();
        [&[0], texts.join("\n").as_bytes()].concat()
    };
    let text = |text: &str| [&[0], text.as_bytes()].concat();
    vec![
        ("own-one", lines(Code::Own, 50, 1)),
        ("own", lines(Code::Own, 600, 5)),
        ("bbqr", lines(Code::Bbqr, 900, 6)),
        ("ur-one", lines(Code::Ur, 60, 1)),
        ("ur", lines(Code::Ur, 500, 9)),
        ("bbqr-hex", text("B$HT020041\nB$HT020142")),
        ("bbqr-plain", text("B$2U0100NBSWY3DP")),
        (
            "texts",
            text("bitcoin:BC1Q?amount=1\nSQ2$AB\nur:crypto-seed/aeadaolazmjendeoti"),
        ),
        (
            "forged-own",
            [
                &[1_u8][..],
                &[7, 1, 0, 0, 5, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9],
            ]
            .concat(),
        ),
        ("forged-ur", [&[1_u8][..], &[3; 60]].concat()),
        (
            "through-own",
            [&[2_u8, 0, 0, 0][..], &[0x55; 8], &[7; 400]].concat(),
        ),
        (
            "through-bbqr",
            [&[2_u8, 1, 0, 4][..], &[0; 8], &[9; 90]].concat(),
        ),
        (
            "through-ur",
            [&[2_u8, 2, 1, 4][..], &[0x0f; 8], &[1; 300]].concat(),
        ),
    ]
}
