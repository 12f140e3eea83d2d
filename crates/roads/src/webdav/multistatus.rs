//! Reads what a server says lies in a folder (RFC 4918, section 13).
//!
//! The server is a stranger: what an entry calls itself is compared with what was asked for, and never asked.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::limits;
use crate::xml::{NO_XML, Visit, walk};

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Child {
    /// Its name, decoded, never empty. It can hold anything: what is no name of ours is to be passed over.
    pub(crate) name: String,
    /// Whether it is a folder itself.
    pub(crate) is_folder: bool,
    /// Its length in bytes, where the server tells.
    pub(crate) len: Option<u64>,
    /// Made of its entity tag or else of when it was changed, where the server tells.
    pub(crate) tag: Option<u64>,
}

/// Reads the answer to a `PROPFIND` of depth 1 for `folder`.
///
/// # Errors
/// What cannot be right about it. An answer that does not hold the folder itself is not whole.
pub(crate) fn children(body: &[u8], folder: &Url) -> Result<Vec<Child>, &'static str> {
    let asked = folder.path().strip_prefix('/').unwrap_or_default();
    let asked: Vec<Vec<u8>> = segments(asked.strip_suffix('/').unwrap_or(asked));
    let mut has_itself = false;
    let mut children = Vec::new();
    for entry in entries(body)? {
        let path = path_of(&entry.href).ok_or("an entry has no address")?;
        let mut parts = segments(path.strip_suffix('/').unwrap_or(path));
        if parts == asked {
            has_itself = true;
            continue;
        }
        let name = parts.pop();
        if parts != asked {
            return Err("it lists what was not asked for");
        }
        // Names of ours are plain letters; whatever is none is passed over.
        let Some(name) = name.and_then(|name| String::from_utf8(name).ok()) else {
            continue;
        };
        if !name.is_empty() {
            children.push(Child {
                name,
                is_folder: entry.is_folder,
                len: entry.len,
                tag: entry.etag.or(entry.changed).map(crate::tag_of),
            });
        }
    }
    if !has_itself {
        return Err("its list does not hold the folder it is about");
    }
    Ok(children)
}

/// Returns the path of an address, without the slash it begins with. A server behind another one may not know its own
/// name, so that what stands before the path does not count.
fn path_of(href: &str) -> Option<&str> {
    if let Some(path) = href.strip_prefix('/') {
        return Some(path);
    }
    let (scheme, rest) = href.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let (_, path) = rest.split_once('/')?;
    is_web.then_some(path)
}

/// Returns the parts of a path, each decoded by itself. The root has none.
fn segments(path: &str) -> Vec<Vec<u8>> {
    if path.is_empty() {
        return Vec::new();
    }
    let parts = path.split('/');
    parts
        .map(|part| percent_decode_str(part).collect())
        .collect()
}

/// What one `response` says.
#[derive(Debug, Default)]
struct Entry {
    href: String,
    is_folder: bool,
    len: Option<u64>,
    etag: Option<String>,
    changed: Option<String>,
}

/// Elements that mean something where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Multistatus,
    Response,
    Href,
    /// Of a whole response.
    Status,
    Propstat,
    PropstatStatus,
    Prop,
    ResourceType,
    Collection,
    Length,
    Etag,
    Changed,
    Other,
}

impl Element {
    fn within(above: Option<Self>, name: &str) -> Self {
        match (above, name) {
            (None, "multistatus") => Self::Multistatus,
            (Some(Self::Multistatus), "response") => Self::Response,
            (Some(Self::Response), "href") => Self::Href,
            (Some(Self::Response), "status") => Self::Status,
            (Some(Self::Response), "propstat") => Self::Propstat,
            (Some(Self::Propstat), "status") => Self::PropstatStatus,
            (Some(Self::Propstat), "prop") => Self::Prop,
            (Some(Self::Prop), "resourcetype") => Self::ResourceType,
            (Some(Self::ResourceType), "collection") => Self::Collection,
            (Some(Self::Prop), "getcontentlength") => Self::Length,
            (Some(Self::Prop), "getetag") => Self::Etag,
            (Some(Self::Prop), "getlastmodified") => Self::Changed,
            _ => Self::Other,
        }
    }
}

fn entries(body: &[u8]) -> Result<Vec<Entry>, &'static str> {
    let mut reading = Reading::default();
    walk(body, &mut reading)?;
    Ok(reading.entries)
}

#[derive(Default)]
struct Reading {
    entries: Vec<Entry>,
    entry: Entry,
    has_href: bool,
    /// Of the response.
    status: Option<u16>,
    /// What the properties of one status say.
    props: Entry,
    props_status: Option<u16>,
}

impl Visit for Reading {
    type Element = Element;

    fn enter(
        &mut self,
        above: Option<Element>,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Element, &'static str> {
        let element = match namespace {
            Some("DAV:") => Element::within(above, name),
            _ => Element::Other,
        };
        match element {
            Element::Response => {
                if self.entries.len() >= limits::ENTRIES {
                    return Err("the folder has more entries than a circle");
                }
                self.entry = Entry::default();
                self.has_href = false;
                self.status = None;
            }
            Element::Propstat => {
                self.props = Entry::default();
                self.props_status = None;
            }
            Element::Collection => self.props.is_folder = true,
            Element::Other if above.is_none() => return Err(NO_XML),
            _ => {}
        }
        Ok(element)
    }

    fn leave(&mut self, element: Element, text: &str) -> Result<(), &'static str> {
        match element {
            Element::Href if self.has_href => return Err("an entry has two addresses"),
            Element::Href => {
                self.has_href = true;
                self.entry.href = text.to_owned();
            }
            Element::Status => self.status = Some(status(text)?),
            Element::PropstatStatus => self.props_status = Some(status(text)?),
            Element::Length => self.props.len = text.parse().ok(),
            // One that is weak becomes strong by itself after a second.
            Element::Etag => self.props.etag = told(text.strip_prefix("W/").unwrap_or(text)),
            Element::Changed => self.props.changed = told(text),
            // A property that the server does not have comes with a status of 404.
            Element::Propstat if self.props_status.is_none_or(is_success) => {
                let props = std::mem::take(&mut self.props);
                self.entry.is_folder |= props.is_folder;
                self.entry.len = self.entry.len.or(props.len);
                self.entry.etag = self.entry.etag.take().or(props.etag);
                self.entry.changed = self.entry.changed.take().or(props.changed);
            }
            Element::Response => self.close()?,
            _ => {}
        }
        Ok(())
    }

    fn has_text(element: Element) -> bool {
        matches!(
            element,
            Element::Href
                | Element::Status
                | Element::PropstatStatus
                | Element::Length
                | Element::Etag
                | Element::Changed
        )
    }
}

impl Reading {
    /// Ends an entry.
    fn close(&mut self) -> Result<(), &'static str> {
        if !self.has_href {
            return Err("an entry has no address");
        }
        match self.status {
            None => {}
            Some(status) if is_success(status) => {}
            // Gone while the list was made.
            Some(404 | 410) => return Ok(()),
            Some(_) => return Err("it could not look at all entries"),
        }
        self.entries.push(std::mem::take(&mut self.entry));
        Ok(())
    }
}

fn told(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Reads the number of a status line, `HTTP/1.1 200 OK`.
fn status(line: &str) -> Result<u16, &'static str> {
    let number = line.split_ascii_whitespace().nth(1);
    number.and_then(|n| n.parse().ok()).ok_or(NO_XML)
}

#[cfg(test)]
mod tests;
