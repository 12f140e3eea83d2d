//! A node that is killed, slow, or lies: what is said, what is kept, and that it mends by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use satchel_console::health::Line;
use satchel_console::send::{Payment, SendError};
use satchel_console::{AskError, NodeError, ProblemKind};
use satchel_node_api::Limits;
use satchel_testkit::Platform;
use serde_json::{Value, json};

use crate::common::Desk;
use crate::core_replies::{ADDRESS, core};
use crate::server::{Mood, Server};

/// Waits after which a silent node is given up.
const SHORT: Limits = Limits {
    connect: Duration::from_secs(5),
    request: Duration::from_millis(300),
    slow: Duration::from_millis(300),
};

fn honest() -> Mood {
    Mood::Node(Arc::new(core))
}

async fn node() -> (Server, Desk) {
    let server = Server::start(honest()).await;
    let given = satchel_console::GivenNode {
        url: server.url.clone(),
        cookie: None,
        esplora: None,
        plain_http: false,
        proxy: None,
    };
    let home = tempfile::tempdir().expect("a scratch folder");
    (
        server,
        Desk::with(home, Some(given), SHORT, Platform::Linux),
    )
}

/// Says what a node does with this field of the chain's state.
fn with(field: &'static str, value: Value) -> Mood {
    Mood::Node(Arc::new(move |method: &str, params: &Value| {
        let mut answer = core(method, params)?;
        if method == "getblockchaininfo" {
            answer[field] = value.clone();
        }
        Ok(answer)
    }))
}

fn kinds(desk: &Desk) -> Vec<ProblemKind> {
    let health = desk.console.health().expect("settings");
    health
        .problems
        .iter()
        .map(|problem| problem.kind)
        .filter(|kind| *kind != ProblemKind::NodeWarning)
        .collect()
}

#[tokio::test]
async fn whatever_a_node_does_is_said_and_the_last_good_picture_stays_marked_as_old() {
    let (server, desk) = node().await;
    desk.console.look().await.expect("honest");
    let mut good = desk.console.blockchain_info().await.expect("an answer");
    let blocks = desk
        .console
        .latest_blocks(Some(2))
        .await
        .expect("an answer");
    let faults: [(Mood, NodeError, ProblemKind); 8] = [
        (
            Mood::Closes,
            NodeError::Unreachable,
            ProblemKind::Unreachable,
        ),
        (Mood::Silent, NodeError::TimedOut, ProblemKind::Unreachable),
        (Mood::Endless, NodeError::TooLong, ProblemKind::BadAnswer),
        (
            Mood::Promises(1 << 40),
            NodeError::TooLong,
            ProblemKind::BadAnswer,
        ),
        (
            Mood::Raw(503, b"Work queue depth exceeded".to_vec()),
            NodeError::Busy,
            ProblemKind::Busy,
        ),
        (
            Mood::Raw(302, Vec::new()),
            NodeError::Nonsense {
                what: "it sends requests elsewhere",
            },
            ProblemKind::BadAnswer,
        ),
        (
            Mood::Raw(200, b"{\"result\":".to_vec()),
            NodeError::Nonsense {
                what: "it is no answer of a node",
            },
            ProblemKind::BadAnswer,
        ),
        (
            Mood::Raw(418, b"<h1>I am\na proxy\x1b[31m</h1>".to_vec()),
            NodeError::Http {
                status: 418,
                body: "<h1>I ama proxy[31m</h1>".to_owned(),
            },
            ProblemKind::BadAnswer,
        ),
    ];
    for (mood, error, kind) in faults {
        desk.clock.advance(60);
        server.be(mood);
        let looked = desk.console.look().await;
        // Whether a flood ends by its length or by its time depends on the machine.
        let flood =
            error == NodeError::TooLong && looked == Err(AskError::Node(NodeError::TimedOut));
        if !flood {
            assert_eq!(looked, Err(AskError::Node(error.clone())));
            assert_eq!(kinds(&desk), [kind]);
        }
        let health = desk.console.health().expect("settings");
        assert_eq!(
            (health.line, health.age.is_some_and(|age| age >= 60)),
            (Line::Down, true)
        );
        let old = desk
            .console
            .blockchain_info()
            .await
            .expect("the last good one");
        assert_eq!((&old.value.chain, old.at), (&good.value.chain, good.at));
        assert!(old.problem.is_some(), "marked as old");
        let old = desk
            .console
            .latest_blocks(Some(2))
            .await
            .expect("the last good one");
        assert_eq!((&old.value, old.problem.is_some()), (&blocks.value, true));
        let never = desk.console.latest_blocks(Some(1)).await;
        assert!(never.is_err(), "what was never answered is an error");

        server.be(honest());
        desk.console.look().await.expect("honest again");
        assert_eq!(kinds(&desk), []);
        good = desk.console.blockchain_info().await.expect("an answer");
        assert!(good.problem.is_none());
    }
}

