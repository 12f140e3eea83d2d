use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use satchel_secrets::SecretText;
use satchel_testkit::contract::{self, Ground};
use satchel_testkit::rows::{blob_name, circle_id};

use super::*;
use crate::connection;
use crate::fake::{Answer, Fake, Request, answer};

fn open(fake: &Fake) -> WebDav {
    open_at(&format!("{}/dav", fake.url))
}

fn open_at(address: &str) -> WebDav {
    WebDav::open(address, circle_id(1), None, &connection(None)).expect("a good address")
}

/// The least that a server can do: no condition, no lengths, PUT that makes no folders.
#[derive(Clone, Default)]
struct Plain {
    /// By path, without a slash at its end; folders hold nothing.
    files: Arc<Mutex<BTreeMap<String, Option<Vec<u8>>>>>,
}

impl Plain {
    fn answer(&self, request: &Request) -> Answer {
        let mut files = self.files.lock().expect("no panic");
        let (method, path) = request.line.split_once(' ').expect("two words");
        let path = path.trim_end_matches('/').to_owned();
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let has_parent = matches!(files.get(parent), Some(None));
        let there = files.get(&path).cloned();
        match (method, there) {
            ("PROPFIND", Some(None)) => {
                let inside = format!("{path}/");
                let below = files.iter().filter_map(|(path, file)| {
                    let name = path.strip_prefix(&inside)?;
                    (!name.contains('/')).then_some((path, file.is_none()))
                });
                let list: String = std::iter::once((&path, true))
                    .chain(below)
                    .map(|(path, is_folder)| {
                        let kind = if is_folder { "<collection/>" } else { "" };
                        format!(
                            "<response><href>{path}</href><propstat><prop><resourcetype>{kind}\
                             </resourcetype></prop></propstat></response>"
                        )
                    })
                    .collect();
                let body = format!("<multistatus xmlns=\"DAV:\">{list}</multistatus>");
                answer(207, "", body.as_bytes())
            }
            ("MKCOL", None) if has_parent => {
                files.insert(path, None);
                answer(201, "", b"")
            }
            ("MKCOL", None) => answer(409, "", b""),
            ("MKCOL", Some(_)) => answer(405, "", b""),
            ("PUT", _) if !has_parent => answer(409, "", b""),
            ("PUT", there) => {
                files.insert(path, Some(request.body.clone()));
                answer(if there.is_some() { 204 } else { 201 }, "", b"")
            }
            ("GET", Some(Some(bytes))) => answer(200, "", &bytes),
            ("HEAD", Some(_)) => answer(200, "", b""),
            ("DELETE", Some(_)) => {
                files.remove(&path);
                answer(204, "", b"")
            }
            _ => answer(404, "", b""),
        }
    }
}

struct PlainGround {
    server: Plain,
    fake: Fake,
}

impl PlainGround {
    async fn new() -> Self {
        let server = Plain::default();
        for folder in ["", "/dav"] {
            let mut files = server.files.lock().expect("no panic");
            files.insert(folder.to_owned(), None);
        }
        let of = server.clone();
        let fake = Fake::start(move |request| of.answer(request)).await;
        Self { server, fake }
    }
}

#[async_trait]
impl Ground for PlainGround {
    fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore> {
        let address = format!("{}/dav", self.fake.url);
        let place = WebDav::open(&address, circle, None, &connection(None));
        Arc::new(place.expect("a good address"))
    }

