"""What bulk mail says of itself, read back out of real messages."""

import secrets
from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.crypto import Keyring
from app.mobilisation import headers, stamps

KEYS = Keyring({1: bytes(32)}, {2: b"n" * 32, 1: b"o" * 32})
OLDER = Keyring({1: bytes(32)}, {1: b"o" * 32})
HOUSE = headers.House("Plenary <news@plenary.test>", "bounces@plenary.test", "https://plenary.test")
NEUTRAL = headers.House("mail@other.test", "bounces@other.test", "https://other.test")
NAMES = [
    "Une ONU à nous, “tous”",
    "نحن الشعوب",
    "我们人民",
    "Мы, народы",
    "Nosotros, los pueblos; ¡ya!",
    "We, the “peoples” <x@y.z>",
]
TOKEN = bytes(range(16))


def parsed(about: headers.About, house: headers.House, token: bytes = TOKEN):
    lines = [*headers.common(about, house), *headers.own(token, about.language, house, KEYS), ("Subject", "Hello")]
    raw = headers.wire(lines) + b"\r\nHello\r\n"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = message_from_bytes(raw, policy=SMTP)
    assert not message.defects
    return message


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_says_whose_it_is_and_how_to_leave(name):
    about = headers.About(7, "un75", "ar", sender_name=name, reply_to="office@bücher.example")
    message = parsed(about, HOUSE)
    sender = message["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name, "news@plenary.test")
    assert message["Reply-To"].addresses[0].addr_spec == "office@xn--bcher-kva.example"
    url = message["List-Unsubscribe"].strip("<>")
    assert url.startswith("https://plenary.test/ar/mail/") and stamps.token_in_link(url) == TOKEN
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<un75.lists.plenary.test>"
    assert (message["Precedence"], message["Auto-Submitted"]) == ("bulk", "auto-generated")
    assert message["Content-Language"] == "ar"
    parts = message["Feedback-ID"].split(":")
    assert len(parts) == 4 and 5 <= len(parts[-1]) <= 15


def test_a_neutral_mail_names_neither_campaign_nor_writer_nor_our_site():
    about = headers.About(7, "un75", "ar", True, "We, the peoples", "office@un75.example")
    text = str(parsed(about, NEUTRAL))
    assert not any(word in text for word in ("un75", "plenary", "peoples", "Reply-To"))
    assert "From: mail@other.test" in text and "https://other.test/ar/mail/" in text


def test_two_recipients_differ_in_what_is_random_alone():
    about = headers.About(7, "un75", "fr", sender_name="We")
    one, other = (parsed(about, HOUSE, token) for token in (TOKEN, bytes(16)))
    differing = {name for name, value in one.items() if other[name] != value}
    assert differing == {"Message-ID", "List-Unsubscribe"}
    assert str(parsed(about, HOUSE)) == str(one), "a mail that is sent again is the same"


@settings(max_examples=40)
@given(st.text(max_size=80), st.text(max_size=40))
def test_no_name_and_no_answer_address_makes_a_header_of_its_own(name, reply_to):
    wanted = list(dict.fromkeys(n for n, _ in headers.common(headers.About(1, "a", "en", sender_name="x"), HOUSE)))
    try:
        lines = headers.common(headers.About(1, "a", "en", sender_name=name, reply_to=reply_to), HOUSE)
    except ValueError:
        return
    message = message_from_bytes(headers.wire(lines) + b"\r\n", policy=SMTP)
    assert [n for n in message if n != "Reply-To"] == wanted
    assert message["From"].addresses[-1].addr_spec == "news@plenary.test" and len(message["From"].addresses) == 1


@given(st.binary(min_size=16, max_size=16))
def test_a_return_path_tells_its_token_however_servers_write_it(token):
    path = headers.envelope_sender(token, HOUSE, KEYS)
    assert len(path.partition("@")[0]) <= 64
    forwarded = f"SRS0=a1b2=XY=plenary.test={path.partition('@')[0]}@forwarder.example"
    for text in (path, path.upper(), f"<{path}>", forwarded, f"Received: by mx for <{path}>; Sat"):
        assert stamps.token_in(text, KEYS) == token
    assert stamps.token_in(headers.envelope_sender(token, HOUSE, OLDER), KEYS) == token, "an older key still proves"


@given(st.binary(min_size=16, max_size=16), st.integers(0, 47), st.sampled_from("0123456789abcdef"))
def test_nobody_makes_a_return_path_of_a_link_or_of_another(token, place, letter):
    stamp = stamps.stamp(token, KEYS)
    changed = stamp[:place] + letter + stamp[place + 1 :]
    assert changed == stamp or stamps.token_in(changed, KEYS) is None
    stranger = Keyring({1: bytes(32)}, {1: secrets.token_bytes(32)})
    assert stamps.token_in(stamps.stamp(token, stranger), KEYS) is None
    assert stamps.token_of_link(stamps.link_word(token)) == token
    assert stamps.token_in_link(stamps.message_id(token, "plenary.test")) is None


@given(st.binary(min_size=16, max_size=16), st.booleans(), st.sampled_from(["ar", "en", "zh"]))
def test_headers_written_once_are_those_of_each_delivery(token, postmark, language):
    house = headers.House("news@plenary.test", "bounces@plenary.test", "https://plenary.test", postmark=postmark)
    assert headers.Own(language, house, KEYS).wire(token) == headers.wire(headers.own(token, language, house, KEYS))


def test_a_mail_through_postmark_says_whose_it_is_in_what_postmark_takes_out():
    house = headers.House("news@plenary.test", "bounces@plenary.test", "https://plenary.test", postmark=True)
    lines = dict(headers.own(TOKEN, "en", house, KEYS))
    assert (
        stamps.token_in(lines["X-PM-Metadata-delivery"], KEYS) == TOKEN and len(lines["X-PM-Metadata-delivery"]) <= 80
    )


def test_a_sender_in_another_script_is_written_as_every_relay_takes_it():
    house = headers.House("Bücher <post@bücher.example>", "bounces@xn--bcher-kva.example", "https://plenary.test")
    message = parsed(headers.About(7, "un75", "fr"), house)
    assert message["From"].addresses[0].addr_spec == "post@xn--bcher-kva.example"
    assert message["Message-ID"].endswith("@xn--bcher-kva.example>") and message["List-Id"].endswith(".example>")
