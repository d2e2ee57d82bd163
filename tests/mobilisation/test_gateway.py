"""The gateway against servers on loopback: names are looked up, and what nobody answers is said so."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from app.mobilisation.back import gateway
from app.mobilisation.back.hook import Refused

RECORDS = {
    ("plenary.test.", "TXT"): ['"v=spf1 include:_spf.relay" ".example ~all"', '"other"'],
    ("plenary.test.", "MX"): ["20 second.plenary.test.", "10 first.plenary.test."],
    ("plenary.test.", "A"): ["192.0.2.1"],
    ("empty.test.", None): [],
}


def answered(raw: bytes) -> bytes:
    asked = dns.message.from_wire(raw)
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.RA
    name, kind = asked.question[0].name.to_text(), dns.rdatatype.to_text(asked.question[0].rdtype)
    if name == "broken.test.":
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif found := RECORDS.get((name, kind)):
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
    elif name not in {place for place, _ in RECORDS}:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer.to_wire()


@pytest.fixture
def nameserver(monkeypatch):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve():
        while True:
            raw, asker = server.recvfrom(2048)
            if raw == b"end":
                return
            server.sendto(answered(raw), asker)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    monkeypatch.setattr(gateway, "SECONDS", 1.0)
    yield
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ender:
        ender.sendto(b"end", server.getsockname())
    thread.join()
    server.close()


def test_names_are_looked_up_whole_and_in_order(nameserver):
    assert sorted(gateway.lookup("plenary.test", "TXT")) == ["other", "v=spf1 include:_spf.relay.example ~all"]
    assert gateway.lookup("plenary.test", "MX") == ["first.plenary.test.", "second.plenary.test."]
    assert gateway.lookup("plenary.test", "A") == ["192.0.2.1"]
    assert gateway.lookup("empty.test", "TXT") == gateway.lookup("nowhere.test", "TXT") == []


def test_a_server_that_fails_is_away_and_not_empty(nameserver):
    with pytest.raises(gateway.Away, match=r"broken\.test TXT"):
        gateway.lookup("broken.test", "TXT")


def test_a_certificate_that_cannot_be_had_makes_the_caller_come_again():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Refused) as refused:
            gateway.fetch(f"https://127.0.0.1:{closed.getsockname()[1]}/x.pem")
    assert refused.value.status == 503
