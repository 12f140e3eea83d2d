//! Reading an answer up to a limit.

use reqwest::Response;

/// Why an answer was not read whole.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is longer than was allowed.
    #[error("the answer is longer than allowed")]
    TooLong,
    /// The connection broke or took too long. The library's text holds the address: it is not for people.
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
}

/// Reads a body of at most `limit` bytes; one byte more fails, whatever length was announced.
///
/// # Errors
/// [`ReadError`].
pub async fn read(mut response: Response, limit: usize) -> Result<Vec<u8>, ReadError> {
    let told = response.content_length().unwrap_or(0);
    if told > limit as u64 {
        return Err(ReadError::TooLong);
    }
    // What the server tells only saves reallocation; it is not given more than 64 kB on trust.
    let mut body = Vec::with_capacity(usize::try_from(told).unwrap_or(0).min(64 * 1024));
    while let Some(chunk) = response.chunk().await.map_err(ReadError::Broken)? {
        if body.len() + chunk.len() > limit {
            return Err(ReadError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads the beginning of a body, at most `limit` bytes; what does not come does not matter.
pub async fn read_cut(mut response: Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < limit {
        let Ok(Some(chunk)) = response.chunk().await else {
            break;
        };
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    body
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Connection, open};

    /// Asks a server that answers with these bytes and closes.
    async fn asked(answer: &'static str) -> Response {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let url = url::Url::parse(&base).expect("a URL");
        let serve = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            stream.write_all(answer.as_bytes()).await.expect("written");
        };
        let client = open(&url, &Connection::default()).expect("a client");
        let (response, ()) = tokio::join!(client.get(base).send(), serve);
        response.expect("a head")
    }

    const TOLD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n0123456789";
    const UNTOLD: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n0123456789";

    #[tokio::test]
    async fn a_body_of_the_limit_is_read_and_one_byte_more_is_not() {
        for answer in [TOLD, UNTOLD] {
            let body = read(asked(answer).await, 10).await.expect("it fits");
            assert_eq!(body, b"0123456789");
            let refused = read(asked(answer).await, 9).await;
            assert!(matches!(refused, Err(ReadError::TooLong)), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn a_cut_body_has_its_beginning() {
        assert_eq!(read_cut(asked(UNTOLD).await, 4).await, b"0123");
        assert_eq!(read_cut(asked(TOLD).await, 4_000).await, b"0123456789");
    }
}
