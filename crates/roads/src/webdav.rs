//! A WebDAV server (RFC 4918): Nextcloud, ownCloud, a NAS, Apache.
//!
//! Objects lie under `<address>/<circle>/<name>`. Names have one writer each, so that no lock and no
//! tag is needed; a server that ignores the one condition that is sent does no harm.

mod multistatus;

use std::fmt::{self, Write as _};

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::{Method, StatusCode, header};
use satchel_http::{BadAddress, Connection};
use satchel_ports::{BlobError, BlobStore, Listed, Put};
use satchel_types::{BlobName, CircleId, StreamId};
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) use multistatus::{Child, children};

use crate::limits;
use crate::web::{Login, Server, with_object};

/// Folders that are looked at together.
const PARALLEL: usize = 4;

/// Asks for the two properties that matter; `allprop` would be answered with many more.
const QUESTION: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getetag/><getlastmodified/></prop></propfind>"#;

/// A circle's folder on a WebDAV server.
pub struct WebDav {
    server: Server,
    /// The circle's own folder, with a slash at its end.
    folder: Url,
}

impl WebDav {
    /// Makes a hand to a folder on a server, which must be there; the circle's folder in it is made with the first object.
    /// Opens no connection. `connection` is best [`connection`](crate::connection).
    ///
    /// # Errors
    /// What is wrong with the address, the login or the proxy. Plain http is for this machine and onion services only.
    pub fn open(
        address: &str,
        circle: CircleId,
        login: Option<&Login>,
        connection: &Connection,
    ) -> Result<Self, BadAddress> {
        let server = Server::open(address, login, connection)?;
        let folder = below(server.base(), &format!("{circle}/"));
        Ok(Self { server, folder })
    }

    /// Lists the circles whose folders lie in the folder of the address.
    ///
    /// # Errors
    /// [`BlobError`]; a folder that is not there does not answer.
    pub async fn circles(&self) -> Result<Vec<CircleId>, BlobError> {
        let children = self.children(self.server.base()).await?;
        let children = children.ok_or_else(|| self.server.unreachable())?;
        let folders = children.iter().filter(|child| child.is_folder);
        let circles: Vec<CircleId> = folders
            .filter_map(|child| child.name.parse().ok())
            .collect();
        if circles.len() > limits::CIRCLES {
            return Err(self
                .server
                .nonsense("there are more circles than a place has"));
        }
        Ok(circles)
    }

    fn url(&self, name: &BlobName) -> Url {
        below(&self.folder, &name.to_string())
    }

    /// Lists a folder; `None` where there is none.
    async fn children(&self, folder: &Url) -> Result<Option<Vec<Child>>, BlobError> {
        let request = self
            .server
            .client()
            .request(method(b"PROPFIND"), folder.clone())
            .header("depth", "1")
            .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
            .body(QUESTION);
        let response = self.server.send(request).await?;
        match response.status() {
            StatusCode::MULTI_STATUS => {}
            StatusCode::NOT_FOUND => return Ok(None),
            // Any other success is not about the folder.
            _ => return Err(self.server.refused(&response)),
        }
        let body = self.server.listing(response).await?;
        let children = children(&body, folder).map_err(|what| self.server.nonsense(what))?;
        Ok(Some(children))
    }

    async fn all(&self) -> Result<Vec<Listed>, BlobError> {
        let Some(top) = self.children(&self.folder).await? else {
            // Nothing was put yet, or the folder that all is in is gone: a disk that is not there.
            return match self.children(self.server.base()).await? {
                Some(_) => Ok(Vec::new()),
                None => Err(self.server.unreachable()),
            };
        };
        let has = |name: &str| top.iter().any(|c| c.is_folder && c.name == name);
        let mut folders = Vec::new();
        if has("keys") {
            folders.push("keys".to_owned());
        }
        if has("s") {
            let streams = self.there("s").await?;
            let streams = streams.iter().filter(|c| c.is_folder);
            let streams = streams.filter(|c| c.name.parse::<StreamId>().is_ok());
            folders.extend(streams.map(|c| format!("s/{}", c.name)));
        }
        if folders.len() > limits::STREAMS {
            return Err(self
                .server
                .nonsense("there are more streams than a circle has"));
        }
        let mut lists = stream::iter(folders)
            .map(|folder| self.objects(folder))
            .buffer_unordered(PARALLEL);
        let mut all = Vec::new();
        while let Some(mut objects) = lists.try_next().await? {
            all.append(&mut objects);
            if all.len() > limits::OBJECTS {
                return Err(self
                    .server
                    .nonsense("there are more objects than a circle has"));
            }
        }
        Ok(all)
    }

    /// Lists a folder below the circle's that was there a moment ago.
    async fn there(&self, inside: &str) -> Result<Vec<Child>, BlobError> {
        let children = self
            .children(&below(&self.folder, &format!("{inside}/")))
            .await?;
        children.ok_or_else(|| self.server.busy(None))
    }

