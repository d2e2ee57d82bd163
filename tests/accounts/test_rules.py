"""The pure decisions: passwords, paths, devices, codes, and the table of roles as docs/roles.md prints it."""

import importlib.util

import pytest

from app.accounts import passwords, roles, rules
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("elevenchars", "short"),
        ("twelve chars", None),
        ("ten green bottles on a wall", None),
        ("пароль из нескольких слов", None),
        ("五个字的密码不够长得多一些吧", None),
        ("x" * 1000 + "abcd", None),
        ("correct horse " * 73, None),
        ("correct horse " * 80, "long"),
        ("é" * 600, "long"),
        ("password1234", "common"),
        ("PASSWORD!!!!", "common"),
        ("passwordpassword", "common"),
        ("123456789012", "common"),
        ("2026-11-28-23", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("Zaphira Quill1", "common"),
        ("zaphira.q2026", "common"),
        ("plenary2026!", "common"),
    ],
)
def test_a_password_is_long_and_none_of_the_first_that_are_tried(password, fault):
    own = ("Zaphira Quill", "zaphira.q@example.org")
    assert passwords.fault(password, own) in ((fault, "common") if "correct" in password and not fault else (fault,))


@pytest.fixture
def installed():
    """The module of passwords as it is installed, where tests have cheaper hashes (tests/conftest.py)."""
    spec = importlib.util.find_spec("app.accounts.passwords")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_installed_pays_for_every_password_what_owasp_asks_for_and_as_much_for_nobodys(installed):
    cost = "$argon2id$v=19$m=19456,t=2,p=1$"
    stored = installed.hashed("many words in a row")
    assert stored.startswith(cost) and installed.NOBODYS.startswith(cost)
    assert installed.matches(stored, "many words in a row") and not installed.matches(None, "many words in a row")


def test_a_password_is_the_same_from_every_keyboard_and_may_hold_anything():
    for typed, again in (
        ("u\u0308ber den Wolken 12", "über den Wolken 12"),
        ("ｆｕｌｌｗｉｄｔｈ words", "fullwidth words"),
    ):
        assert passwords.matches(passwords.hashed(typed), again)
    long = "a passphrase \t of many words 🗝 " * 30
    stored = passwords.hashed(long)
    assert passwords.matches(stored, long) and not passwords.matches(stored, long[:-1])
    assert not passwords.matches(None, "anything") and not passwords.matches(None, "")


def test_the_list_of_common_ones_is_what_its_script_keeps():
    assert len(passwords.common()) > 9000
    assert {"password", "qwerty", "iloveyou"} <= passwords.common()
    assert all(passwords.core(word) == word or len(word) >= passwords.SHORTEST for word in passwords.common())


@pytest.mark.parametrize(
    "path", ["/en/desk", "/ar/desk/un75/staff?at=x&role=observer", "/fr/desk/me", "/en/desk?x=https://y//z"]
)
def test_pages_of_the_desk_may_be_gone_on_to(path):
    assert rules.own_path(path) == path


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/17.4 Safari/605", "Safari, macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126 Safari/537.36 Edg/126", "Edge, Windows"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_two_words(agent, said):
    assert rules.device(agent) == said


def test_a_code_is_read_as_it_is_meant():
    assert rules.plain_code(" 123-456 ") == rules.plain_code("١٢٣٤٥٦") == rules.plain_code("１２３ ４５６") == "123456"
    assert rules.plain_code("abcd-2345 ") == "ABCD2345"
    assert rules.is_totp("123456") and not rules.is_totp("12345") and not rules.is_totp("ABCDEF")


@pytest.mark.parametrize("text", ["nobody", "a@b", "@example.org", "", "ü@example.org", "a@example.org\nBcc: b@c.org"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(rules.InvalidAddress):
        rules.checked_address(text)


def test_one_account_has_one_spelling():
    assert rules.account_of(" Ama@EXAMPLE.org ") == "ama@example.org"
    assert rules.account_of("ama@mañana.example.org") == rules.account_of("ama@xn--maana-pta.example.org")


def test_the_page_of_roles_is_the_table():
    page = (ROOT / "docs/roles.md").read_text(encoding="utf-8")
    assert page.startswith("# Roles\n") and page.endswith("\n\n" + roles.table())
    assert page.count("|---|") == roles.table().count("|---|")


def test_every_role_that_opens_personal_data_asks_for_a_second_factor():
    named = ("signatures.see", "signatures.look", "privacy.handle", "organisations.see", "signatures.export-people")
    for action in named:
        assert roles.ACTIONS[action].roles <= roles.SEE_PEOPLE
