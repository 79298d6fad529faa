//! 来源 Whose address it is that tries: a household has one of IPv4, and a whole /64 of IPv6 (RFC 6177),
//! every address of which it may use.

use std::net::{IpAddr, Ipv6Addr};

/// The address by which failed tries are counted.
pub fn household(source: &str) -> String {
    match source.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::household;

    #[test]
    fn an_address_stands_for_its_household() {
        assert_eq!(household("192.0.2.7"), "192.0.2.7");
        assert_eq!(household("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(household("2001:db8:1:2:a:b:c:d"), household("2001:0db8:0001:0002::1"));
        assert_ne!(household("2001:db8:1:2::1"), household("2001:db8:1:3::1"));
        assert_eq!(household(""), "");
    }
}
