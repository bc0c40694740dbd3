"""Only addresses that are routed on the public internet are public."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fetching.safe_fetch import is_public

# IANA's registries of special-purpose addresses (IPv4 and IPv6), with their inner ranges,
# multicast, and the ranges that were given back (site-local and IPv4-compatible addresses).
REGISTRIES = """
    0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
    192.0.0.0/24 192.0.0.0/29 192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/31 192.0.2.0/24
    192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24
    198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32
    ::/128 ::1/128 ::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23
    2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128 2001:2::/48 2001:3::/32 2001:4:112::/48
    2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20
    5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
NETWORKS = [ipaddress.ip_network(network) for network in REGISTRIES.split()]
OUTSIDE = [  # the nearest public neighbors of special ranges
    *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0"),
    *("192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0"),
    *("198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.112.255", "223.255.255.255"),
    *("93.184.216.34", "2000::", "2001:200::", "2001:db7:ffff::1", "2001:db9::", "2003::"),
    *("2606:2800:220:1:248:1893:25c8:1946", "2620:4f:7fff::1", "2620:4f:8001::", "3ffe:ffff::"),
    *("3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_special_ranges_are_not_public_from_the_first_to_the_last_address(network):
    middle = network[network.num_addresses // 2]

    assert [is_public(str(ip)) for ip in (network[0], middle, network[-1])] == [False] * 3


@pytest.mark.parametrize("address", OUTSIDE)
def test_their_neighbors_are_public(address):
    assert is_public(address)


@given(st.sampled_from(NETWORKS).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_address_in_a_special_range_is_public(ip):
    assert not is_public(str(ip))
    assert not is_public(ip.exploded)


@given(st.ip_addresses())
@example(ipaddress.ip_address("fec0::1"))
@example(ipaddress.ip_address("4000::1"))
@example(ipaddress.ip_address("1fff:ffff::1"))
def test_an_address_is_public_if_and_only_if_no_registry_lists_it(ip):
    routed = ip.version == 4 or ip in ipaddress.ip_network("2000::/3")
    special = any(ip in network for network in NETWORKS if network.version == ip.version)

    assert is_public(str(ip)) == (routed and not special)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_address_is_never_reached(ip):
    number = int(ip)
    for inside in (
        number,  # IPv4-compatible
        0xFFFF << 32 | number,  # IPv4-mapped
        0xFFFF << 48 | number,  # IPv4-translated
        0x64FF9B << 96 | number,  # NAT64
        0x64FF9B0001 << 80 | number,  # NAT64 inside a network
        0x2002 << 112 | number << 80,  # 6to4
        0x20010000 << 96 | number ^ 0xFFFFFFFF,  # Teredo
    ):
        assert not is_public(str(ipaddress.IPv6Address(inside)))


@pytest.mark.parametrize(
    "text",
    [
        "fe80::1%eth0",
        "2606:2800:220:1::1%eth0",
        "2606:2800:220:1::1%",
        "93.184.216.34%1",
        "0x5d.184.216.34",
        "093.184.216.034",
        "1572395042",
        "93.184.216.34/32",
        " 93.184.216.34",
        "",
        "x.example",
    ],
)
def test_zones_and_other_spellings_are_not_public(text):
    assert not is_public(text)
