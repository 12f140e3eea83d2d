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
fn what_a_person_can_change_is_told() {
    assert_eq!(refusal(FrameError::NeedsNewer), Refusal::NeedsNewer);
    assert_eq!(refusal(FrameError::TooLong), Refusal::TooLarge);
    assert_eq!(refusal(FrameError::Damaged), Refusal::Damaged);
}
