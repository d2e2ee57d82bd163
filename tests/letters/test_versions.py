"""What is signed never changes: versions, what they carry over, and whom they ask again."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.campaigns.models import Block
from app.kernel import clock
from app.letters import rules, texts
from app.letters.models import LetterText, LetterVersion, Signatory
from app.letters.record import opened
from app.letters.rules import Edition
from tests.letters.support import LETTER, confirmed, form_values, letter, links, organisation, own_path, said, sign_on
from tests.support import read_mailbox, run_jobs

EDITIONS = (Edition(1, "first"), Edition(2, "editorial"), Edition(3, "material"), Edition(4, "editorial"))


def new_words(session, words: str = "We ask for more.", language: str = "en") -> None:
    """Have the published letter say something else."""
    block = session.query(Block).filter_by(kind="letters", slug="focal-point", language=language, key="text").one()
    block.text = f"{block.text}\n\n{words}"
    session.flush()


def publish(session, kind: str) -> int:
    number = texts.publish(letter(session), kind, actor=None, now=clock.now())
    session.commit()
    return number


@pytest.mark.parametrize(("signed", "told"), [(1, 2), (2, 2), (3, 4), (4, 4)])
def test_editorial_versions_carry_signatures_over_and_material_ones_do_not(signed, told):
    assert rules.stands_under(EDITIONS, signed) == told


def test_how_many_stand_under_each_version():
    assert rules.by_version(EDITIONS, {1: 20, 2: 11, 3: 200, 4: 14}) == [(4, 214), (2, 31)]
    assert rules.is_asked_again(EDITIONS, 2)
    assert not rules.is_asked_again(EDITIONS, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE letters_text SET body = 'other'",
        "UPDATE letters_text SET digest = '\\x00'",
        "UPDATE letters_version SET kind = 'material'",
        "DELETE FROM letters_text",
        "DELETE FROM letters_version",
        "TRUNCATE letters_text",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_published(session, statement):
    with pytest.raises(DBAPIError, match="never changed"):
        session.execute(text(statement))


def test_only_the_state_of_a_translation_may_rise(session):
    session.execute(text("UPDATE letters_text SET state = 'reviewed' WHERE language = 'fr'"))
    assert session.query(LetterText).filter_by(language="fr").one().state == "reviewed"


def test_a_material_change_asks_everybody_again_and_until_then_they_stand_under_what_they_signed(app, client, session):
    path = confirmed(app, client)
    stays = confirmed(app, client, **organisation(1))
    new_words(session)
    assert publish(session, "material") == 2
    app.wsgi_app.clear()
    run_jobs(app)
    assert [mail.subject.split(":")[0] for mail in read_mailbox()].count("The text has changed") == 2
    assert "2 under version 1" in said(client.get(LETTER.format(lang="en")))
    page = said(client.get(path))
    assert "The text has changed in substance" in page
    client.post(path, data={"action": "reaffirm", "text_language": "fr"})
    letter_page = said(client.get(LETTER.format(lang="en")))
    assert "1 under version 2" in letter_page
    assert "1 under version 1" in letter_page
    records = {opened(row.sealed).name: opened(row.sealed) for row in session.query(Signatory)}
    assert (records["Fictional Water League"].version, records["Fictional Water League"].text_language) == (2, "fr")
    assert records["Fictional League 1"].version == 1
    assert "The text has changed in substance" in said(client.get(stays))
    run_jobs(app)
    assert [mail.subject.split(":")[0] for mail in read_mailbox()].count("The text has changed") == 2, "asked once"


def test_an_editorial_change_carries_them_over_and_asks_nobody(app, client, session):
    confirmed(app, client)
    new_words(session)
    publish(session, "editorial")
    app.wsgi_app.clear()
    run_jobs(app)
    assert "1 under version 2" in said(client.get(LETTER.format(lang="en")))
    assert not [mail for mail in read_mailbox() if mail.subject.startswith("The text")]


def test_what_changed_is_public_and_the_old_words_stay(client, session):
    new_words(session, "We ask for a chair at the table.")
    publish(session, "material")
    page = client.get(LETTER.format(lang="en") + "/versions/2").get_data(as_text=True)
    assert "<ins>" in page
    assert "a chair at the table" in page
    old = said(client.get(LETTER.format(lang="en") + "/versions/1"))
    assert "earlier version" in old
    assert "chair at the table" not in old
    assert client.get(LETTER.format(lang="en") + "/versions/3").status_code == 404


def test_who_has_the_form_open_is_shown_the_new_version_and_keeps_what_they_typed(app, client, session):
    values = form_values(client, name="Fictional Fire League")
    new_words(session)
    publish(session, "material")
    app.wsgi_app.clear()
    answer = client.post(LETTER.format(lang="en"), data=values)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "A new version of the letter was published" in page
    assert 'value="Fictional Fire League"' in page
    assert "We ask for more." in page
    assert session.query(Signatory).count() == 0


def test_an_end_that_passed_while_the_form_was_open_is_told_and_nothing_typed_is_lost(app, client, session):
    values = form_values(client)
    it = letter(session)
    it.closes_at, it.time_zone = clock.now(), "Etc/UTC"
    session.commit()
    app.wsgi_app.clear()
    answer = client.post(LETTER.format(lang="en"), data=values)
    assert answer.status_code == 409
    assert "closed before your form came" in answer.get_data(as_text=True)
    assert 'value="ama@fictional-water.org"' in answer.get_data(as_text=True)
    assert session.query(Signatory).count() == 0


def test_a_letter_that_is_not_translated_stands_as_it_was_negotiated_and_can_be_signed_so(app, client, session):
    new_words(session)
    for block in session.query(Block).filter_by(kind="letters", slug="focal-point", language="fr"):
        session.delete(block)
    publish(session, "material")
    app.wsgi_app.clear()
    page = client.get(LETTER.format(lang="fr")).get_data(as_text=True)
    assert 'lang="en" dir="ltr"' in page
    confirmed(app, client, "fr")
    assert opened(session.query(Signatory).one().sealed).text_language == "en"


def test_nothing_new_is_no_version(session):
    with pytest.raises(texts.NothingNew):
        publish(session, "material")
    assert session.query(LetterVersion).count() == 1


def test_a_translation_that_comes_later_joins_the_version(app, session):
    it = letter(session)
    blocks = session.query(Block).filter_by(kind="letters", slug="focal-point", language="es").all()
    kept = [
        (block.key, block.fields, block.text, block.digest, block.place, block.source, block.state) for block in blocks
    ]
    position = blocks[0].position
    for block in blocks:
        session.delete(block)
    new_words(session)
    publish(session, "material")
    assert "es" not in texts.held(it, 2)
    for key, fields, words, digest, place, source, state in kept:
        values = {"campaign_id": it.campaign_id, "kind": "letters", "slug": it.slug, "language": "es"}
        made = Block(
            key=key, fields=fields, text=words, digest=digest, place=place, source=source, state=state, **values
        )
        made.position, made.changed_at = position, clock.now()
        session.add(made)
    session.flush()
    assert texts.add_translations(it, now=clock.now()) == ["es"]
    assert "es" in texts.held(it, 2)


def test_a_version_that_came_before_the_mail_was_opened_is_shown_and_asked_for_after_confirming(app, client, session):
    sign_on(client)
    run_jobs(app)
    path = own_path(client, links()["ama@fictional-water.org"])
    new_words(session)
    publish(session, "material")
    app.wsgi_app.clear()
    assert "Here you confirm version 1" in said(client.get(path))
    answer = client.post(path, data={"action": "confirm", "visibility": "public"})
    assert answer.status_code == 303 and answer.headers["Location"] == path
    page = said(client.get(path))
    assert "It is confirmed and counts." in page and "I sign version 2, too" in page
    client.post(path, data={"action": "reaffirm", "text_language": "en"})
    assert session.query(Signatory).one().version == 2


def test_a_translation_that_is_behind_is_no_part_of_a_version_of_other_substance(app, client, session):
    new_words(session, "And soon.")
    session.query(Block).filter_by(slug="focal-point", kind="letters", language="en", key="text").one().digest = (
        "0" * 16
    )
    session.flush()
    assert texts.behind(letter(session)) == {"ar", "zh", "fr", "ru", "es"}
    assert publish(session, "editorial") == 2
    assert len(texts.held(letter(session), 2)) == 6, "the wording alone: translations say the same"
    new_words(session, "And for all.")
    assert publish(session, "material") == 3
    assert set(texts.held(letter(session), 3)) == {"en"}
    app.wsgi_app.clear()
    page = said(client.get(LETTER.format(lang="fr")))
    assert "And for all." in page and "négociée" in page, "in French it stands as it was negotiated"
