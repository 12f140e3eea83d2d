//! How long it takes from screen to camera, and over the local network.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use satchel_lan::TcpLan;
use satchel_ports::Lan;
use satchel_qr::{Code, Collect, Density, Kind, Payload, Show, Took};

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