    async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]) {
        let mut files = self.server.files.lock().expect("no panic");
        let mut at = format!("/dav/{circle}");
        files.insert(at.clone(), None);
        // As a server writes them in its list and is asked for them.
        let path = path
            .replace('%', "%25")
            .replace('&', "%26")
            .replace('<', "%3C");
        let parts: Vec<&str> = path.split('/').collect();
        for (n, part) in parts.iter().enumerate() {
            at = format!("{at}/{part}");
            let is_last = n + 1 == parts.len();
            files.insert(at.clone(), is_last.then(|| bytes.to_vec()));
        }
    }

    async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>> {
        let files = self.server.files.lock().expect("no panic");
        files
            .get(&format!("/dav/{circle}/{path}"))
            .cloned()
            .flatten()
    }

    fn is_exclusive(&self) -> bool {
        false
    }

    fn tells_lengths(&self) -> bool {
        false
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ignores_conditions_and_tells_no_lengths_keeps_the_contract() {
    contract::blob_store(PlainGround::new).await;
}

#[tokio::test]
async fn a_folder_that_is_gone_is_not_an_empty_one() {
    let ground = PlainGround::new().await;
    let place = ground.hand(circle_id(1));
    assert_eq!(place.list(&CancellationToken::new()).await, Ok(vec![]));
    let mut files = ground.server.files.lock().expect("no panic").clone();
    files.remove("/dav");
    *ground.server.files.lock().expect("no panic") = files;
    let unreachable = || BlobError::Unreachable {
        place: place.place().to_owned(),
    };
    let listed = place.list(&CancellationToken::new()).await;
    assert_eq!(listed, Err(unreachable()));
    let put = place.put_new(&blob_name(1), b"x").await;
    assert_eq!(put, Err(unreachable()), "and it is not made");
    let is_there = ground.server.files.lock().expect("no panic").len();
    assert_eq!(is_there, 1);
}

#[tokio::test]
async fn every_status_that_is_no_success_is_an_error_of_every_call() {
    for (status, headers) in [
        (200, ""),
        (206, ""),
        (301, "location: /elsewhere\r\n"),
        (400, ""),
        (401, "www-authenticate: Digest\r\n"),
        (403, ""),
        (429, "retry-after: 9\r\n"),
        (500, ""),
        (503, ""),
        (507, ""),
    ] {
        let fake = Fake::start(move |_| answer(status, headers, b"<html>Log in</html>")).await;
        let place = open(&fake);
        let expected = |error: &BlobError| match status {
            401 | 403 => matches!(error, BlobError::Denied { .. }),
            429 => matches!(
                error,
                BlobError::Busy {
                    after_s: Some(9),
                    ..
                }
            ),
            500 | 503 => matches!(error, BlobError::Busy { after_s: None, .. }),
            507 => matches!(error, BlobError::Full { .. }),
            _ => matches!(error, BlobError::Nonsense { .. }),
        };
        let name = blob_name(1);
        let mut errors = vec![place.list(&CancellationToken::new()).await.err()];
        if status != 200 {
            errors.push(place.get(&name, 100).await.err());
            errors.push(place.put_new(&name, b"x").await.err());
            errors.push(place.mend(&name, b"x").await.err());
            errors.push(place.remove(&name).await.err());
        }
        for error in errors {
            let error = error.expect("no success");
            assert!(expected(&error), "{status}: {error:?}");
            assert!(!error.to_string().contains("Log in"), "{error}");
        }
        assert!(fake.asked().iter().all(|line| !line.contains("elsewhere")));
    }
}

#[tokio::test]
async fn a_list_in_which_one_folder_fails_is_an_error() {
    let ground = PlainGround::new().await;
    let place = ground.hand(circle_id(1));
    for n in [1, 2, 11] {
        let put = place.put_new(&blob_name(n), b"x").await;
        assert_eq!(put, Ok(Put::New));
    }
    for failing in [
        "keys/",
        "s/",
        &format!("{}/", stream_folder(1)),
        &format!("{}/", stream_folder(2)),
    ] {
        let (server, failing) = (ground.server.clone(), failing.to_owned());
        let fake = Fake::start(move |request| {
            if request.line.ends_with(&failing) {
                return answer(404, "", b"");
            }
            server.answer(request)
        })
        .await;
        let listed = open(&fake).list(&CancellationToken::new()).await;
        assert!(matches!(listed, Err(BlobError::Busy { .. })), "{listed:?}");
    }
}

fn stream_folder(n: u32) -> String {
    let name = blob_name(n).to_string();
    name.rsplit_once('/').expect("it has folders").0.to_owned()
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_never_ends_is_no_object() {
    let broken = Some(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234".to_vec());
    let fake = Fake::start(move |_| broken.clone()).await;
    let place = open(&fake);
    let unreachable = Err(BlobError::Unreachable {
        place: place.place().to_owned(),
    });
    assert_eq!(place.get(&blob_name(1), 100).await, unreachable);

    let silent = Fake::start(|_| None).await;
    let mut quick = connection(None);
    quick.request_timeout = Duration::from_millis(50);
    let place = WebDav::open(&silent.url, circle_id(1), None, &quick).expect("a good address");
    assert!(matches!(
        place.get(&blob_name(1), 100).await,
        Err(BlobError::Unreachable { .. })
    ));

    let closed = open_at("http://127.0.0.1:1/dav");
    let put = closed.put_new(&blob_name(1), b"x").await;
    assert!(matches!(put, Err(BlobError::Unreachable { .. })), "{put:?}");
}

#[tokio::test]
async fn a_list_without_end_is_cut_off() {
    let fake = Fake::start(|_| answer(207, "", &vec![b' '; limits::LISTING_BYTES + 1])).await;
    let listed = open(&fake).list(&CancellationToken::new()).await;
    assert!(
        matches!(
            listed,
            Err(BlobError::Nonsense {
                what: "its list is too long",
                ..
            })
        ),
        "{listed:?}"
    );
}

#[tokio::test]
async fn cancelling_ends_a_list_that_waits() {
    let fake = Fake::start(|_| None).await;
    let place = open(&fake);
    let cancel = CancellationToken::new();
    let (listed, ()) = tokio::join!(place.list(&cancel), async {
        while fake.asked().is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    });
    assert_eq!(listed, Err(BlobError::Cancelled));
}

#[tokio::test]
async fn the_login_goes_out_with_every_request() {
    let fake = Fake::start(|_| answer(404, "", b"")).await;
    let login = Login::new(
        "Aladdin".to_owned(),
        SecretText::new("open sesame".to_owned()),
    );
    let place = WebDav::open(&fake.url, circle_id(1), Some(&login), &connection(None));
    let place = place.expect("a good address");
    let name = blob_name(1);
    let _ = place.list(&CancellationToken::new()).await;
    let _ = place.get(&name, 10).await;
    let _ = place.put_new(&name, b"x").await;
    let _ = place.mend(&name, b"x").await;
    let _ = place.remove(&name).await;
    let seen = fake.seen();
    assert!(seen.len() >= 7, "{}", seen.len());
    for request in seen {
        // The example of RFC 7617.
        let wanted = "authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==";
        assert!(request.headers.contains(wanted), "{request:?}");
        for other in ["cookie", "user-agent", "referer"] {
            assert!(!request.headers.contains(other), "{request:?}");
        }
    }
}

#[tokio::test]
async fn what_a_hostile_list_names_is_never_asked_for() {
    let evil = r#"<multistatus xmlns="DAV:"><response><href>/dav/CIRCLE/</href></response>
        <response><href>http://127.0.0.1:9/dav/CIRCLE/keys/</href><propstat><prop><resourcetype>
        <collection/></resourcetype></prop></propstat></response></multistatus>"#;
    let evil = evil.replace("CIRCLE", &circle_id(1).to_string());
    let fake = Fake::start(move |_| answer(207, "", evil.as_bytes())).await;
    let _ = open(&fake).list(&CancellationToken::new()).await;
    let circle = circle_id(1);
    assert_eq!(
        fake.asked(),
        [
            format!("PROPFIND /dav/{circle}/"),
            format!("PROPFIND /dav/{circle}/keys/")
        ]
    );
}
