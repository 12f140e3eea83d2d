//! What a hostile or poor server can do to a single question.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bitcoin::consensus;
use satchel_ports::{BroadcastError, ChainError};
use tokio::sync::{Notify, Semaphore};

use crate::fake::{Answer, Fake, World, lock, payment, script, settings};
use crate::{HttpSettings, limits};

fn hash_line() -> String {
    "ab".repeat(32)
}

/// Answers the first requests one by one, all others with a good hash.
async fn first_then_good(answers: Vec<Answer>) -> Fake {
    let answers = std::sync::Mutex::new(answers.into_iter());
    Fake::start(move |_, _| {
        lock(&answers)
            .next()
            .unwrap_or_else(|| Answer::text(200, hash_line()))
    })
    .await
}

fn nonsense(result: Result<impl Sized, ChainError>) -> &'static str {
    match result {
        Err(ChainError::Nonsense { what, .. }) => what,
        Err(other) => panic!("expected nonsense, got {other:?}"),
        Ok(_) => panic!("expected nonsense, got an answer"),
    }
}

#[tokio::test]
async fn passing_failures_are_tried_again() {
    for status in [429, 500, 502, 503, 504] {
        let fake = first_then_good(vec![
            Answer::text(status, "busy"),
            Answer::with(status, ("retry-after", "0")),
            Answer::text(status, "busy"),
        ])
        .await;
        assert!(fake.source().genesis().await.is_ok(), "{status}");
        assert_eq!(fake.asked().len(), 4, "{status}");
    }
}

#[tokio::test]
async fn a_failure_that_lasts_is_told_after_three_repetitions() {
    let fake = Fake::start(|_, _| Answer::text(503, "SECRET WORDS")).await;
    let error = fake.source().genesis().await.expect_err("always busy");
    assert!(matches!(error, ChainError::Refused { status: 503, .. }));
    assert!(error.is_transient());
    assert!(!error.to_string().contains("SECRET"), "{error}");
    assert_eq!(fake.asked().len(), 4);

    let once = HttpSettings {
        retries: 0,
        ..settings()
    };
    assert!(fake.source_with(once).genesis().await.is_err());
    assert_eq!(fake.asked().len(), 5);
}

