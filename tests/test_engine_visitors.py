"""Who asks: what counts of X-Forwarded-For, and for whom."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from playground.engine.visitors import is_local, visitor


def connection(
    *forwarded: str, host: str = "10.0.0.9", port: int = 4711, header: str = "x-forwarded-for"
) -> HTTPConnection:
    headers = [(header.encode(), text.encode("latin-1")) for text in forwarded]
    return HTTPConnection({"type": "http", "client": (host, port), "headers": headers})


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ((), 0, "10.0.0.9"),
        (("1.1.1.1",), 0, "10.0.0.9"),
        (("1.1.1.1",), 1, "1.1.1.1"),
        (("6.6.6.6, 1.1.1.1",), 1, "1.1.1.1"),
        (("6.6.6.6", "1.1.1.1"), 1, "1.1.1.1"),
        (("6.6.6.6, 1.1.1.1, 2.2.2.2",), 2, "1.1.1.1"),
        (("1.1.1.1",), 2, "1.1.1.1"),
        ((), 3, "10.0.0.9"),
        (("1.1.1.1:80",), 1, "1.1.1.1"),
        (("[2001:db8:1:2:3::4]:80",), 1, "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::",), 1, "2001:db8:1:2::/64"),
        (("::ffff:1.1.1.1",), 1, "1.1.1.1"),
        (("<script>",), 1, "10.0.0.9"),
        (("",), 1, "10.0.0.9"),
        (("unknown",), 1, "10.0.0.9"),
        (("1" * 5000,), 1, "10.0.0.9"),
    ],
)
def test_only_what_trusted_proxies_added_counts(forwarded: tuple[str, ...], proxies: int, found: str) -> None:
    assert visitor(connection(*forwarded), proxies) == found


def test_an_address_that_the_server_took_from_the_header_does_not_count() -> None:
    assert visitor(connection("1.1.1.1", host="1.1.1.1", port=0), 0) == "127.0.0.1"
    assert visitor(connection("1.1.1.1", host="1.1.1.1", port=0), 1) == "1.1.1.1"


def test_a_connection_without_an_address_counts_as_one_visitor() -> None:
    assert visitor(HTTPConnection({"type": "http", "client": None, "headers": []}), 0) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_who_is_on_this_machine_is_local(host: str) -> None:
    assert is_local(connection(host=host))


@pytest.mark.parametrize("header", ["x-forwarded-for", "Forwarded", "x-real-ip"])
def test_who_comes_through_a_proxy_on_this_machine_is_not_local(header: str) -> None:
    assert not is_local(connection("127.0.0.1", host="127.0.0.1", header=header.lower()))


@pytest.mark.parametrize("host", ["10.0.0.9", "::2", "testclient", ""])
def test_who_is_elsewhere_is_not_local(host: str) -> None:
    assert not is_local(connection(host=host))
