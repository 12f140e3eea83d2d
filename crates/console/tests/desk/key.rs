//! What lets the console in: kept sealed, sent to its node alone, told to nobody.

use satchel_console::config::{KeyHome, KeyWay};
use satchel_console::set_api_key::{NewKey, SetKeyError};
use satchel_console::set_base_url::SetNodeError;
use satchel_console::{AskError, NodeError};
use satchel_ports::{Answer, ConfirmError, KeychainError};
use satchel_secrets::SecretText;
use satchel_testkit::Platform;

use crate::common::{Desk, PATIENT};
use crate::server::{Mood, Server};

const KEY: &str = "hunter2 correct horse";

fn key() -> SecretText {
    SecretText::new(KEY.to_owned())
}

pub fn desk() -> Desk {
    Desk::with(
        tempfile::tempdir().expect("a scratch folder"),
        None,
        PATIENT,
        Platform::Linux,
    )
}

async fn server() -> Server {
    Server::start(Mood::Raw(503, b"busy".to_vec())).await
}

/// Every header of every request.
fn sent(server: &Server) -> String {
    server.heads().join("\n")
}

#[tokio::test]
async fn a_key_is_sent_to_its_node_and_is_in_no_file_and_no_answer() {
    let (desk, server) = (desk(), server().await);
    desk.console
        .set_base_url(Some(&server.url), None, None)
        .await
        .expect("agreed");
    desk.console
        .set_api_key(NewKey::ApiKey(key()))
        .await
        .expect("it fits");
    assert_eq!(
        desk.console.look().await,
        Err(AskError::Node(NodeError::Busy))
    );
    assert!(sent(&server).contains(&format!("x-api-key: {KEY}")));
    let config = desk.console.node_config().expect("settings");
    assert_eq!(
        (config.way, config.home, config.key_is_set),
        (KeyWay::ApiKey, KeyHome::Keychain, true)
    );
    assert!(!format!("{config:?}").contains("hunter2"));
    let file = std::fs::read_to_string(desk.home.path().join("console.json")).expect("written");
    let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!file.contains("hunter2") && !file.contains(&hex));

    // As after a start anew: out of file and keychain.
    let console = desk.again(None);
    let before = server.heads().len();
    assert_eq!(console.look().await, Err(AskError::Node(NodeError::Busy)));
    assert!(
        server.heads()[before..]
            .iter()
            .all(|head| head.contains(KEY))
    );

    console
        .set_api_key(NewKey::None)
        .await
        .expect("nothing to fit");
    assert!(
        desk.keychain.items().is_empty(),
        "what is forgotten is removed"
    );
}

#[tokio::test]
async fn another_node_is_not_given_the_key_even_by_a_changed_file() {
    let (desk, ours, theirs) = (desk(), server().await, server().await);
    desk.console
        .set_base_url(Some(&ours.url), None, None)
        .await
        .expect("agreed");
    let login = NewKey::Login {
        user: "alice".to_owned(),
        password: key(),
    };
    desk.console.set_api_key(login).await.expect("it fits");
    let path = desk.home.path().join("console.json");
    let file = std::fs::read_to_string(&path).expect("written");
    std::fs::write(&path, file.replace(&ours.url, &theirs.url)).expect("changed");
    let console = desk.again(None);
    assert_eq!(console.look().await, Err(AskError::KeyChanged));
    assert!(theirs.heads().is_empty(), "nothing was sent");

    std::fs::write(&path, file).expect("as it was");
    desk.console
        .set_base_url(Some(&theirs.url), None, None)
        .await
        .expect("agreed");
    assert!(
        desk.asked()
            .last()
            .is_some_and(|text| text.contains("is forgotten"))
    );
    let config = desk.console.node_config().expect("settings");
    assert_eq!((config.way, config.key_is_set), (KeyWay::None, false));
    assert_eq!(
        desk.console.look().await,
        Err(AskError::Node(NodeError::Busy))
    );
    assert!(!sent(&theirs).to_lowercase().contains("authorization"));
}

