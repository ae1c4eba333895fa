//! From where an address can be reached: what a server that is not trusted may make this machine connect to hangs on it.
//!
//! Source: IANA's registries of special-purpose addresses for IPv4 and IPv6; of IPv6 only global unicast is handed out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks that are not public: the first address, and how many of its bits all of the block have.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),           // this host, this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // between a provider and its customers
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local; clouds tell their machines secrets there
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // relays from IPv6, given up
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // measurements
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, and broadcast
];

/// What is handed out to be public; loopback, link-local, private and multicast addresses are elsewhere.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks within it that are not.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols; tunnels to an IPv4 address
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // tunnels to an IPv4 address
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// The machine itself, and its link. The last is that at which a cloud tells its machines secrets.
const MACHINE_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::UNSPECIFIED, 128),
    (Ipv6Addr::LOCALHOST, 128),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10), // link-local
    (Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128),
];

/// IPv6 addresses that stand for the IPv4 address in their last 32 bits.
const IPV4_WITHIN: [(Ipv6Addr, u32); 2] = [
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),    // mapped
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96), // translated
];

/// From where an address can be reached, the narrowest first.
///
/// ```
/// use ramp_core::address::Reach;
///
/// let of = |text: &str| Reach::of(text.parse().expect("an address"));
/// assert_eq!([of("169.254.169.254"), of("10.0.0.7"), of("8.8.8.8")], [Reach::Machine, Reach::Network, Reach::Public]);
/// assert!(Reach::Machine < Reach::Network && Reach::Network < Reach::Public);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// From this machine alone, or its link: loopback, link-local, where clouds tell their machines secrets.
    Machine,
    /// From networks that somebody runs for themselves; here is also whatever is reserved.
    Network,
    /// From the whole internet.
    Public,
}

impl Reach {
    /// That of an address; an IPv6 address that stands for one of IPv4 is judged as that.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) if IPV4_WITHIN.iter().any(|block| holds_v6(*block, address)) => {
                let [.., a, b, c, d] = address.octets();
                Self::of_v4(Ipv4Addr::new(a, b, c, d))
            }
            IpAddr::V6(address) if MACHINE_V6.iter().any(|block| holds_v6(*block, address)) => Self::Machine,
            IpAddr::V6(address)
                if holds_v6(GLOBAL_V6, address) && !NOT_PUBLIC_V6.iter().any(|block| holds_v6(*block, address)) =>
            {
                Self::Public
            }
            IpAddr::V6(_) => Self::Network,
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match is_public_v4(address) {
            true => Self::Public,
            false if address.is_loopback() || address.is_link_local() || address.octets()[0] == 0 => Self::Machine,
            false => Self::Network,
        }
    }
}

/// Whether the whole internet can reach that address.
pub fn is_public(address: IpAddr) -> bool {
    Reach::of(address) == Reach::Public
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let within = |(first, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ first.to_bits()).leading_zeros() >= *bits;
    !NOT_PUBLIC_V4.iter().any(within)
}

fn holds_v6((first, bits): (Ipv6Addr, u32), address: Ipv6Addr) -> bool {
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn blocks_begin_and_end_where_they_are_registered() {
        for (last_before, first, last, first_behind) in [
            ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
            ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
            ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
            ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
            ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
            ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("2000:ffff:ffff::", "2001::", "2001:1ff:ffff::", "2001:200::"),
            ("2001:db7:ffff::", "2001:db8::", "2001:db8:ffff::", "2001:db9::"),
            ("2001:ffff:ffff::", "2002::", "2002:ffff:ffff::", "2003::"),
            ("3ffe:ffff:ffff::", "3fff::", "3fff:fff:ffff::", "3fff:1000::"),
        ] {
            assert!(judged(last_before) && judged(first_behind), "around {first}");
            assert!(!judged(first) && !judged(last), "{first} to {last}");
        }
    }

    #[test]
    fn what_is_nobodys_or_only_near_is_not_public() {
        for text in [
            "0.0.0.0",
            "0.255.255.255",
            "169.254.169.254",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::8.8.8.8",
            "100::1",
            "1fff:ffff::",
            "4000::",
            "64:ff9b:1::a00:1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!judged(text), "{text}");
        }
        for text in ["1.1.1.1", "8.8.8.8", "223.255.255.255", "2606:4700::1111", "2a00:1450::1"] {
            assert!(judged(text), "{text}");
        }
    }

    #[test]
    fn what_is_this_machine_is_told_from_its_network() {
        for (text, reach) in [
            ("127.0.0.1", Reach::Machine),
            ("127.255.255.255", Reach::Machine),
            ("0.0.0.0", Reach::Machine),
            ("169.254.169.254", Reach::Machine),
            ("::1", Reach::Machine),
            ("::", Reach::Machine),
            ("::ffff:127.0.0.1", Reach::Machine),
            ("fe80::1", Reach::Machine),
            ("fd00:ec2::254", Reach::Machine),
            ("10.0.0.1", Reach::Network),
            ("192.168.1.1", Reach::Network),
            ("100.64.0.1", Reach::Network),
            ("224.0.0.1", Reach::Network),
            ("fd00::1", Reach::Network),
            ("::ffff:10.0.0.1", Reach::Network),
            ("8.8.8.8", Reach::Public),
        ] {
            assert_eq!(Reach::of(text.parse().unwrap()), reach, "{text}");
        }
    }

    #[test]
    fn an_ipv4_address_is_judged_in_every_form() {
        for (text, public) in [
            ("::ffff:127.0.0.1", false),
            ("::ffff:169.254.169.254", false),
            ("::ffff:10.1.2.3", false),
            ("::ffff:8.8.8.8", true),
            ("64:ff9b::10.1.2.3", false),
            ("64:ff9b::169.254.169.254", false),
            ("64:ff9b::8.8.8.8", true),
            ("2002:0808:0808::", false),
        ] {
            assert_eq!(judged(text), public, "{text}");
        }
    }
}
