"""Bad input: every error in the reader's language beside its field and in the summary, and nothing typed is lost."""

from datetime import timedelta

import pytest

from app.kernel import clock
from app.kernel.typed import clean_name
from app.petitions.models import PetitionText, Signature
from tests.support import PETITION, form_values, sign

TYPED = {"name": "Łucja Nowak-Ñandú", "email": "lucja@example.org", "area": "POL", "shown": "area", "updates": "y"}


def test_everything_missing_is_said_once_beside_its_field_and_once_in_the_summary(client):
    answer = client.post(PETITION.format(lang="en"), data={"token": form_values(client)["token"]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    for words in (
        "Please write your name.",
        "Please write your e-mail address",
        "Please choose where you live",
        "We may only",
    ):
        assert page.count(words) == 2, words
    for field in ("name", "email", "area", "consent"):
        assert f'href="#{field}"' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"email": "lucja@"}, {"area": "ZZZ"}, {"consent": None}, {"shown": "everybody"}]
)
def test_what_was_typed_stays_in_the_form(client, session, wrong):
    answer = sign(client, **{**TYPED, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for key, value in {**TYPED, **wrong}.items():
        if key in ("name", "email") and value:
            assert f'value="{value}"' in page
    if wrong.get("area") is None:
        assert 'value="POL" selected' in page or 'selected value="POL"' in page
    assert session.query(Signature).count() == 0


@pytest.mark.parametrize("lang", ["ar", "zh", "fr", "ru", "es"])
def test_errors_speak_the_readers_language(client, lang):
    page = client.post(PETITION.format(lang=lang), data={"token": "x"}).get_data(as_text=True)
    for words in ("Please write your name", "Please choose where you live", "We may only count", "has changed since"):
        assert words not in page


def test_a_text_that_changed_meanwhile_shows_the_filled_form_again(client, session):
    values = form_values(client, **TYPED)
    words = session.query(PetitionText).filter_by(language="en").one()
    words.digest = b"x" * 32
    session.commit()
    answer = client.post(PETITION.format(lang="en"), data=values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The text of the petition has changed" in page
    assert 'value="lucja@example.org"' in page
    assert session.query(Signature).count() == 0


def test_an_expired_token_shows_the_filled_form_again_and_then_works(client, session, monkeypatch):
    values = form_values(client, **TYPED)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9))
    answer = client.post(PETITION.format(lang="en"), data=values)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "open for more than a week" in page
    assert 'value="lucja@example.org"' in page
    from tests.support import FIELD

    assert client.post(PETITION.format(lang="en"), data={**values, "token": FIELD.search(page)[1]}).status_code == 303


def test_a_token_lasts_eight_days_on_a_page_left_open(client, session, monkeypatch):
    values = form_values(client)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=8))
    assert client.post(PETITION.format(lang="en"), data=values).status_code == 303


@pytest.mark.parametrize(
    "name",
    [
        "http://win.example",
        "Buy at cheap.com",
        "cheap.co.uk for all",
        "Read cheap.news",
        "=HYPERLINK(1)",
        "+1 555",
        "@everyone",
        "-x",
        "12345",
        "   ",
        "\u202e\u200b",
        "＝HYPERLINK(a)",
        "＋a",
        "－a",
        "＠a",
        "−a",
        "  =a",
        "'=a",
        '"@a',
        "« ＝a",
        "\u200b=a",
        "\t=a",
        "Ama http:spam",
        "Ama ｗｗｗ．spam．example",
        "Ama cheap。com",
        "Ama t.me/spam",
        "ama＠example.org",
        "Ama mailto:x",
        "\u3164\u3164",
        "\u2800",
    ],
)
def test_a_name_that_is_none_is_refused_politely(client, session, name):
    answer = sign(client, name=name)
    assert answer.status_code == 422
    assert session.query(Signature).count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "محمد عبد الله",
        "李小龙",
        "Иван Петров",
        "Ama",
        "Ó Briain",
        "Jean-Luc",
        "D'Angelo",
        "นภา",
        "علی‌رضا",
        "J. R. Smith",
        "ʻAkahi",
        "'Abd al-Rahman",
        "Dr.Müller",
        "St.John Smith",
        "शर्मा",
        "क्\u200dष",
        "ක්\u200dරි",
        "می\u200cنا",
    ],
)
def test_names_of_all_scripts_are_taken_as_they_are(client, session, name):
    assert sign(client, name=name).status_code == 303
    assert session.query(Signature).one().name == name


def test_override_and_zero_width_characters_are_cleaned_out_of_names():
    assert clean_name("  Am\u202ea \u200b\u2066Mensah\u0000 ") == "Ama Mensah"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Am\u200ca", "Ama"),
        ("Am\u200da", "Ama"),
        ("\u200dAma\u200c", "Ama"),
        ("علی\u200c", "علی"),
        ("علی\u200c رضا", "علی رضا"),
        ("علی\u200c\u200cرضا", "علی\u200cرضا"),
        ("\u2067علی\u2069 \u202bرضا\u202c", "علی رضا"),
        ("Ame\u200b\u0301lie", "Amélie"),
        ("A\u034fma\u3164", "Ama"),
        ("Ama\nMensah\tx", "Ama Mensah x"),
        ("क्\u200d" * 60, "क्\u200d" * 60),
    ],
)
def test_joiners_stay_only_where_letters_need_them(typed, kept):
    assert clean_name(typed) == kept


def test_rubbish_in_the_form_is_an_error_on_the_page_and_no_breakdown(client):
    rubbish = {"name": "x" * 5000, "email": "y" * 5000 + "@z", "area": "\u0000", "shown": "\ud7ff", "token": "\u0660"}
    assert client.post(PETITION.format(lang="en"), data=rubbish).status_code == 422
    assert (
        client.post(
            PETITION.format(lang="en"), data=b"\xff\xfe%%%", content_type="application/x-www-form-urlencoded"
        ).status_code
        == 422
    )
    assert client.post(PETITION.format(lang="en"), data={"name": "x" * 400_000}).status_code == 413
