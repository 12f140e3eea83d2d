//! Which addresses are in the local network, into which some systems let only whom a person let in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ends of names that are given in local networks alone: RFC 6762, RFC 8375, ICANN's `internal`, and two that routers give.
const LOCAL_ENDS: [&str; 5] = [".local", ".home.arpa", ".internal", ".lan", ".home"];

/// Returns whether an address leads into the local network, as far as it says so itself: nobody is asked for a name.
pub fn is_in_local_network(url: &str) -> bool {
    host_of(url).is_some_and(is_local)
}

/// Returns the host of an address, without brackets.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => host.split(':').next(),
    }
}

/// Returns whether a host is in the local network, as far as its name says: what Android counts to it
/// (Android reference, "Local network definition"), and names that have a meaning there alone.
fn is_local(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => is_local_v4(ip),
        Ok(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_local_v4(ip),
            None => is_local_v6(ip),
        },
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            let bare = !name.is_empty() && name != "localhost" && !name.contains('.');
            bare || LOCAL_ENDS.iter().any(|end| name.ends_with(end))
        }
    }
}

fn is_local_v4(ip: Ipv4Addr) -> bool {
    // Addresses that providers share among their customers (RFC 6598).
    let [a, b, ..] = ip.octets();
    ip.is_private() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
}

fn is_local_v6(ip: Ipv6Addr) -> bool {
    ip.is_unique_local() || ip.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_local_network_is_known_by_its_name() {
        for url in [
            "http://192.168.1.5:3002/api",
            "https://10.0.0.1",
            "http://172.16.0.9/x",
            "http://172.31.255.255",
            "http://169.254.3.4",
            "http://100.64.0.1",
            "http://100.127.0.1",
            "http://[fe80::1]:3002/api",
            "http://[fd12:3456::1]/",
            "http://[::ffff:192.168.1.5]/",
            "https://umbrel.local/dav",
            "https://UMBREL.LOCAL./dav",
            "https://nas:5006/",
            "https://me:secret@nas.lan/dav",
            "https://box.home.arpa",
            "https://node.internal?x",
        ] {
            assert!(is_in_local_network(url), "{url}");
        }
    }

    #[test]
    fn what_is_elsewhere_or_on_this_device_is_not() {
        for url in [
            "https://blockstream.info/api",
            "http://127.0.0.1:8080/api",
            "http://localhost:8080/api",
            "http://[::1]:8080",
            "http://11.0.0.1",
            "http://172.32.0.1",
            "http://100.128.0.1",
            "http://192.169.1.5",
            "https://[2001:db8::1]/",
            "https://example.org/192.168.1.5",
            "https://192.168.1.5.example.org",
            "https://x.onion",
            "192.168.1.5",
            "",
        ] {
            assert!(!is_in_local_network(url), "{url}");
        }
    }
}
