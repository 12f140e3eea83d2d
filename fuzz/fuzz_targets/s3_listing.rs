//! Pages of a list of S3-compatible storage.
#![no_main]

use std::fmt::Write;

use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal, seeds};
use satchel_roads::fuzzing::s3_page;

fuzz_target!(init: seeds(make), |body: &[u8]| {
    let Some(page) = frugal(body.len(), || s3_page(body)) else { return };
    let (objects, is_truncated, token) = &page;
    for (key, _) in objects {
        assert!(key.len() <= body.len(), "nothing grows out of a list");
    }
    assert_ne!(token.as_deref(), Some(""));
    // What was read is written and read again, unless it gets longer than a text may be.
    if objects.iter().all(|(key, _)| key.len() < 1_300) {
        let again = written(objects, *is_truncated, token.as_deref());
        assert_eq!(s3_page(again.as_bytes()), Some(page));
    }
    // A page that breaks off is none.
    let end = body.iter().rposition(|b| *b == b'<').unwrap_or(0);
    // What follows the root may be a comment.
    if body[end..].starts_with(b"</") {
        assert!(s3_page(&body[..end]).is_none());
    }
});

/// Writes a page in another way than it came: every byte of a key in percent.
fn written(objects: &[(String, Option<u64>)], is_truncated: bool, token: Option<&str>) -> String {
    let mut page = "<ListBucketResult><EncodingType>url</EncodingType>".to_owned();
    for (key, len) in objects {
        let key: String = key.bytes().map(|b| format!("%{b:02X}")).collect();
        let len = len.map_or(String::new(), |len| format!("<Size>{len}</Size>"));
        let _ = write!(page, "<Contents>{len}<Key>{key}</Key></Contents>");
    }
    if let Some(token) = token {
        let token = token.chars().fold(String::new(), |mut text, c| {
            // Control characters have no number in XML 1.0, and the reader does not mind them.
            if c.is_control() && !c.is_whitespace() {
                text.push(c);
            } else {
                let _ = write!(text, "&#{};", u32::from(c));
            }
            text
        });
        let _ = write!(
            page,
            "<NextContinuationToken>{token}</NextContinuationToken>"
        );
    }
    let _ = write!(
        page,
        "<IsTruncated>{is_truncated}</IsTruncated></ListBucketResult>"
    );
    page
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let page = |inner: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult \
             xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>{inner}</ListBucketResult>"
        )
        .into_bytes()
    };
    let entry = "<Contents><Key>c/keys/a-b.key</Key><LastModified>2026-11-25T12:00:00.000Z</LastModified>\
                 <ETag>&quot;x&quot;</ETag><Size>1024</Size></Contents>";
    vec![
        ("empty", page("<IsTruncated>false</IsTruncated>")),
        (
            "one",
            page(&format!("<IsTruncated>false</IsTruncated>{entry}")),
        ),
        (
            "more",
            page(&format!(
                "<IsTruncated>true</IsTruncated>{entry}<NextContinuationToken>1/x&amp;==\
                 </NextContinuationToken>"
            )),
        ),
        (
            "encoded",
            page("<EncodingType>url</EncodingType><Contents><Key>c%2Fa+%C3%BC</Key></Contents>"),
        ),
        ("nameless", page("<Contents><Size>1</Size></Contents>")),
        (
            "error",
            b"<Error><Code>NoSuchBucket</Code></Error>".to_vec(),
        ),
    ]
}
