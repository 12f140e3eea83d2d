//! Walks through XML of a stranger: no document type, hence no entity of its own; depth and texts are bounded.

use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

/// Elements inside each other. What is read here needs five.
const DEPTH: usize = 32;

/// Longest text that is read, in bytes: an address.
const TEXT: usize = 4_096;

pub(crate) const NO_XML: &str = "its list is not the XML it should be";

/// Makes something of XML.
pub(crate) trait Visit {
    /// What elements mean here.
    type Element: Copy;

    /// Is told that an element begins within another, and says which it is.
    fn enter(
        &mut self,
        above: Option<Self::Element>,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<Self::Element, &'static str>;

    /// Is told that an element ends, with the text that was in it.
    fn leave(&mut self, element: Self::Element, text: &str) -> Result<(), &'static str>;

    /// Returns whether the text of an element matters.
    fn has_text(element: Self::Element) -> bool;
}

/// Walks from the one root to its end.
///
/// # Errors
/// What cannot be right, in this program's own words.
pub(crate) fn walk<V: Visit>(body: &[u8], visit: &mut V) -> Result<(), &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "its list is not UTF-8")?;
    // Some begin with a mark of the byte order, which UTF-8 does not need.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = NsReader::from_str(text);
    let mut walk = Walk {
        visit,
        above: Vec::new(),
        text: String::new(),
        has_root: false,
    };
    loop {
        match reader.read_resolved_event().map_err(|_| NO_XML)? {
            (namespace, Event::Start(start)) => {
                walk.enter(namespace, start.local_name().as_ref())?;
            }
            (namespace, Event::Empty(start)) => {
                walk.enter(namespace, start.local_name().as_ref())?;
                walk.leave()?;
            }
            (_, Event::End(_)) => walk.leave()?,
            (_, Event::Text(text)) => walk.text(&text.xml10_content())?,
            (_, Event::CData(text)) => walk.text(&text.xml10_content())?,
            (_, Event::GeneralRef(reference)) => {
                let c = match reference.resolve_char_ref().map_err(|_| NO_XML)? {
                    Some(c) => c,
                    None => predefined(&reference).ok_or("its list has entities of its own")?,
                };
                walk.text(c.encode_utf8(&mut [0; 4]))?;
            }
            (_, Event::DocType(_)) => return Err("its list has a document type"),
            (_, Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
            (_, Event::Eof) => break,
        }
    }
    if walk.has_root && walk.above.is_empty() {
        Ok(())
    } else {
        Err("its list has no end")
    }
}

/// Returns what the five names mean that XML itself has.
fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

struct Walk<'v, V: Visit> {
    visit: &'v mut V,
    /// From the root to where the reader is.
    above: Vec<V::Element>,
    /// Of the innermost element, since its last child.
    text: String,
    has_root: bool,
}

impl<V: Visit> Walk<'_, V> {
    fn enter(&mut self, namespace: ResolveResult<'_>, name: &str) -> Result<(), &'static str> {
        if self.above.len() >= DEPTH {
            return Err("its list is nested too deeply");
        }
        let above = self.above.last().copied();
        if above.is_none() && self.has_root {
            return Err(NO_XML);
        }
        self.has_root = true;
        let namespace = match namespace {
            ResolveResult::Bound(Namespace(namespace)) => Some(namespace),
            _ => None,
        };
        self.above.push(self.visit.enter(above, namespace, name)?);
        self.text.clear();
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), &'static str> {
        let Some(element) = self.above.last() else {
            // Beside the root there is space alone.
            let is_space = text.trim().is_empty();
            return if is_space { Ok(()) } else { Err(NO_XML) };
        };
        if V::has_text(*element) {
            if self.text.len() + text.len() > TEXT {
                return Err("its list has a text that is too long");
            }
            self.text.push_str(text);
        }
        Ok(())
    }

    fn leave(&mut self) -> Result<(), &'static str> {
        let element = self.above.pop().ok_or(NO_XML)?;
        self.visit.leave(element, self.text.trim())?;
        self.text.clear();
        Ok(())
    }
}