#[tokio::test]
async fn a_node_on_another_network_is_asked_nothing_until_it_is_back() {
    let (server, desk) = node().await;
    desk.console.look().await.expect("honest");
    desk.console.look().await.expect("honest");
    let good = desk.console.mining_info().await.expect("an answer");
    server.be(with("chain", json!("test")));
    let looked = desk.console.look().await;
    assert!(
        matches!(looked, Err(AskError::OtherChain { .. })),
        "{looked:?}"
    );
    assert_eq!(kinds(&desk), [ProblemKind::OtherChain]);
    let asked = server.heads().len();
    let old = desk.console.mining_info().await.expect("the last good one");
    assert_eq!((old.value, old.problem.is_some()), (good.value, true));
    assert!(matches!(
        desk.console.balance(None).await,
        Err(AskError::OtherChain { .. })
    ));
    assert_eq!(server.heads().len(), asked, "nothing was asked");
    server.be(honest());
    desk.console.look().await.expect("honest again");
    assert!(
        desk.console
            .mining_info()
            .await
            .is_ok_and(|now| now.problem.is_none())
    );
}

#[tokio::test]
async fn a_chain_that_became_shorter_is_said_until_it_is_as_long_again() {
    let (server, desk) = node().await;
    desk.console.look().await.expect("honest");
    let shorter = Mood::Node(Arc::new(|method: &str, params: &Value| {
        let mut answer = core(method, params)?;
        if method == "getblockchaininfo" {
            answer["blocks"] = json!(899_999);
            answer["bestblockhash"] = json!(crate::core_replies::BEFORE);
        }
        Ok(answer)
    }));
    server.be(shorter);
    desk.console.look().await.expect("an answer");
    assert_eq!(
        kinds(&desk),
        [ProblemKind::HeightFell, ProblemKind::Reorganised]
    );
    let looked = desk.console.readiness().await.expect("settings");
    assert!(!looked.ready);
    server.be(honest());
    desk.console.look().await.expect("honest again");
    assert_eq!(kinds(&desk), [ProblemKind::Reorganised], "for a while");
    desk.clock.advance(700);
    desk.console.look().await.expect("honest");
    assert_eq!(kinds(&desk), []);
}

#[tokio::test]
async fn numbers_that_cannot_be_are_refused() {
    let (server, desk) = node().await;
    for (field, value) in [
        ("blocks", json!(-1)),
        ("blocks", json!(4_000_000_000_u32)),
        ("blocks", json!("900000")),
        ("bestblockhash", json!("00")),
        ("chain", json!("mainnet?")),
        ("chainwork", json!("a".repeat(10_000))),
        ("difficulty", json!("high")),
    ] {
        server.be(with(field, value.clone()));
        let looked = desk.console.look().await;
        let nonsense = matches!(looked, Err(AskError::Node(NodeError::Nonsense { .. })));
        assert!(nonsense, "{field} {value}: {looked:?}");
    }
}

#[tokio::test]
async fn a_payment_without_an_answer_is_told_as_unknown_and_sent_once() {
    let (server, desk) = node().await;
    let told = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&told);
    server.be(Mood::Node(Arc::new(move |method: &str, params: &Value| {
        if method == "sendtoaddress" {
            count.fetch_add(1, Ordering::SeqCst);
            return Ok(json!(7));
        }
        core(method, params)
    })));
    let payment = Payment {
        wallet: None,
        address: ADDRESS.to_owned(),
        amount: bitcoin::Amount::from_sat(1_000),
        fee_rate: None,
        subtract_fee: false,
    };
    let sent = desk.console.send(&payment).await;
    assert!(
        matches!(sent, Err(SendError::Unknown(NodeError::Nonsense { .. }))),
        "{sent:?}"
    );
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_node_that_answers_slowly_is_said_to_and_is_no_less_relied_upon() {
    let (server, desk) = node().await;
    desk.console.look().await.expect("honest");
    assert_eq!(kinds(&desk), []);
    let given = satchel_console::GivenNode {
        url: server.url.clone(),
        cookie: None,
        esplora: None,
        plain_http: false,
        proxy: None,
    };
    // Whatever it takes is too long.
    let hasty = desk.calling_slow(Some(given), Duration::ZERO);
    hasty.look().await.expect("honest");
    let health = hasty.health().expect("settings");
    let slow: Vec<_> = health
        .problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Slow)
        .collect();
    assert_eq!(slow.len(), 1);
    assert!(!slow[0].kind.is_serious());
    assert_eq!(health.line, Line::Up);
    assert!(hasty.readiness().await.expect("settings").ready);
}

/// A node that removed the older of its two newest blocks.
fn pruned(method: &str, params: &Value) -> Result<Value, (i64, &'static str)> {
    if method != "getblockheader" && params[0] == crate::core_replies::BEFORE {
        return Err((-1, "Block not available (pruned data)"));
    }
    core(method, params)
}

#[tokio::test]
async fn of_removed_blocks_what_the_header_says_is_given() {
    let server = Server::start(Mood::Node(Arc::new(pruned))).await;
    let desk = Desk::given(&server.url, None);
    for again in [false, true] {
        let rows = desk
            .console
            .latest_blocks(Some(2))
            .await
            .expect("an answer")
            .value;
        let heights: Vec<u32> = rows.iter().map(|row| row.height).collect();
        assert_eq!(heights, [900_000, 899_999], "{again}");
        assert!(rows[0].size.is_some() && rows[0].fees.is_some());
        assert_eq!((rows[1].size, rows[1].fees), (None, None));
        assert_eq!(rows[1].transactions, 1);
    }
    let gone = desk
        .console
        .block(satchel_console::block::BlockId::Height(899_999), None, None)
        .await;
    assert_eq!(gone, Err(AskError::Removed));
}
