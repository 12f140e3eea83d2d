use super::*;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn one_scan_goes_on_at_a_time() {
    let desk = ScanDesk::default();
    assert!(!desk.is_open());
    let first = desk.begin();
    let second = desk.begin();
    assert!(first != second && !desk.goes_on(first) && desk.goes_on(second));
    desk.end(first);
    assert!(desk.goes_on(second));
    desk.stop();
    assert!(!desk.is_open() && !desk.goes_on(second));
    assert!(desk.take(second, &texts(&["a"])).is_none());
}

#[test]
fn a_frame_goes_on_though_a_poster_hangs_beside_it() {
    let payload = Payload {
        kind: satchel_qr::Kind::Bytes,
        bytes: vec![9; 3_000],
    };
    let show = satchel_qr::Show::new(&payload, satchel_qr::Code::Own, satchel_qr::Density::Low);
    let mut collect = Collect::new();
    for frame in show.expect("it fits").take(20) {
        let seen = [frame.as_str(), "https://example.org/poster"];
        match take(&mut collect, &texts(&seen)) {
            Read::Gathering(progress) => assert!(progress.have <= progress.need),
            Read::Whole(whole) => {
                assert!(whole.contains(&payload));
                return;
            }
            Read::Nothing | Read::Refused(_) => panic!("it was a frame"),
        }
    }
    panic!("twenty frames were enough for three");
}

#[test]
fn what_cameras_misread_is_passed_over_and_what_a_person_can_change_is_told() {
    assert_eq!(refusal(FrameError::Broken), None);
    assert_eq!(refusal(FrameError::AnotherTransfer), None);
    assert_eq!(refusal(FrameError::NeedsNewer), Some(Refusal::NeedsNewer));
    assert_eq!(refusal(FrameError::Damaged), Some(Refusal::Damaged));
}
