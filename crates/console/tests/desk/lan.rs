//! A node in the local network, into which the system may not let this program.

use satchel_console::AskError;
use satchel_console::set_base_url::SetNodeError;
use satchel_node_api::NodeError;
use satchel_ports::{Answer, ConfirmError};

use crate::key::desk;

/// An address of a link that is not named: nothing is sent to it.
const AT_HOME: &str = "http://[fe80::1]:9";

#[tokio::test]
async fn the_system_is_asked_for_a_node_at_home_after_consent_and_for_no_other() {
    let desk = desk();
    desk.confirm.then(Ok(Answer::Declined));
    let declined = desk.console.set_base_url(Some(AT_HOME), None, None).await;
    assert_eq!(declined, Err(SetNodeError::Confirm(ConfirmError::Declined)));
    let set = async |url, esplora, proxy| {
        let set = desk.console.set_base_url(Some(url), esplora, proxy).await;
        set.expect("agreed");
        desk.lan.asked()
    };
    let here = "http://127.0.0.1:8332";
    assert_eq!(set(here, None, None).await, 0);
    assert_eq!(
        set(AT_HOME, None, Some("socks5h://127.0.0.1:9050")).await,
        0
    );
    assert_eq!(set(AT_HOME, None, None).await, 1);
    assert_eq!(set(here, Some("http://192.168.1.5:3000"), None).await, 2);
    let proxy = Some("socks5h://192.168.1.5:9050");
    assert_eq!(set("https://node.example", None, proxy).await, 3);
}

#[tokio::test]
async fn a_node_that_the_system_keeps_away_is_not_taken_for_one_that_is_away() {
    let desk = desk();
    desk.lan.says_no(true);
    let set = desk.console.set_base_url(Some(AT_HOME), None, None).await;
    // It may be reached another way, such as over a private network.
    set.expect("it is set");
    let check = desk.console.check_connection().await;
    assert_eq!(check.error, Some(AskError::LanDenied));
    assert!(!check.reached);
    // It may be allowed meanwhile: then it is only away.
    desk.lan.says_no(false);
    let check = desk.console.check_connection().await;
    assert_eq!(check.error, Some(AskError::Node(NodeError::Unreachable)));
}
