//! Connections and frames.

use std::future::poll_fn;
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use satchel_ports::lan::MAX_FRAME;
use satchel_ports::{Lan, LanError, LanLink, LanListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::addresses;

/// How long a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long a peer may take nothing.
const SENDING: Duration = Duration::from_secs(10);
/// Most addresses listened on; a code has room for no more.
const MAX_LISTENERS: usize = 8;

/// The local network, over TCP.
#[derive(Debug, Clone, Default)]
pub struct TcpLan {
    only: Option<IpAddr>,
}

impl TcpLan {
    /// Listens on one address alone. For tests and for two programs on one device.
    pub fn only_on(ip: IpAddr) -> Self {
        Self { only: Some(ip) }
    }
}

#[async_trait]
impl Lan for TcpLan {
    async fn listen(&self) -> Result<Box<dyn LanListener>, LanError> {
        let addresses = self.only.map_or_else(addresses::at_home, |ip| vec![ip]);
        let mut listeners = Vec::new();
        let mut fault = LanError::NoNetwork;
        for ip in addresses.into_iter().take(MAX_LISTENERS) {
            // The system chooses a port, so that nobody knows it before.
            match TcpListener::bind((ip, 0)).await {
                Ok(listener) => listeners.push(listener),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                    fault = LanError::Denied;
                }
                // An address that went away meanwhile.
                Err(_) => {}
            }
        }
        let found = |listener: TcpListener| Some((listener.local_addr().ok()?, listener));
        let listeners: Vec<_> = listeners.into_iter().filter_map(found).collect();
        if listeners.is_empty() {
            return Err(fault);
        }
        Ok(Box::new(Listeners(listeners)))
    }

    async fn connect(&self, address: SocketAddr) -> Result<Box<dyn LanLink>, LanError> {
        let connected = timeout(CONNECTING, TcpStream::connect(address)).await;
        let stream = connected
            .map_err(|_| LanError::Nobody)?
            .map_err(|error| unreached(error.kind(), cfg!(target_vendor = "apple")))?;
        Ok(Box::new(Link(stream)))
    }
}

struct Listeners(Vec<(SocketAddr, TcpListener)>);

#[async_trait]
impl LanListener for Listeners {
    fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().map(|(address, _)| *address).collect()
    }

    async fn accept(&mut self) -> Result<Box<dyn LanLink>, LanError> {
        let stream = poll_fn(|context| {
            for (_, listener) in &self.0 {
                match listener.poll_accept(context) {
                    Poll::Ready(Ok((stream, _))) => return Poll::Ready(Ok(stream)),
                    Poll::Ready(Err(error)) if is_passing(&error) => context.waker().wake_by_ref(),
                    Poll::Ready(Err(_)) => return Poll::Ready(Err(LanError::NoNetwork)),
                    Poll::Pending => {}
                }
            }
            Poll::Pending
        });
        Ok(Box::new(Link(stream.await?)))
    }
}

/// Returns why nobody was reached. A program that was not let into the local network hears from Apple's systems that
/// there is no way to the host, as about one that is switched off; what is said to people says both.
fn unreached(kind: ErrorKind, apple: bool) -> LanError {
    match kind {
        ErrorKind::PermissionDenied => LanError::Denied,
        ErrorKind::HostUnreachable if apple => LanError::Denied,
        _ => LanError::Nobody,
    }
}

/// Whether it is the fault of somebody who connected and not of the network.
fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted
    )
}

struct Link(TcpStream);

#[async_trait]
impl LanLink for Link {
    async fn send(&mut self, frame: &[u8]) -> Result<(), LanError> {
        let len = u16::try_from(frame.len()).map_err(|_| LanError::Malformed)?;
        if len == 0 {
            return Err(LanError::Malformed);
        }
        // In one piece, so that it is one packet where it fits.
        let bytes = [&len.to_le_bytes()[..], frame].concat();
        match timeout(SENDING, self.0.write_all(&bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(LanError::Gone),
            Err(_) => Err(LanError::Silent),
        }
    }

    async fn receive(&mut self, patience: Duration) -> Result<Vec<u8>, LanError> {
        match timeout(patience, read(&mut self.0)).await {
            Ok(Ok(frame)) => frame.ok_or(LanError::Malformed),
            Ok(Err(_)) => Err(LanError::Gone),
            Err(_) => Err(LanError::Silent),
        }
    }
}

/// Reads a frame. `None` is one without bytes.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let len = usize::from(stream.read_u16_le().await?);
    debug_assert!(len <= MAX_FRAME);
    if len == 0 {
        return Ok(None);
    }
    let mut frame = vec![0; len];
    stream.read_exact(&mut frame).await?;
    Ok(Some(frame))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use satchel_testkit::contract;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn lan() -> TcpLan {
        TcpLan::only_on(Ipv4Addr::LOCALHOST.into())
    }

    #[tokio::test]
    async fn the_contract_holds() {
        contract::lan(|| Box::new(lan())).await;
    }

    #[tokio::test]
    async fn what_has_no_form_is_told_from_what_is_cut_off() {
        let mut listener = lan().listen().await.expect("loopback");
        let mut raw = TcpStream::connect(listener.addresses()[0])
            .await
            .expect("it listens");
        let mut link = listener.accept().await.expect("somebody");
        raw.write_all(&[0, 0]).await.expect("it is read");
        assert_eq!(link.receive(LONG).await, Err(LanError::Malformed));
        raw.write_all(&[9, 0, 1]).await.expect("it is read");
        drop(raw);
        assert_eq!(
            link.receive(LONG).await,
            Err(LanError::Gone),
            "half a frame"
        );
    }

    #[test]
    fn a_network_that_is_closed_to_this_program_is_told_from_a_device_that_is_not_there() {
        for apple in [false, true] {
            let said = unreached(ErrorKind::PermissionDenied, apple);
            assert_eq!(said, LanError::Denied);
            let said = unreached(ErrorKind::ConnectionRefused, apple);
            assert_eq!(said, LanError::Nobody);
        }
        let far = ErrorKind::HostUnreachable;
        assert_eq!(unreached(far, true), LanError::Denied);
        assert_eq!(unreached(far, false), LanError::Nobody);
    }

    #[tokio::test]
    async fn this_device_listens_wherever_it_is_at_home() {
        let mut listener = TcpLan::default().listen().await.expect("loopback at least");
        for address in listener.addresses() {
            assert_ne!(address.port(), 0);
            let (one, two) =
                tokio::join!(listener.accept(), async { lan().connect(address).await });
            assert!(one.is_ok() && two.is_ok(), "{address}");
        }
    }
}
