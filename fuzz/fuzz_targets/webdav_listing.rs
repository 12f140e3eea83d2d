//! What a WebDAV server says lies in a folder.
#![no_main]

use std::fmt::Write;

use libfuzzer_sys::fuzz_target;
use satchel_fuzz::{frugal, seeds};
use satchel_roads::fuzzing::{Child, webdav_children};
use url::Url;

fuzz_target!(init: seeds(make), |data: &[u8]| {
    let Some((&mode, body)) = data.split_first() else { return };
    let folder = match mode {
        0 => "https://h/dav/c%20c/",
        1 => "https://h/",
        _ => return,
    };
    let folder = Url::parse(folder).expect("an address");
    let Some(children) = frugal(body.len(), || webdav_children(body, &folder)) else { return };
    for (name, _, _) in &children {
        assert!(!name.is_empty(), "a child is not the folder itself");
        assert!(name.len() <= body.len(), "nothing grows out of a list");
    }
    // What was read is written and read again: one list has one meaning. In percent a name is three times as long,
    // and an address has a limit.
    if children.iter().all(|(name, _, _)| name.len() < 1_300) {
        let again = webdav_children(written(&folder, &children).as_bytes(), &folder);
        assert_eq!(again, Some(children));
    }
    // A list that breaks off is none, wherever it breaks.
    let end = body.iter().rposition(|b| *b == b'<').unwrap_or(0);
    // What follows the root may be a comment.
    if body[end..].starts_with(b"</") {
        assert!(webdav_children(&body[..end], &folder).is_none());
    }
});

/// Writes a list in another way than servers do: every byte of a name in percent.
fn written(folder: &Url, children: &[Child]) -> String {
    let mut list = "<multistatus xmlns='DAV:'>".to_owned();
    let mut entry = |path: &str, is_folder: bool, len: Option<u64>| {
        let kind = if is_folder { "<collection/>" } else { "" };
        let len = len.map_or(String::new(), |len| {
            format!("<getcontentlength>{len}</getcontentlength>")
        });
        let _ = write!(
            list,
            "<response><href>{path}</href><propstat><prop><resourcetype>{kind}</resourcetype>{len}\
             </prop><status>HTTP/1.1 200 OK</status></propstat></response>"
        );
    };
    entry(folder.path(), true, None);
    for (name, is_folder, len) in children {
        let name: String = name.bytes().map(|b| format!("%{b:02x}")).collect();
        let slash = if *is_folder { "/" } else { "" };
        entry(&format!("{}{name}{slash}", folder.path()), *is_folder, *len);
    }
    list.push_str("</multistatus>");
    list
}

fn make() -> Vec<(&'static str, Vec<u8>)> {
    let entry = |href: &str, props: &str, status: &str| {
        format!(
            "<D:response><D:href>{href}</D:href><D:propstat><D:prop>{props}</D:prop>\
             <D:status>HTTP/1.1 {status}</D:status></D:propstat></D:response>"
        )
    };
    let folder = "<D:resourcetype><D:collection/></D:resourcetype>";
    let file = "<D:resourcetype/><D:getcontentlength>1024</D:getcontentlength>";
    let list = |base: &str, inner: &str| {
        let itself = entry(base, folder, "200 OK");
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">{itself}{inner}\
             </D:multistatus>"
        )
    };
    let in_folder = |inner: &str| list("/dav/c%20c/", inner);
    let with = |mode: u8, text: String| [&[mode], text.as_bytes()].concat();
    vec![
        ("empty", with(0, in_folder(""))),
        (
            "file",
            with(0, in_folder(&entry("/dav/c%20c/a-b.seg", file, "200 OK"))),
        ),
        (
            "folder",
            with(0, in_folder(&entry("/dav/c%20c/s/", folder, "200 OK"))),
        ),
        (
            "missing",
            with(0, in_folder(&entry("/dav/c%20c/a", file, "404 Not Found"))),
        ),
        (
            "address",
            with(
                0,
                in_folder(&entry(
                    "http://x:8/dav/c c/%C3%BC&amp;&#45;",
                    file,
                    "200 OK",
                )),
            ),
        ),
        (
            "elsewhere",
            with(0, in_folder(&entry("/dav/c%20c/../x", file, "200 OK"))),
        ),
        (
            "root",
            with(1, list("/", &entry("/keys/", folder, "200 OK"))),
        ),
        (
            "entity",
            with(0, in_folder(&entry("&evil;", file, "200 OK"))),
        ),
        (
            "doctype",
            with(0, "<!DOCTYPE m [<!ENTITY a \"b\">]><m/>".to_owned()),
        ),
        (
            "cdata",
            with(
                0,
                in_folder(&entry("<![CDATA[/dav/c c/x]]>", file, "200 OK")),
            ),
        ),
        (
            "gone",
            with(
                0,
                in_folder(
                    "<D:response><D:href>/dav/c%20c/x</D:href><D:status>HTTP/1.1 404 Not Found\
                     </D:status></D:response>",
                ),
            ),
        ),
    ]
}
