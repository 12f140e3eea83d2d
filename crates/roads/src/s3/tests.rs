use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use satchel_secrets::SecretText;
use satchel_testkit::contract::{self, Ground};
use satchel_testkit::rows::{blob_name, circle_id};
use url::Url;

use super::*;
use crate::connection;
use crate::fake::{Answer, Fake, Request, answer};

fn login() -> Login {
    Login::new(
        "KEYID".to_owned(),
        SecretText::new("very secret".to_owned()),
    )
}

fn at(endpoint: &str) -> S3Place {
    S3Place {
        endpoint: endpoint.to_owned(),
        bucket: "things".to_owned(),
        region: "us-east-1".to_owned(),
    }
}

fn open(fake: &Fake, circle: CircleId) -> S3 {
    S3::open(&at(&fake.url), circle, login(), &connection(None)).expect("a good address")
}

/// How a server gives a list in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paging {
    Token,
    /// Says that there is more, and nothing else.
    Silent,
}

/// Storage that keeps to the condition.
#[derive(Clone)]
struct Bucketful {
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    paging: Paging,
    conditions: bool,
}

impl Bucketful {
    fn answer(&self, request: &Request) -> Answer {
        let mut objects = self.objects.lock().expect("no panic");
        let (method, path) = request.line.split_once(' ').expect("two words");
        let url = Url::parse("http://h")
            .and_then(|h| h.join(path))
            .expect("a path");
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        if !query.contains_key("X-Amz-Signature") {
            return answer(403, "", b"<Error><Code>AccessDenied</Code></Error>");
        }
        let key = url
            .path()
            .strip_prefix("/things/")
            .unwrap_or_default()
            .to_owned();
        match method {
            "GET" if query.contains_key("list-type") => {
                let prefix = query["prefix"].clone();
                let start = query.get("continuation-token").or(query.get("start-after"));
                let ours: Vec<_> = objects
                    .iter()
                    .filter(|(key, _)| key.starts_with(&prefix))
                    .filter(|(key, _)| start.is_none_or(|start| *key > start))
                    .collect();
                let page: String = ours
                    .iter()
                    .take(100)
                    .map(|(key, bytes)| {
                        let key = key.replace('&', "&amp;").replace('<', "&lt;");
                        format!(
                            "<Contents><Key>{key}</Key><Size>{}</Size></Contents>",
                            bytes.len()
                        )
                    })
                    .collect();
                let is_truncated = ours.len() > 100;
                let token = match ours.get(99) {
                    Some((key, _)) if is_truncated && self.paging == Paging::Token => {
                        format!("<NextContinuationToken>{key}</NextContinuationToken>")
                    }
                    _ => String::new(),
                };
                let body = format!(
                    "<ListBucketResult><IsTruncated>{is_truncated}</IsTruncated>{token}{page}\
                     </ListBucketResult>"
                );
                answer(200, "", body.as_bytes())
            }
            "PUT" => {
                let is_new = request.headers.contains("if-none-match: *");
                if is_new && !self.conditions {
                    return answer(501, "", b"<Error><Code>NotImplemented</Code></Error>");
                }
                if is_new {
                    assert!(query["X-Amz-SignedHeaders"].contains("if-none-match"));
                    if objects.contains_key(&key) {
                        return answer(412, "", b"");
                    }
                }
                objects.insert(key, request.body.clone());
                answer(200, "", b"")
            }
            "HEAD" if objects.contains_key(&key) => answer(200, "", b""),
            "GET" if objects.contains_key(&key) => answer(200, "", &objects[&key]),
            "DELETE" => {
                objects.remove(&key);
                answer(204, "", b"")
            }
            _ => answer(404, "", b""),
        }
    }
}

struct Storage {
    bucket: Bucketful,
    fake: Fake,
}

impl Storage {
    async fn new(paging: Paging, conditions: bool) -> Self {
        let bucket = Bucketful {
            objects: Arc::default(),
            paging,
            conditions,
        };
        let of = bucket.clone();
        let fake = Fake::start(move |request| of.answer(request)).await;
        Self { bucket, fake }
    }
}

#[async_trait]
impl Ground for Storage {
    fn hand(&self, circle: CircleId) -> Arc<dyn BlobStore> {
        Arc::new(open(&self.fake, circle))
    }

    async fn plant(&self, circle: CircleId, path: &str, bytes: &[u8]) {
        let mut objects = self.bucket.objects.lock().expect("no panic");
        objects.insert(format!("{circle}/{path}"), bytes.to_vec());
    }

    async fn held(&self, circle: CircleId, path: &str) -> Option<Vec<u8>> {
        let objects = self.bucket.objects.lock().expect("no panic");
        objects.get(&format!("{circle}/{path}")).cloned()
    }

