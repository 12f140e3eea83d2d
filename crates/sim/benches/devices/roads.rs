//! How long it takes from screen to camera, and over the local network.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use satchel_lan::TcpLan;
use satchel_ports::Lan;
use satchel_qr::{Code, Collect, Density, Kind, Payload, Picture, Show, Took};

use crate::row;
use crate::sizes::Reached;
use crate::times::ms;
use crate::workload::Dice;

/// Frames that are shown a second.
const FRAMES_A_SECOND: usize = 10;
const TRIES: u64 = 20;

pub fn print(reached: &Reached) {
    let objects = [
        ("50 labels", &reached.fifty, "≤ 2 s"),
        ("1,000 labels", &reached.thousand, "≤ 6 s"),
        ("10,000 labels", &reached.ten_thousand, "≤ 30 s at 15 %"),
    ];
    for (what, object, aim) in objects {
        let payload = Payload {
            kind: Kind::Objects,
            bytes: object.clone(),
        };
        if Show::new(&payload, Code::Own, Density::High).is_err() {
            let what = format!("QR frames of {what}");
            row(&what, "more than frames carry: a file, or the network", aim);
            continue;
        }
        let shown: Vec<_> = [5, 15, 30]
            .into_iter()
            .map(|lost| {
                let frames: usize = (1..=TRIES).map(|seed| frames(object, lost, seed)).sum();
                let frames = frames.div_ceil(20);
                format!("{frames} ({} s)", frames.div_ceil(FRAMES_A_SECOND))
            })
            .collect();
        let what = format!("QR frames of {what}, 5 / 15 / 30 of 100 lost, ten a second");
        row(&what, &shown.join(" / "), aim);
    }
    let (a_frame, all) = read_from_pictures(&reached.thousand);
    row(
        "a picture of such a frame is read, 1280 × 720",
        &ms(a_frame),
        "≤ 100 ms: ten a second",
    );
    row(
        "1,000 labels: what the frames say is put together",
        &ms(all),
        "",
    );
    row(
        "400 kB over TCP on loopback",
        &ms(over_the_network()),
        "< 1 s",
    );
}

/// Returns how many frames are shown until all is there.
fn frames(object: &[u8], lost: u64, seed: u64) -> usize {
    let payload = Payload {
        kind: Kind::Objects,
        bytes: object.to_vec(),
    };
    let show = Show::new(&payload, Code::Own, Density::High).expect("it fits");
    let (mut collect, mut dice) = (Collect::new(), Dice::default());
    for _ in 0..seed {
        dice.bytes();
    }
    for (at, frame) in show.enumerate() {
        if dice.below(100) < lost {
            continue;
        }
        if let Ok(Took::Done(done)) = collect.take(&frame) {
            assert_eq!(done.bytes, object);
            return at + 1;
        }
    }
    unreachable!("a show has no end")
}

/// Draws each frame as a camera that stands straight before the screen would see it, and reads it. Returns how long a picture takes,
/// and how long all frames' texts take to be put together.
fn read_from_pictures(object: &[u8]) -> (Duration, Duration) {
    const SIZE: (usize, usize) = (1280, 720);
    let payload = Payload {
        kind: Kind::Objects,
        bytes: object.to_vec(),
    };
    let mut show = Show::new(&payload, Code::Own, Density::High).expect("it fits");
    let (mut collect, mut collecting) = (Collect::new(), Duration::ZERO);
    let mut reading = Vec::new();
    loop {
        let text = show.next_frame();
        let code = qrcodegen::QrCode::encode_text(&text, qrcodegen::QrCodeEcc::Low);
        let code = code.expect("a frame fits into a code");
        let modules = usize::try_from(code.size()).expect("at most 177");
        let pixels = SIZE.1 / (modules + 8);
        let (left, top) = (
            (SIZE.0 - modules * pixels) / 2,
            (SIZE.1 - modules * pixels) / 2,
        );
        let mut luma = vec![230; SIZE.0 * SIZE.1];
        for (y, x) in (0..modules * pixels).flat_map(|y| (0..modules * pixels).map(move |x| (y, x)))
        {
            let module = |at: usize| i32::try_from(at / pixels).expect("small");
            if code.get_module(module(x), module(y)) {
                luma[(top + y) * SIZE.0 + left + x] = 25;
            }
        }
        let begun = Instant::now();
        let picture = Picture::from_luma(SIZE.0, SIZE.1, luma).expect("a picture");
        let texts = picture.read();
        reading.push(begun.elapsed());
        assert_eq!(texts, [text]);
        let begun = Instant::now();
        let took = collect.take(&texts[0]);
        collecting += begun.elapsed();
        if let Ok(Took::Done(done)) = took {
            assert_eq!(done.bytes, object);
            reading.sort_unstable();
            return (reading[reading.len() / 2], collecting);
        }
    }
}

fn over_the_network() -> Duration {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let lan = TcpLan::only_on(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let mut listener = lan.listen().await.expect("loopback");
        let address = listener.addresses()[0];
        let begun = Instant::now();
        let (accepted, connected) = tokio::join!(listener.accept(), lan.connect(address));
        let (mut here, mut there) = (accepted.expect("somebody"), connected.expect("somebody"));
        let frame = vec![1; 50_000];
        for _ in 0..8 {
            let (sent, came) =
                tokio::join!(here.send(&frame), there.receive(Duration::from_secs(5)));
            sent.expect("taken");
            assert_eq!(came.expect("sent").len(), frame.len());
        }
        begun.elapsed()
    })
}
