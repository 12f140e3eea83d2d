//! Two devices that meet by codes alone: what one shows is read by the other, and nobody else's is answered.

use satchel_qr::{Code, Density, Kind, Payload, Show};
use serde_json::{Value, json};

use super::devices::id;
use super::{Stage, code, on, stage};
use crate::harness::Harness;

impl Stage {
    fn open_scan(&self) -> u32 {
        let opened = self.main.call("cmd_open_scan", json!({}));
        let scan = opened.expect("a scan")["scan"].as_u64();
        u32::try_from(scan.expect("a number")).expect("small")
    }

    /// Holds what a device shows before this one's eyes; returns what it is seen as.
    fn sees(&self, scan: u32, kind: Kind, bytes: Vec<u8>) -> Value {
        let payload = Payload { kind, bytes };
        let mut show = Show::new(&payload, Code::Own, Density::High).expect("it fits");
        loop {
            let text = json!({ "req": { "scan": scan, "text": show.next_frame() } });
            let step = self.main.call("cmd_scan_text", text).expect("an answer");
            if step["step"] != "gathering" {
                return step["seen"]["kind"].clone();
            }
        }
    }

    fn meets(&self, number: u8, scan: u32) -> Result<Value, Value> {
        let request = json!({ "req": { "request_id": id(number), "scan": scan } });
        self.main.call("cmd_meet_scanned", request)
    }
}

#[test]
fn what_another_device_shows_is_said_first_and_only_of_ones_own_devices_acted_on() {
    let desk = stage().with_wallet();
    let shows = |stage: &Stage, part: &str| {
        let request = json!({ "req": { "part": part, "density": "medium", "from": 0 } });
        stage.main.call("cmd_show_meeting", request)
    };
    assert_eq!(code(shows(&desk, "heads")), "not_sharing");
    let desk = desk.sharing();
    let shown = shows(&desk, "heads").expect("one code");
    assert_eq!((&shown["needed"], &shown["count"]), (&json!(1), &json!(1)));
    assert_eq!(
        code(shows(&desk, "lacking")),
        "bad_input",
        "nobody's code was scanned"
    );

    let heads = desk.harness.shell.app.own_heads().expect("it shares");
    let scan = desk.open_scan();
    assert_eq!(code(desk.meets(20, scan)), "bad_input", "nothing was seen");
    assert_eq!(desk.sees(scan, Kind::Heads, heads.clone()), "heads");
    assert_eq!(code(desk.meets(21, scan)), "bad_input", "it is its own");

    // Somebody else's devices: nothing is found for them, and nothing is taken.
    let other = on(Harness::seeded(77)).with_wallet().sharing();
    let scan = other.open_scan();
    assert_eq!(other.sees(scan, Kind::Heads, heads), "heads");
    assert_eq!(code(other.meets(22, scan)), "unknown_device");
    let mut objects = b"SATO\x01".to_vec();
    objects.extend([7; 32]);
    objects.extend(3u32.to_le_bytes());
    objects.extend(b"abc");
    assert_eq!(other.sees(scan, Kind::Objects, objects), "objects");
    assert_eq!(code(other.meets(23, scan)), "unknown_device");
    let cut = b"SATO\x01".to_vec();
    assert_eq!(other.sees(scan, Kind::Objects, cut), "objects");
    assert_eq!(code(other.meets(24, scan)), "file_damaged");

    // What is seen next takes its place, and locking shows nothing more.
    let invitation = b"SATCHELPAIR1QYQSZQGP".to_vec();
    assert_eq!(other.sees(scan, Kind::Invitation, invitation), "pairing");
    assert_eq!(code(other.meets(25, scan)), "bad_input");
    other
        .main
        .call("cmd_lock_wallet", json!({}))
        .expect("locked");
    assert_eq!(code(shows(&other, "heads")), "locked");
}
