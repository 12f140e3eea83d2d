//! Doors for the fuzz targets; see `fuzz/README.md`.

use url::Url;

use crate::{s3, webdav};

/// An entry of a server's list: its name, whether it is a folder, its length.
pub type Child = (String, bool, Option<u64>);

/// Reads a WebDAV server's list of a folder.
pub fn webdav_children(body: &[u8], folder: &Url) -> Option<Vec<Child>> {
    let children = webdav::children(body, folder).ok()?;
    let parts = children.into_iter().map(|c| (c.name, c.is_folder, c.len));
    Some(parts.collect())
}

/// Reads a page of a list of S3-compatible storage: keys and lengths, whether there is more, the token for it.
pub fn s3_page(body: &[u8]) -> Option<(Vec<(String, Option<u64>)>, bool, Option<String>)> {
    let page = s3::page(body).ok()?;
    let objects = page.objects.into_iter().map(|(key, len, _)| (key, len));
    Some((objects.collect(), page.is_truncated, page.token))
}
