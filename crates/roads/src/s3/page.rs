//! Reads one page of a list of S3-compatible storage (the answer to `ListObjectsV2`).

use percent_encoding::percent_decode_str;

use crate::limits;
use crate::xml::{NO_XML, Visit, walk};

/// One page.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Keys and lengths as they came, and what their entity tags make.
    pub(crate) objects: Vec<(String, Option<u64>, Option<u64>)>,
    /// Whether there is more.
    pub(crate) is_truncated: bool,
    /// What to ask for more with. Not every server gives one.
    pub(crate) token: Option<String>,
}

/// Reads a page.
///
/// # Errors
/// What cannot be right about it.
pub(crate) fn page(body: &[u8]) -> Result<Page, &'static str> {
    let mut reading = Reading::default();
    walk(body, &mut reading)?;
    let mut page = reading.page;
    if reading.is_encoded {
        for (key, ..) in &mut page.objects {
            // Like HTML forms (AWS, MinIO) or in percent alone: a real plus never comes as one.
            let plain = key.replace('+', " ");
            if let Ok(decoded) = percent_decode_str(&plain).decode_utf8() {
                *key = decoded.into_owned();
            }
        }
    }
    Ok(page)
}

/// Elements that mean something where they stand, in whatever namespace: not all servers agree on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Root,
    IsTruncated,
    Token,
    Encoding,
    Contents,
    Key,
    Size,
    Etag,
    Other,
}

#[derive(Default)]
struct Reading {
    page: Page,
    key: Option<String>,
    size: Option<u64>,
    tag: Option<u64>,
    is_encoded: bool,
}

impl Visit for Reading {
    type Element = Element;

    fn enter(
        &mut self,
        above: Option<Element>,
        _namespace: Option<&str>,
        name: &str,
    ) -> Result<Element, &'static str> {
        Ok(match (above, name) {
            (None, "ListBucketResult") => Element::Root,
            (None, _) => return Err(NO_XML),
            (Some(Element::Root), "IsTruncated") => Element::IsTruncated,
            (Some(Element::Root), "NextContinuationToken") => Element::Token,
            (Some(Element::Root), "EncodingType") => Element::Encoding,
            (Some(Element::Root), "Contents") => {
                if self.page.objects.len() >= limits::ENTRIES {
                    return Err("it has more entries than a circle");
                }
                (self.key, self.size, self.tag) = (None, None, None);
                Element::Contents
            }
            (Some(Element::Contents), "Key") => Element::Key,
            (Some(Element::Contents), "Size") => Element::Size,
            (Some(Element::Contents), "ETag") => Element::Etag,
            _ => Element::Other,
        })
    }

    fn leave(&mut self, element: Element, text: &str) -> Result<(), &'static str> {
        match element {
            Element::IsTruncated => {
                self.page.is_truncated = match text {
                    "true" => true,
                    "false" => false,
                    _ => return Err(NO_XML),
                };
            }
            Element::Token if !text.is_empty() => self.page.token = Some(text.to_owned()),
            Element::Encoding => self.is_encoded = text == "url",
            Element::Key if self.key.is_some() => return Err("an entry has two names"),
            Element::Key => self.key = Some(text.to_owned()),
            Element::Size => self.size = text.parse().ok(),
            Element::Etag => self.tag = (!text.is_empty()).then(|| crate::tag_of(text)),
            Element::Contents => {
                let key = self.key.take().ok_or("an entry has no name")?;
                self.page.objects.push((key, self.size, self.tag));
            }
            _ => {}
        }
        Ok(())
    }

    fn has_text(element: Element) -> bool {
        !matches!(element, Element::Root | Element::Contents | Element::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <Name>b</Name>{inner}</ListBucketResult>"
        )
    }

    const ENTRY: &str =
        "<Contents><Key>c/keys/a-b.key</Key><Size>9</Size><ETag>&quot;x&quot;</ETag></Contents>";

    #[test]
    fn a_page_says_what_is_there_and_whether_there_is_more() {
        let last = list(&format!("<IsTruncated>false</IsTruncated>{ENTRY}"));
        let tag = Some(crate::tag_of("\"x\""));
        let objects = vec![("c/keys/a-b.key".to_owned(), Some(9), tag)];
        let mut expected = Page {
            objects,
            ..Page::default()
        };
        assert_eq!(page(last.as_bytes()), Ok(expected.clone()));
        // Without the namespace, and with the parts in another order.
        let more = format!(
            "<ListBucketResult>{ENTRY}<NextContinuationToken>t&amp;1</NextContinuationToken>\
             <IsTruncated>true</IsTruncated></ListBucketResult>"
        );
        expected.is_truncated = true;
        expected.token = Some("t&1".to_owned());
        assert_eq!(page(more.as_bytes()), Ok(expected));
    }

    #[test]
    fn names_are_decoded_where_the_page_says_that_they_are_encoded() {
        let entry = "<Contents><Key>c%2Fa+b%2B%C3%BC</Key></Contents>";
        let key = |inner: &str| {
            let page = page(list(inner).as_bytes()).expect("a page");
            page.objects[0].0.clone()
        };
        let encoded = "<EncodingType>url</EncodingType>";
        assert_eq!(key(&format!("{encoded}{entry}")), "c/a b+ü");
        assert_eq!(key(&format!("{entry}{encoded}")), "c/a b+ü");
        assert_eq!(key(entry), "c%2Fa+b%2B%C3%BC");
    }

    #[test]
    fn a_page_that_is_not_whole_is_none() {
        let whole = list(ENTRY);
        for end in 0..whole.len() {
            assert!(page(&whole.as_bytes()[..end]).is_err(), "{}", &whole[..end]);
        }
        for (inner, what) in [
            (
                "<Contents><Size>1</Size></Contents>",
                "an entry has no name",
            ),
            (
                "<Contents><Key>a</Key><Key>b</Key></Contents>",
                "an entry has two names",
            ),
            ("<IsTruncated>maybe</IsTruncated>", NO_XML),
            (
                "<Contents><Key>&evil;</Key></Contents>",
                "its list has entities of its own",
            ),
        ] {
            assert_eq!(page(list(inner).as_bytes()), Err(what), "{inner}");
        }
        let error = "<Error><Code>SlowDown</Code></Error>";
        assert_eq!(page(error.as_bytes()), Err(NO_XML));
    }
}
