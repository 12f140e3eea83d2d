use super::*;

const BASE: &str = "https://example.org/dav/my%20files/";

fn read(body: &str) -> Result<Vec<Child>, &'static str> {
    children(body.as_bytes(), &Url::parse(BASE).expect("an address"))
}

/// A list with the folder itself and more.
fn list(more: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
        <D:multistatus xmlns:D="DAV:" xmlns:x="urn:x">
        <D:response><D:href>/dav/my%20files/</D:href><D:propstat><D:prop><D:resourcetype>
        <D:collection/></D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>
        </D:response>{more}</D:multistatus>"#
    )
}

fn entry(href: &str) -> String {
    format!(
        "<D:response><D:href>{href}</D:href><D:propstat><D:prop><D:getcontentlength>7\
         </D:getcontentlength></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )
}

fn file(name: &str, len: Option<u64>) -> Child {
    Child {
        name: name.to_owned(),
        is_folder: false,
        len,
        tag: None,
    }
}

#[test]
fn names_are_decoded_whatever_way_they_are_written() {
    for href in [
        "/dav/my%20files/a-b.seg",
        "/dav/my%20files/%61%2Db.seg",
        "/dav/my files/a-b.seg",
        "/%64av/my%20files/a-b.seg",
        "https://example.org/dav/my%20files/a-b.seg",
        // Behind another server that alone knows the name and does the encryption.
        "http://10.0.0.1:8080/dav/my%20files/a-b.seg",
        " /dav/my%20files/a-b.seg\n",
        "/dav/my%20files/a&#45;b.seg",
        "/dav/my%20files/a&#x2D;b.seg",
        "<![CDATA[/dav/my%20files/a-b.seg]]>",
    ] {
        let got = read(&list(&entry(href)));
        assert_eq!(got, Ok(vec![file("a-b.seg", Some(7))]), "{href}");
    }
    let odd = read(&list(&entry("/dav/my%20files/1&amp;2&lt;%2F%C3%BC")));
    assert_eq!(odd, Ok(vec![file("1&2<\u{2f}ü", Some(7))]));
}

#[test]
fn folders_and_lengths_count_with_a_status_of_success_alone() {
    let response = |props: &str| {
        let more = format!("<D:response><D:href>/dav/my%20files/x/</D:href>{props}</D:response>");
        let read = read(&list(&more)).map(|mut children| children.remove(0));
        read.map(|child| (child.is_folder, child.len))
    };
    let props = |inner: &str, status: &str| {
        format!(
            "<D:propstat><D:prop>{inner}</D:prop><D:status>HTTP/1.1 {status}</D:status></D:propstat>"
        )
    };
    let folder = "<D:resourcetype><D:collection/></D:resourcetype>";
    let len = "<D:getcontentlength>12</D:getcontentlength>";
    assert_eq!(response(&props(folder, "200 OK")), Ok((true, None)));
    assert_eq!(response(&props(folder, "404 Not Found")), Ok((false, None)));
    let both = props("<D:resourcetype/>", "200 OK") + &props(len, "404 Not Found");
    assert_eq!(response(&both), Ok((false, None)));
    let both = props("<D:getcontentlength/>", "404 Not Found") + &props(len, "200 OK");
    assert_eq!(response(&both), Ok((false, Some(12))));
    for odd in ["-1", "1e3", "", "99999999999999999999", "0x10"] {
        let len = format!("<D:getcontentlength>{odd}</D:getcontentlength>");
        assert_eq!(response(&props(&len, "200 OK")), Ok((false, None)), "{odd}");
    }
    // What has the same name elsewhere, or is another's, says nothing.
    let elsewhere = props("<x:resourcetype><D:collection/></x:resourcetype>", "200 OK");
    assert_eq!(response(&elsewhere), Ok((false, None)));
    let theirs = props("<D:resourcetype><x:collection/></D:resourcetype>", "200 OK");
    assert_eq!(response(&theirs), Ok((false, None)));
    assert_eq!(response(""), Ok((false, None)));
}

#[test]
fn what_lies_elsewhere_makes_the_list_nonsense() {
    for href in [
        "/dav/other/a.seg",
        "/dav/a.seg",
        "/",
        "/dav/my%20files/deep/a.seg",
        "/dav/my%20files/../a.seg",
        "/dav/my%20files/./a.seg",
        "/dav/my%2520files/a.seg",
        "/dav%2Fmy%20files/a.seg",
        "https://example.org/evil/a.seg",
        "//dav/my%20files/a.seg",
    ] {
        let got = read(&list(&entry(href)));
        assert_eq!(got, Err("it lists what was not asked for"), "{href}");
    }
    for href in [
        "a.seg",
        "",
        "https://example.org",
        "javascript:x",
        "file:///dav/my%20files/a",
    ] {
        assert_eq!(
            read(&list(&entry(href))),
            Err("an entry has no address"),
            "{href}"
        );
    }
}

#[test]
fn a_list_that_is_not_whole_is_no_list() {
    let whole = list(&entry("/dav/my%20files/a.seg"));
    assert_eq!(read(&whole).map(|children| children.len()), Ok(1));
    for end in 0..whole.len() {
        if whole.is_char_boundary(end) {
            assert!(read(&whole[..end]).is_err(), "{}", &whole[..end]);
        }
    }
    for (body, what) in [
        ("", "its list has no end"),
        ("<html><body>Log in</body></html>", NO_XML),
        ("<multistatus/>", NO_XML),
        (
            "<D:multistatus xmlns:D='DAV:'/>",
            "its list does not hold the folder it is about",
        ),
        (
            "<D:multistatus xmlns:D='DAV:'/><D:multistatus xmlns:D='DAV:'/>",
            NO_XML,
        ),
        ("not XML", NO_XML),
    ] {
        assert_eq!(read(body), Err(what), "{body}");
    }
    // What stands beside the one root is found, space and a mark of the byte order aside.
    let marked = format!("\u{feff}{whole}\r\n<!-- made by hand -->\n");
    assert_eq!(read(&marked).map(|children| children.len()), Ok(1));
    for beside in ["x", "&#120;", "<![CDATA[x]]>", "<a/>"] {
        assert_eq!(read(&format!("{whole}{beside}")), Err(NO_XML), "{beside}");
    }
    let refused = "<D:response><D:href>/dav/my%20files/x</D:href><D:status>HTTP/1.1 403 Forbidden\
                   </D:status></D:response>";
    assert_eq!(
        read(&list(refused)),
        Err("it could not look at all entries")
    );
    let gone = refused.replace("403", "404");
    assert_eq!(read(&list(&gone)), Ok(Vec::new()));
    let nameless = "<D:response><D:status>HTTP/1.1 200 OK</D:status></D:response>";
    assert_eq!(read(&list(nameless)), Err("an entry has no address"));
    let twice = "<D:response><D:href>/dav/my%20files/x</D:href><D:href>/dav/my%20files/y</D:href>\
                 </D:response>";
    assert_eq!(read(&list(twice)), Err("an entry has two addresses"));
    let invalid = [list("").as_bytes(), b"\xff"].concat();
    let read = children(&invalid, &Url::parse(BASE).expect("an address"));
    assert_eq!(read, Err("its list is not UTF-8"));
}

#[test]
fn what_blows_up_in_other_parsers_is_refused() {
    let laughs = r#"<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>"#;
    let body = list("").replacen("<D:m", &format!("{laughs}<D:m"), 1);
    assert_eq!(read(&body), Err("its list has a document type"));
    let outside = r#"<!DOCTYPE m SYSTEM "file:///etc/passwd">"#;
    let body = list("").replacen("<D:m", &format!("{outside}<D:m"), 1);
    assert_eq!(read(&body), Err("its list has a document type"));
    let entity = entry("/dav/my%20files/&evil;");
    assert_eq!(
        read(&list(&entity)),
        Err("its list has entities of its own")
    );
    let deep = "<x:a>".repeat(100_000);
    assert_eq!(read(&list(&deep)), Err("its list is nested too deeply"));
    let long = entry(&format!("/dav/my%20files/{}", "a".repeat(5_000)));
    assert_eq!(
        read(&list(&long)),
        Err("its list has a text that is too long")
    );
    let namespaces: String = (0..10_000).map(|n| format!(" xmlns:n{n}='u'")).collect();
    assert!(read(&list(&format!("<x:a{namespaces}/>"))).is_err());
}

#[test]
fn the_root_of_a_server_has_children_too() {
    let body = "<multistatus xmlns='DAV:'><response><href>/</href></response>\
                <response><href>/a/</href></response></multistatus>";
    let root = Url::parse("https://example.org/").expect("an address");
    assert_eq!(children(body.as_bytes(), &root), Ok(vec![file("a", None)]));
}
