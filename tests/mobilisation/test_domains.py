"""What the records of a domain lack, with a DNS that is a table."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.mobilisation import domains
from app.mobilisation.back import gateway


def key(bits: int) -> str:
    made = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


ED25519 = base64.b64encode(
    ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode()
RSA = key(2048)
GOOD = {
    ("plenary.test", "MX"): ["mx.plenary.test."],
    ("plenary.test", "TXT"): ["something else", "v=spf1 include:_spf.relay.example ip4:192.0.2.1 ~all"],
    ("_spf.relay.example", "TXT"): ["v=spf1 ip4:198.51.100.0/24 -all"],
    ("s1._domainkey.plenary.test", "TXT"): [f"v=DKIM1; k=rsa; p={RSA}"],
    ("_dmarc.plenary.test", "TXT"): ["v=DMARC1; p=quarantine; rua=mailto:reports@plenary.test"],
}


def found(changes: dict, sender="plenary.test", bounces="plenary.test", selectors=("s1",)) -> dict[str, list[str]]:
    table = {**GOOD, **changes}
    levels: dict[str, list[str]] = {}
    for finding in domains.examine(sender, bounces, selectors, lambda name, kind: table.get((name, kind), [])):
        levels.setdefault(finding.about, []).append(finding.level)
    return levels


def test_a_domain_that_has_everything_is_told_so():
    assert found({}) == {name: ["good"] for name in ("MX", "SPF", "DKIM", "DMARC", "alignment")}


def spf(text: str, **more) -> dict:
    return {("plenary.test", "TXT"): [text], **{(f"{name}.example", "TXT"): [said] for name, said in more.items()}}


CHAIN = {f"x{n}": f"v=spf1 include:x{n + 1}.example ?all" for n in range(12)}


@pytest.mark.parametrize(
    ("records", "about", "expected"),
    [
        (spf("v=spf10 a"), "SPF", ["lacks"]),
        ({("plenary.test", "TXT"): ["v=spf1 mx ~all", "v=spf1 a -all"]}, "SPF", ["lacks"]),
        (spf("v=spf1 mx +all"), "SPF", ["lacks"]),
        (spf("v=spf1 mx all"), "SPF", ["lacks"]),
        (spf("v=spf1 mx ?all"), "SPF", ["weak"]),
        (spf("v=spf1 mx"), "SPF", ["weak"]),
        (spf("v=spf1 -all"), "SPF", ["lacks"]),
        (spf("V=SPF1 redirect=one.example", one="v=spf1 mx -all"), "SPF", ["good"]),
        (spf("v=spf1 include:nothing.example ~all"), "SPF", ["lacks"]),
        (spf("v=spf1 include:x0.example ~all", **CHAIN), "SPF", ["lacks"]),
        (spf("v=spf1 include:me.example ~all", me="v=spf1 include:me.example a -all"), "SPF", ["good"]),
        (spf("v=spf1 " + "a:h.example " * 11 + "~all"), "SPF", ["lacks"]),
        (spf("v=spf1 ip4:192.0.2.256 ~all"), "SPF", ["lacks"]),
        (spf("v=spf1 mx ipv4:192.0.2.1 ~all"), "SPF", ["lacks"]),
        (spf("v=spf1 mx include: ~all"), "SPF", ["lacks"]),
        (spf("v=spf1 +a:h.example/24//64 ~ip6:2001:db8::/32 exists:%{ir}.h.example x-ours=1 ~all"), "SPF", ["good"]),
        (spf("v=spf1 redirect=one.example", one="v=spf1 +all"), "SPF", ["lacks"]),
        ({("s1._domainkey.plenary.test", "TXT"): ["v=spf1 -all"]}, "DKIM", ["lacks"]),
        ({("s1._domainkey.plenary.test", "TXT"): []}, "DKIM", ["lacks"]),
        ({("s1._domainkey.plenary.test", "TXT"): ["v=DKIM1; p="]}, "DKIM", ["lacks"]),
        ({("s1._domainkey.plenary.test", "TXT"): [f"p={RSA}"]}, "DKIM", ["good"]),
        ({("s1._domainkey.plenary.test", "TXT"): [f"p={RSA[:40]}"]}, "DKIM", ["lacks"]),
        ({("s1._domainkey.plenary.test", "TXT"): [f"t=y; p={RSA}"]}, "DKIM", ["weak"]),
        ({("s1._domainkey.plenary.test", "TXT"): [f"v=DKIM1; p={key(1024)}"]}, "DKIM", ["weak"]),
        ({("s1._domainkey.plenary.test", "TXT"): [f"v=DKIM1; k=ed25519; p={ED25519}"]}, "DKIM", ["weak"]),
        ({("_dmarc.plenary.test", "TXT"): []}, "DMARC", ["lacks"]),
        ({("_dmarc.plenary.test", "TXT"): ["v=DMARC1; p=none; rua=mailto:a@plenary.test"]}, "DMARC", ["weak"]),
        ({("_dmarc.plenary.test", "TXT"): ["v=DMARC1; p=reject"]}, "DMARC", ["weak"]),
        ({("_dmarc.plenary.test", "TXT"): ["v=DMARC1; rua=mailto:a@plenary.test"]}, "DMARC", ["lacks"]),
        ({("plenary.test", "MX"): ["."]}, "MX", ["lacks"]),
        ({("plenary.test", "MX"): []}, "MX", ["lacks"]),
        ({("plenary.test", "MX"): [], ("plenary.test", "A"): ["192.0.2.1"]}, "MX", ["weak"]),
    ],
)
def test_each_thing_that_lacks_is_found(records, about, expected):
    levels = found(records)
    assert levels.pop(about) == expected
    assert all(level == ["good"] for level in levels.values())


def test_a_policy_of_the_domain_above_holds_below_it_and_may_differ():
    below = {(f"mail.{name}", kind): said for (name, kind), said in GOOD.items() if name == "plenary.test"}
    below[("s1._domainkey.mail.plenary.test", "TXT")] = [f"p={RSA}"]
    assert found(below, "mail.plenary.test", "mail.plenary.test")["DMARC"] == ["good"]
    other = {("_dmarc.plenary.test", "TXT"): ["v=DMARC1; p=reject; sp=none; rua=mailto:a@plenary.test; aspf=s"]}
    levels = found({**below, **other}, "mail.plenary.test", "plenary.test")
    assert (levels["DMARC"], levels["alignment"]) == (["weak"], ["weak"])
    assert found(below, "mail.plenary.test", "plenary.test")["alignment"] == ["good"]
    assert found({}, "plenary.test", "elsewhere.example")["alignment"] == ["weak"]


def test_the_command_says_it_in_words_and_fails_where_something_lacks(app, monkeypatch):
    run = app.test_cli_runner().invoke
    monkeypatch.setattr(gateway, "lookup", lambda name, kind: GOOD.get((name, kind), []))
    good = run(args=["mail", "check-domain", "plenary.test", "--selector", "s1"])
    assert (good.exit_code, good.output.count("good")) == (0, 5), good.output
    lacking = run(args=["mail", "check-domain", "example.org"])
    assert lacking.exit_code == 1 and "_dmarc.example.org: v=DMARC1; p=none" in lacking.output
    assert run(args=["mail", "check-domain"]).output.startswith("localhost:\n")

    def away(name: str, kind: str):
        raise gateway.Away(f"{name} {kind}: Timeout")

    monkeypatch.setattr(gateway, "lookup", away)
    assert "the DNS does not answer" in run(args=["mail", "check-domain", "plenary.test"]).output