    fn is_exclusive(&self) -> bool {
        self.bucket.conditions
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_with_conditions_and_tokens_keeps_the_contract() {
    contract::blob_store(async || Storage::new(Paging::Token, true).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_without_either_keeps_the_contract() {
    contract::blob_store(async || Storage::new(Paging::Silent, false).await).await;
}

#[tokio::test]
async fn circles_are_found_among_other_things_without_reading_each_whole() {
    for paging in [Paging::Token, Paging::Silent] {
        let storage = Storage::new(paging, true).await;
        let (one, two) = (circle_id(1), circle_id(2));
        for n in 0..450 {
            storage.plant(one, &format!("s/{n:04}"), b"x").await;
        }
        storage.plant(two, "keys/0", b"x").await;
        {
            let mut objects = storage.bucket.objects.lock().expect("no panic");
            for key in ["!litter", "elsewhere/x", "zz"] {
                objects.insert(key.to_owned(), Vec::new());
            }
        }
        let found = open(&storage.fake, circle_id(9)).circles().await;
        assert_eq!(found, Ok(vec![one, two]));
    }
    assert_eq!(behind("elsewhere/x"), "elsewhere/x");
    let circle = circle_id(1).to_string();
    assert_eq!(behind(&format!("{circle}/s/1")), format!("{circle}0"));
}

#[tokio::test]
async fn a_bucket_with_more_circles_than_anybody_has_is_refused() {
    let storage = Storage::new(Paging::Token, true).await;
    for n in 0..=u8::try_from(limits::CIRCLES).expect("few") {
        storage
            .plant(CircleId::from_bytes([n; 16]), "keys/0", b"x")
            .await;
    }
    let found = open(&storage.fake, circle_id(9)).circles().await;
    assert!(matches!(found, Err(BlobError::Nonsense { .. })));
}

async fn listed(answer: Answer) -> Result<Vec<Listed>, BlobError> {
    let fake = Fake::start(move |_| answer.clone()).await;
    let place = open(&fake, circle_id(1));
    place.list(&CancellationToken::new()).await
}

#[tokio::test]
async fn a_list_that_does_not_come_to_an_end_is_none() {
    let page = |inner: &str| {
        let body = format!("<ListBucketResult>{inner}</ListBucketResult>");
        answer(200, "", body.as_bytes())
    };
    let more = "<IsTruncated>true</IsTruncated>";
    let token = "<NextContinuationToken>t</NextContinuationToken>";
    let key = format!("{}/x", circle_id(1));
    let entry = format!("<Contents><Key>{key}</Key></Contents>");
    for (body, what) in [
        (page(more), "its list has no end"),
        (page(&format!("{more}{token}")), "its list has no end"),
        (page(&format!("{more}{entry}")), "its list goes in circles"),
        (
            page(&format!("{more}{token}{entry}")),
            "its list goes in circles",
        ),
        (
            page("<Contents><Key>elsewhere/x</Key></Contents>"),
            "it lists what was not asked for",
        ),
    ] {
        let listed = listed(body).await;
        assert!(
            matches!(listed, Err(BlobError::Nonsense { what: told, .. }) if told == what),
            "{what}: {listed:?}"
        );
    }
}

#[tokio::test]
async fn what_a_refusal_says_decides_what_it_is() {
    for (status, text) in [
        (
            400,
            "<Error><Code>XMinioAdminBucketQuotaExceeded</Code></Error>",
        ),
        (403, "<Error><Code>QuotaExceeded</Code></Error>"),
        (507, "<Error><Code>XMinioStorageFull</Code></Error>"),
    ] {
        let full = answer(status, "", text.as_bytes());
        let fake = Fake::start(move |_| full.clone()).await;
        let place = open(&fake, circle_id(1));
        let mended = place.mend(&blob_name(1), b"x").await;
        assert!(matches!(mended, Err(BlobError::Full { .. })), "{mended:?}");
    }
    let denied = listed(answer(
        403,
        "",
        b"<Error><Code>SignatureDoesNotMatch</Code></Error>",
    ))
    .await;
    assert!(
        matches!(denied, Err(BlobError::Denied { .. })),
        "{denied:?}"
    );
    let gone = listed(answer(404, "", b"<Error><Code>NoSuchBucket</Code></Error>")).await;
    assert!(
        matches!(gone, Err(BlobError::Unreachable { .. })),
        "{gone:?}"
    );
    let slow = listed(answer(
        503,
        "retry-after: 3\r\n",
        b"<Error><Code>SlowDown</Code></Error>",
    ))
    .await;
    assert!(
        matches!(
            slow,
            Err(BlobError::Busy {
                after_s: Some(3),
                ..
            })
        ),
        "{slow:?}"
    );
    let page = listed(answer(200, "", b"<html>Log in</html>")).await;
    assert!(matches!(page, Err(BlobError::Nonsense { .. })), "{page:?}");
}

#[test]
fn a_place_that_cannot_be_is_refused() {
    let open = |place: S3Place| {
        let opened = S3::open(&place, circle_id(1), login(), &connection(None));
        opened.map(|_| ()).map_err(|bad| bad.what)
    };
    let good = at("https://s3.example.org");
    assert_eq!(open(good.clone()), Ok(()));
    assert!(open(at("http://s3.example.org")).is_err(), "in clear");
    for name in ["", "a/b", "..", "a b", "ü", &"a".repeat(64)] {
        let (bucket, region) = (name.to_owned(), name.to_owned());
        assert!(
            open(S3Place {
                bucket,
                ..good.clone()
            })
            .is_err(),
            "{name}"
        );
        assert!(
            open(S3Place {
                region,
                ..good.clone()
            })
            .is_err(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_secret_half_of_the_key_is_never_sent_or_shown() {
    let storage = Storage::new(Paging::Token, true).await;
    let place = open(&storage.fake, circle_id(1));
    assert_eq!(place.put_new(&blob_name(1), b"x").await, Ok(Put::New));
    let _ = place.list(&CancellationToken::new()).await;
    for request in storage.fake.seen() {
        assert!(!format!("{request:?}").contains("very"), "{request:?}");
    }
    let shown = format!("{place:?}");
    assert!(
        !shown.contains("KEYID") && !shown.contains("very"),
        "{shown}"
    );
}