#[tokio::test]
async fn a_keychain_that_fails_keeps_the_key_for_this_run_and_is_asked_once() {
    let (desk, server) = (desk(), server().await);
    desk.console
        .set_base_url(Some(&server.url), None, None)
        .await
        .expect("agreed");
    desk.keychain.stop();
    desk.console
        .set_api_key(NewKey::Authorization(key()))
        .await
        .expect("it fits");
    assert_eq!(
        desk.console.node_config().map(|config| config.home),
        Ok(KeyHome::ThisRun)
    );
    assert_eq!(
        desk.console.look().await,
        Err(AskError::Node(NodeError::Busy))
    );
    assert!(sent(&server).contains(&format!("authorization: {KEY}")));

    desk.keychain.start();
    desk.console
        .set_api_key(NewKey::Authorization(key()))
        .await
        .expect("it fits");
    desk.keychain.lock();
    let console = desk.again(None);
    let locked = Err(AskError::Keychain(KeychainError::Locked));
    assert_eq!(console.look().await, locked);
    desk.keychain.unlock();
    assert_eq!(
        console.look().await,
        locked,
        "it is not asked again by itself"
    );
    let check = console.check_connection().await;
    assert_eq!(
        check.error,
        Some(AskError::Node(NodeError::Busy)),
        "its owner asked"
    );
}

#[tokio::test]
async fn what_no_header_carries_and_cookies_of_elsewhere_are_refused() {
    let desk = desk();
    for text in ["", "a\nb", "ä", &"a".repeat(5_000)] {
        let refused = desk
            .console
            .set_api_key(NewKey::ApiKey(SecretText::new(text.to_owned())))
            .await;
        assert!(
            matches!(refused, Err(SetKeyError::BadKey { .. })),
            "{text:?}"
        );
    }
    let odd = NewKey::Login {
        user: "a:b".to_owned(),
        password: key(),
    };
    assert!(matches!(
        desk.console.set_api_key(odd).await,
        Err(SetKeyError::BadUser { .. })
    ));
    desk.console
        .set_base_url(Some("https://node.example"), None, None)
        .await
        .expect("agreed");
    let cookie = desk
        .console
        .set_api_key(NewKey::Cookie(bitcoin::Network::Bitcoin))
        .await;
    assert_eq!(cookie, Err(SetKeyError::NotHere));
}

#[tokio::test]
async fn plain_http_to_elsewhere_is_part_of_the_question_and_a_no_changes_nothing() {
    let desk = desk();
    desk.confirm.then(Ok(Answer::Declined));
    let declined = desk
        .console
        .set_base_url(Some("http://192.168.1.5:8332"), None, None)
        .await;
    assert_eq!(declined, Err(SetNodeError::Confirm(ConfirmError::Declined)));
    assert!(
        desk.asked()[0].contains("everybody on the way can read"),
        "{:?}",
        desk.asked()
    );
    assert_eq!(
        desk.console.node_config().map(|config| config.url),
        Ok(None)
    );
    desk.console
        .set_base_url(Some("http://127.0.0.1:8332/"), None, None)
        .await
        .expect("agreed");
    assert!(!desk.asked()[1].contains("everybody on the way"));
    let config = desk.again(None).node_config().expect("settings");
    assert_eq!(config.url.as_deref(), Some("http://127.0.0.1:8332"));
    for url in [
        "ftp://node",
        "http://user:pass@127.0.0.1",
        "http://127.0.0.1/?q",
        "nonsense",
        "",
    ] {
        let refused = desk.console.set_base_url(Some(url), None, None).await;
        assert!(matches!(refused, Err(SetNodeError::Address(_))), "{url}");
    }
    assert_eq!(
        desk.asked().len(),
        2,
        "what cannot be used is not asked about"
    );
}