#[tokio::test]
async fn a_server_that_wants_an_hour_of_rest_is_left_alone() {
    let fake = Fake::start(|_, _| Answer::with(429, ("retry-after", "3600"))).await;
    let error = fake.source().genesis().await.expect_err("refused");
    assert!(matches!(error, ChainError::Refused { status: 429, .. }));
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn lasting_failures_are_not_tried_again() {
    for status in [400, 401, 403, 404, 410, 418] {
        let fake = Fake::start(move |_, _| Answer::text(status, "no")).await;
        assert!(fake.source().genesis().await.is_err());
        assert_eq!(fake.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Fake::start(|_, _| Answer::text(200, hash_line())).await;
    let target = format!("{}/block-height/0", other.url);
    for status in [301, 302, 303, 307, 308] {
        let target = target.clone();
        let fake =
            Fake::start(move |_, _| Answer::with(status, ("location", target.as_str()))).await;
        assert_eq!(
            nonsense(fake.source().genesis().await),
            "it sends requests elsewhere"
        );
    }
    assert_eq!(other.asked().len(), 0);
}

#[tokio::test]
async fn a_connection_cut_in_the_body_is_tried_again() {
    let cut = || Answer::Cut(b"HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\nabab".to_vec());
    let fake = first_then_good(vec![cut(), cut()]).await;
    assert!(fake.source().genesis().await.is_ok());
    assert_eq!(fake.asked().len(), 3);

    let fake = Fake::start(move |_, _| cut()).await;
    let error = fake.source().genesis().await.expect_err("always cut");
    assert!(matches!(error, ChainError::Unreachable { .. }));
    assert_eq!(fake.asked().len(), 4);
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_unreachable() {
    let fake = Fake::start(|_, _| Answer::Cut(b"220 mail.example ESMTP\r\n".to_vec())).await;
    let error = fake.source().genesis().await.expect_err("no http");
    assert!(matches!(error, ChainError::Unreachable { .. }));
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    // Bound and dropped again: nothing listens there.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = closed.local_addr().expect("bound").port();
    drop(closed);
    let source = satchel_ports::ChainConnector::connect(
        &crate::EsploraConnector::new(settings()),
        &satchel_types::Backend {
            network: bitcoin::Network::Regtest,
            kind: satchel_types::BackendKind::Esplora,
            url: format!("http://127.0.0.1:{port}"),
        },
    )
    .expect("a good address");
    assert_eq!(
        source.tip().await,
        Err(ChainError::Unreachable {
            server: format!("127.0.0.1:{port}")
        })
    );
}

#[tokio::test]
async fn an_endless_body_is_cut() {
    let fake = Fake::start(|_, _| Answer::Endless).await;
    let source = fake.source();
    let long = "the answer is longer than allowed";
    assert_eq!(nonsense(source.genesis().await), long);
    assert_eq!(nonsense(source.tip().await), long);
    assert_eq!(nonsense(source.fee_estimates().await), long);
    assert_eq!(fake.asked().len(), 3, "no repetition");
}

#[tokio::test]
async fn a_body_announced_too_long_is_not_read() {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
        limits::LINE_BYTES + 1
    );
    let fake = Fake::start(move |_, _| Answer::Cut(head.clone().into_bytes())).await;
    assert_eq!(
        nonsense(fake.source().genesis().await),
        "the answer is longer than allowed"
    );
}

#[tokio::test]
async fn garbage_is_nonsense_and_is_not_quoted() {
    for body in [
        "",
        "<html>SECRET</html>",
        "SECRET",
        "[{\"id\":\"SECRET\"}]",
        "{\"1\":\"SECRET\"}",
        "[[[[",
        "\u{0}\u{1}",
    ] {
        let fake = Fake::start(move |_, _| Answer::text(200, body)).await;
        let source = fake.source();
        let errors = [
            source.genesis().await.map(|_| ()),
            source.tip().await.map(|_| ()),
            source.fee_estimates().await.map(|_| ()),
        ];
        for result in errors {
            let error = result.expect_err("garbage");
            assert!(matches!(error, ChainError::Nonsense { .. }), "{error:?}");
            assert!(!format!("{error:?}{error}").contains("SECRET"));
        }
    }
}

#[tokio::test]
async fn a_silent_server_is_unreachable_after_one_request() {
    let fake = Fake::start(|_, _| Answer::Silent).await;
    let impatient = HttpSettings {
        request_timeout: Duration::from_millis(50),
        ..settings()
    };
    let error = fake.source_with(impatient).genesis().await;
    assert!(matches!(error, Err(ChainError::Unreachable { .. })));
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn no_more_requests_run_at_a_time_than_allowed() {
    let permits = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&permits);
    let fake = Fake::start(move |_, _| Answer::Held(Arc::clone(&held), hash_line())).await;
    let source = fake.source_with(HttpSettings {
        parallel: 3,
        ..settings()
    });
    let all = futures::future::join_all((0..30).map(|_| source.genesis()));
    let watch = async {
        for answered in (0..30).step_by(3) {
            while fake.asked().len() < answered + 3 {
                tokio::task::yield_now().await;
            }
            // Plenty of turns for a request too many to arrive.
            for _ in 0..2_000 {
                tokio::task::yield_now().await;
            }
            assert_eq!(fake.asked().len(), answered + 3);
            permits.add_permits(3);
        }
    };
    let (all, ()) = tokio::join!(all, watch);
    assert!(all.iter().all(Result::is_ok));
}

#[tokio::test]
async fn dropping_a_question_frees_its_place() {
    let arrived = Arc::new(Notify::new());
    let signal = Arc::clone(&arrived);
    let first = std::sync::atomic::AtomicBool::new(true);
    let fake = Fake::start(move |_, _| {
        if first.swap(false, Ordering::SeqCst) {
            signal.notify_one();
            Answer::Silent
        } else {
            Answer::text(200, hash_line())
        }
    })
    .await;
    let source = fake.source_with(HttpSettings {
        parallel: 1,
        ..settings()
    });
    tokio::select! {
        _ = source.genesis() => panic!("the first question is never answered"),
        () = arrived.notified() => {}
    }
    assert!(source.genesis().await.is_ok());
}

#[tokio::test]
async fn no_header_tells_who_asks() {
    let fake = Fake::start(|_, _| Answer::text(200, hash_line())).await;
    assert!(fake.source().genesis().await.is_ok());
    let heads = lock(&fake.heads).clone();
    let names: Vec<String> = heads[0]
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    assert_eq!(names, ["accept", "host"]);
}

#[tokio::test]
async fn genesis_and_tip_are_read() {
    let world = World::new(30).shared();
    let fake = Fake::play(&world).await;
    let source = fake.source();
    assert_eq!(source.genesis().await, Ok(lock(&world).at(0).hash));
    assert_eq!(source.tip().await, Ok(lock(&world).tip()));
}

#[tokio::test]
async fn a_broadcast_sends_the_bytes_once_and_checks_the_id() {
    let tx = payment(&script(1), 1);
    let (hex, txid) = (consensus::encode::serialize_hex(&tx), tx.compute_txid());
    let fake = Fake::start(move |path, body| {
        assert_eq!((path, body), ("/tx", hex.as_str()));
        Answer::text(200, format!("{txid}\n"))
    })
    .await;
    assert_eq!(fake.source().broadcast(&tx).await, Ok(()));
    assert_eq!(fake.asked().len(), 1);

    let fake = Fake::start(|_, _| Answer::text(200, hash_line())).await;
    assert!(matches!(
        fake.source().broadcast(&tx).await,
        Err(BroadcastError::Unanswered(ChainError::Nonsense { .. }))
    ));
}

#[tokio::test]
async fn a_refused_broadcast_tells_the_nodes_reason_whatever_the_status() {
    let tx = payment(&script(1), 1);
    for status in [400, 500, 503] {
        let fake = Fake::start(move |_, _| {
            let body = r#"sendrawtransaction RPC error: {"code":-26,"message":"dust"}"#;
            Answer::text(status, body)
        })
        .await;
        assert_eq!(
            fake.source().broadcast(&tx).await,
            Err(BroadcastError::Rejected {
                reason: "dust".to_owned()
            }),
            "{status}"
        );
        assert_eq!(fake.asked().len(), 1, "a verdict is not asked for twice");
    }
}

#[tokio::test]
async fn a_broadcast_that_nobody_judged_stays_open() {
    let tx = payment(&script(1), 1);
    for (status, body) in [
        (502, "<html>Bad Gateway</html>"),
        (403, "blocked"),
        (404, "not here"),
        (400, "<html>Bad Request</html>"),
        (400, ""),
        (
            500,
            r#"sendrawtransaction RPC error: {"code":-28,"message":"Loading block index..."}"#,
        ),
    ] {
        let fake = Fake::start(move |_, _| Answer::text(status, body)).await;
        assert!(
            matches!(
                fake.source().broadcast(&tx).await,
                Err(BroadcastError::Unanswered(_))
            ),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn a_broadcast_whose_answer_was_lost_is_a_success_when_repeated() {
    let tx = payment(&script(1), 1);
    let lost = Answer::Cut(b"HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n".to_vec());
    let known = Answer::text(
        400,
        r#"sendrawtransaction RPC error: {"code":-26,"message":"txn-already-in-mempool"}"#,
    );
    let fake = first_then_good(vec![lost, known]).await;
    assert_eq!(fake.source().broadcast(&tx).await, Ok(()));
    assert_eq!(fake.asked().len(), 2);
}

#[tokio::test]
async fn the_faucet_is_asked_once_and_on_this_machine_only() {
    let address: bitcoin::Address<_> = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
        .parse()
        .expect("a BIP-0173 address");
    let address = address.assume_checked();
    let amount = bitcoin::Amount::from_sat(5_000);
    assert!(matches!(
        crate::faucet("https://example.org/api", &address, amount).await,
        Err(ChainError::BadAddress { .. })
    ));
    let fake = Fake::start(|_, _| Answer::text(500, "no")).await;
    assert!(matches!(
        crate::faucet(&fake.url, &address, amount).await,
        Err(ChainError::Refused { status: 500, .. })
    ));
    assert_eq!(fake.asked(), ["/faucet"]);
}
