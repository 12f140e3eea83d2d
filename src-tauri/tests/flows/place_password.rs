//! Another password of a place, through the real IPC. That it is used is tested in the core.

use serde_json::json;

use super::devices::id;
use super::{code, stage};

#[test]
fn no_password_is_asked_for_where_nobody_logs_in() {
    let stage = stage().with_wallet().sharing();
    let folder = tempfile::tempdir().expect("a folder");
    let place = stage.meets_in(folder.path(), 8);
    let change = |request: u8, place: serde_json::Value| {
        let request = json!({ "req": { "request_id": id(request), "place_id": place } });
        stage.main.call("cmd_set_place_password", request)
    };
    assert_eq!(code(change(9, place["id"].clone())), "bad_place");
    assert_eq!(code(change(10, json!(id(77)))), "unknown_place");
    assert!(!stage.harness.sealed_opened_again());
}
