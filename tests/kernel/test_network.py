"""Where a request came from: only our own proxies are believed, and nothing that is sent breaks anything."""

import pytest
from werkzeug.test import EnvironBuilder

from app.kernel import network
from app.kernel.config import ConfigError, load
from app.kernel.network import client_address, network_key, network_of, parse_proxies

PROXIES = parse_proxies("10.0.0.0/8, 2001:db8:ffff::1")


def asked(peer, forwarded="", proxies=PROXIES):
    found = client_address(peer, forwarded, proxies)
    return found and str(found)


@pytest.mark.parametrize("forwarded", ["", "192.0.2.1", "10.0.0.1", "192.0.2.1, 10.0.0.1", "unknown"])
def test_whoever_is_no_proxy_of_ours_only_speaks_for_themselves(forwarded):
    assert asked("198.51.100.7", forwarded) == "198.51.100.7"
    assert asked("198.51.100.7", forwarded, parse_proxies("")) == "198.51.100.7"
    assert asked("10.0.0.1", forwarded, parse_proxies("")) == "10.0.0.1"


def test_what_a_proxy_of_ours_wrote_last_is_believed_and_what_a_visitor_wrote_is_not():
    assert asked("10.0.0.1", "198.51.100.7") == "198.51.100.7"
    assert asked("10.0.0.1", "203.0.113.1, 198.51.100.7") == "198.51.100.7"
    assert asked("10.0.0.1", "203.0.113.1, 198.51.100.7, 10.2.3.4") == "198.51.100.7"
    assert asked("2001:db8:ffff::1", "203.0.113.1,2001:db8::5") == "2001:db8::5"
    assert asked("::ffff:10.0.0.1", "198.51.100.7") == "198.51.100.7"


def test_who_asks_from_one_of_our_own_machines_is_that_machine():
    assert asked("10.0.0.1", "10.2.3.4, 10.5.6.7") == "10.2.3.4"


def test_a_socket_is_believed_only_where_the_settings_say_so():
    assert asked("", "198.51.100.7") is None
    assert asked("", "198.51.100.7", parse_proxies("unix")) == "198.51.100.7"
    assert asked("", "198.51.100.7, 10.0.0.1", parse_proxies("UNIX, 10.0.0.1")) == "198.51.100.7"


@pytest.mark.parametrize(
    "written",
    [
        "",
        ",",
        " , ,",
        "unknown",
        "_hidden",
        "1.2.3",
        "999.1.1.1",
        "::::",
        "[",
        "]:9",
        "[::1",
        '"',
        "\x00",
        "١.٢.٣.٤",
        "x" * 9000,
    ],
)
def test_rubbish_leaves_the_address_unknown_and_breaks_nothing(written):
    assert asked("10.0.0.1", written) is None
    assert asked("10.0.0.1", f"198.51.100.7, {written}") is None
    assert asked(written or "?", "198.51.100.7") is None
    assert network_of(written) is None


@pytest.mark.parametrize(
    "written",
    ["198.51.100.7:1234", '"198.51.100.7"', " 198.51.100.7 ", "::ffff:198.51.100.7", "[::ffff:198.51.100.7]:1"],
)
def test_an_address_may_be_written_in_several_ways(written):
    assert asked("10.0.0.1", written) == "198.51.100.7"


def test_a_network_is_24_bits_of_ipv4_and_64_of_ipv6():
    assert network_of("198.51.100.7") == "198.51.100.0/24"
    assert network_of("::ffff:198.51.100.200") == "198.51.100.0/24"
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert network_of("[2001:db8:1:2::7]:80") == "2001:db8:1:2::/64"


@pytest.mark.parametrize(
    "address", [None, "127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "fe80::1%eth0", "ff02::1"]
)
def test_this_machine_and_its_link_say_nothing_about_where_somebody_is(address):
    assert network_of(address) is None


def test_the_key_of_a_network_is_what_is_kept_of_an_address():
    assert network_key("198.51.100.0/24") == network_of("198.51.100.7")
    assert network_key("2001:DB8:1:2::/64") == network_of("2001:db8:1:2::7")
    for wrong in ("198.51.100.0/25", "198.51.0.0/16", "2001:db8::/32", "198.51.100.7", "198.51.100.7/24", "x", ""):
        with pytest.raises(ValueError, match=r"."):
            network_key(wrong)


@pytest.mark.parametrize("text", ["10.0.0", "10.0.0.1/8", "proxy.example.org", "10.0.0.1;10.0.0.2", "10.0.0.0/33"])
def test_a_setting_that_names_no_proxy_is_refused_by_name(text, tmp_path):
    with pytest.raises(ConfigError, match="TRUSTED_PROXIES"):
        load({"INSTANCE_DIR": str(tmp_path), "TRUSTED_PROXIES": text})


def test_without_the_setting_nobody_is_believed(tmp_path, app):
    assert load({"INSTANCE_DIR": str(tmp_path)})["TRUSTED_PROXIES"] == network.Proxies()
    environ = EnvironBuilder(headers={"X-Forwarded-For": "203.0.113.1"}, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    with app.request_context(environ.get_environ()):
        assert network.of_request() == "198.51.100.0/24"