    async fn objects(&self, inside: String) -> Result<Vec<Listed>, BlobError> {
        let children = self.there(&inside).await?;
        let mut objects = Vec::new();
        for child in children.into_iter().filter(|c| !c.is_folder) {
            if let Ok(name) = format!("{inside}/{}", child.name).parse() {
                objects.push(Listed {
                    name,
                    len: child.len,
                    tag: child.tag,
                });
            }
        }
        Ok(objects)
    }

    /// Returns whether something has this name.
    async fn has(&self, url: &Url) -> Result<bool, BlobError> {
        let response = self
            .server
            .send(self.server.client().head(url.clone()))
            .await?;
        match response.status() {
            StatusCode::OK | StatusCode::NO_CONTENT => Ok(true),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(false),
            _ => Err(self.server.refused(&response)),
        }
    }

    /// Puts an object, making the folders above it if the server says that they are missing.
    async fn put(&self, name: &BlobName, object: &[u8], new: bool) -> Result<Put, BlobError> {
        let url = self.url(name);
        let mut has_folders = false;
        loop {
            let request = self.server.client().put(url.clone());
            let mut request = with_object(request, object);
            if new {
                request = request.header(header::IF_NONE_MATCH, "*");
            }
            let response = self.server.send(request).await?;
            match response.status() {
                StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => {
                    return Ok(Put::New);
                }
                StatusCode::PRECONDITION_FAILED if new && self.has(&url).await? => {
                    return Ok(Put::Existed);
                }
                // Some say so where a folder is missing.
                StatusCode::PRECONDITION_FAILED if new && !has_folders => {
                    self.make_folders(name).await?;
                    has_folders = true;
                }
                StatusCode::PRECONDITION_FAILED if new => return Err(self.server.busy(None)),
                // 409 by RFC 4918, section 9.7.1; some say 404.
                StatusCode::CONFLICT | StatusCode::NOT_FOUND if !has_folders => {
                    self.make_folders(name).await?;
                    has_folders = true;
                }
                StatusCode::CONFLICT | StatusCode::NOT_FOUND => return Err(self.server.busy(None)),
                _ => return Err(self.server.refused(&response)),
            }
        }
    }

    async fn make_folders(&self, name: &BlobName) -> Result<(), BlobError> {
        let name = name.to_string();
        let mut inside = String::new();
        self.make_folder(&self.folder).await?;
        for part in name.split('/').take(name.matches('/').count()) {
            let _ = write!(inside, "{part}/");
            self.make_folder(&below(&self.folder, &inside)).await?;
        }
        Ok(())
    }

    async fn make_folder(&self, folder: &Url) -> Result<(), BlobError> {
        let request = self
            .server
            .client()
            .request(method(b"MKCOL"), folder.clone());
        let response = self.server.send(request).await?;
        match response.status() {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
            // It is there already (RFC 4918, section 9.3.1).
            StatusCode::METHOD_NOT_ALLOWED => Ok(()),
            // The folder above is not there, and that of the address is never made.
            StatusCode::CONFLICT | StatusCode::NOT_FOUND => Err(self.server.unreachable()),
            _ => Err(self.server.refused(&response)),
        }
    }
}

impl fmt::Debug for WebDav {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebDav")
            .field("place", &self.server.place())
            .finish_non_exhaustive()
    }
}

/// Returns an address below another that ends with a slash. What is appended is plain letters and slashes.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path()));
    url
}

fn method(name: &[u8]) -> Method {
    Method::from_bytes(name).expect("it is made of capital letters")
}

#[async_trait]
impl BlobStore for WebDav {
    fn place(&self) -> &str {
        self.server.place()
    }

    async fn list(&self, cancel: &CancellationToken) -> Result<Vec<Listed>, BlobError> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(BlobError::Cancelled),
            listed = self.all() => listed,
        }
    }

    async fn get(&self, name: &BlobName, max: u64) -> Result<Vec<u8>, BlobError> {
        let response = self
            .server
            .send(self.server.client().get(self.url(name)))
            .await?;
        self.server.object(response, max).await
    }

    async fn put_new(&self, name: &BlobName, object: &[u8]) -> Result<Put, BlobError> {
        // Servers that ignore the condition would replace what is there.
        if self.has(&self.url(name)).await? {
            return Ok(Put::Existed);
        }
        match self.put(name, object, true).await {
            // Apache answers 403 to one of two that write the same name at once. Whether it was that shows in what is
            // there now; a server that really refuses does so again.
            Err(BlobError::Denied { .. }) => {
                if self.has(&self.url(name)).await? {
                    return Ok(Put::Existed);
                }
                self.put(name, object, true).await
            }
            done => done,
        }
    }

    async fn mend(&self, name: &BlobName, object: &[u8]) -> Result<(), BlobError> {
        self.put(name, object, false).await.map(drop)
    }

    async fn remove(&self, name: &BlobName) -> Result<(), BlobError> {
        let response = self
            .server
            .send(self.server.client().delete(self.url(name)))
            .await?;
        match response.status() {
            StatusCode::OK | StatusCode::ACCEPTED | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(()),
            _ => Err(self.server.refused(&response)),
        }
    }
}

#[cfg(test)]
mod tests;
