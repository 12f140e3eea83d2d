//! Which addresses of this device are of networks at home.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns the addresses to listen on, the likeliest first. Loopback serves two programs on one device that
/// is in no network.
pub(crate) fn at_home() -> Vec<IpAddr> {
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    chosen(found.into_iter().map(|interface| interface.ip()))
}

fn chosen(found: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let mut ranked: Vec<(u8, IpAddr)> = found.filter_map(|ip| Some((rank(ip)?, ip))).collect();
    ranked.sort();
    ranked.dedup();
    if ranked.is_empty() {
        return vec![Ipv4Addr::LOCALHOST.into()];
    }
    ranked.into_iter().map(|(_, ip)| ip).collect()
}

/// Returns how unlikely it is that the other device can go there; `None` if it is not to.
fn rank(ip: IpAddr) -> Option<u8> {
    match ip {
        IpAddr::V4(ip) => match ip.octets() {
            [192, 168, ..] => Some(0),
            [10, ..] => Some(1),
            [172, 16..=31, ..] => Some(2),
            // Shared by carriers (RFC 6598), and what private networks across the Internet use.
            [100, 64..=127, ..] => Some(4),
            // Nobody gave one (RFC 3927).
            [169, 254, ..] => Some(5),
            _ => None,
        },
        IpAddr::V6(ip) => is_unique_local(ip).then_some(3),
    }
}

/// RFC 4193. Those of one link alone (fe80::) mean something else on each device.
fn is_unique_local(ip: Ipv6Addr) -> bool {
    ip.octets()[0] & 0xfe == 0xfc
}

#[cfg(test)]
mod tests {
    fn chosen(found: &[&str]) -> Vec<String> {
        let found = found.iter().map(|ip| ip.parse().expect("an address"));
        let chosen = super::chosen(found);
        chosen.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn addresses_at_home_are_chosen_the_likeliest_first() {
        let found = [
            "127.0.0.1",
            "::1",
            "169.254.1.1",
            "100.64.0.1",
            "fd00::1",
            "172.16.0.1",
            "172.31.0.1",
            "10.0.0.1",
            "192.168.1.2",
            "192.168.1.2",
            "fe80::1",
        ];
        assert_eq!(
            chosen(&found),
            [
                "192.168.1.2",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.0.1",
                "fd00::1",
                "100.64.0.1",
                "169.254.1.1",
            ]
        );
    }

    #[test]
    fn addresses_that_the_whole_world_reaches_are_not_listened_on() {
        for ip in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "192.169.0.1",
            "2001:db8::1",
        ] {
            assert_eq!(chosen(&[ip]), ["127.0.0.1"], "{ip}");
        }
    }

    #[test]
    fn without_a_network_there_is_loopback() {
        assert_eq!(chosen(&[]), ["127.0.0.1"]);
        assert_eq!(chosen(&["127.0.0.1", "::1"]), ["127.0.0.1"]);
    }
}
