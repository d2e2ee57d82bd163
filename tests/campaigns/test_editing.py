"""Editing: what is saved has passed the pack's checks, nobody's words are lost, and nobody reviews their own work."""

import pytest

from app.campaigns import drafts, editing, history
from app.campaigns.models import Block, Draft
from app.kernel import clock
from tests.desk_support import make_staff


@pytest.fixture
def campaign(app):
    return drafts.campaign("un75")


@pytest.fixture
def people(app):
    return make_staff("campaigner").id, make_staff("translator", languages=("fr",)).id, make_staff("campaigner").id


def row(language="en", key="lead", kind="pages", slug="why") -> Draft:
    return next(r for r in drafts.rows(drafts.campaign("un75").id, kind, slug)[language] if r.key == key)


def save(campaign, actor, *, language="en", key="lead", kind="pages", slug="why", **said):
    said.setdefault("seen", row(language, key, kind, slug).digest)
    return editing.save_block(campaign, kind, slug, language, key, actor=actor, now=clock.now(), **said)


def test_an_edit_is_kept_with_who_and_what_and_changes_nothing_in_public(campaign, people, session, client):
    old = row().text
    save(campaign, people[0], text="Other words entirely.\r\n\r\n\r\nMore. ")
    assert row().text == "Other words entirely.\n\nMore."
    newest, before = history.of_block(campaign.id, "pages", "why", "en", "lead")[:2]
    assert (newest.text, newest.actor, newest.what) == (row().text, people[0], "edited")
    assert (before.text, before.what) == (old, "imported")
    public = session.query(Block).filter_by(kind="pages", slug="why", language="en", key="lead").one()
    assert public.text == old
    step = history.steps([newest, before])[0]
    assert step.by == "Fictional campaigner"
    assert "".join(text for kind, text in step.changes if kind != "removed") == row().text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "block-empty"),
        ("<b>Bold</b>", "html"),
        ("![a](https://a.example/b.png)", "picture"),
        ("#### Too deep", "heading"),
        ("[x](ftp://a.example/)", "link"),
        ("Words\n{#other}\nmore", "marker"),
    ],
)
def test_what_a_pack_could_not_carry_is_not_saved(campaign, people, text, code):
    before = row().text
    with pytest.raises(editing.BlockFaults) as wrong:
        save(campaign, people[0], text=text)
    assert code in [each.finding.code for each in wrong.value.wrong]
    assert row().text == before


def test_a_translation_that_lost_a_link_is_not_saved_unless_it_says_it_is_of_an_older_text(campaign, people):
    with pytest.raises(editing.BlockFaults) as wrong:
        save(campaign, people[1], language="fr", key="gate", text="Sans aucun lien.")
    assert {"link-missing"} <= {each.finding.code for each in wrong.value.wrong}
    save(campaign, people[1], language="fr", key="gate", text="Sans aucun lien.", made_from="000000000000")
    assert (row("fr", "gate").text, row("fr", "gate").source) == ("Sans aucun lien.", "000000000000")


def test_whoever_is_slower_is_told_and_both_texts_are_there(campaign, people):
    seen = row().digest
    save(campaign, people[0], text="The first to save.")
    with pytest.raises(editing.Conflict) as conflict:
        save(campaign, people[2], text="The second to save.", seen=seen)
    assert conflict.value.current.text == "The first to save."


def test_a_translation_is_a_draft_until_somebody_else_reviews_it(campaign, people):
    _, translator, reviewer = people
    block = row("fr", "lead")
    save(campaign, translator, language="fr", text=block.text + " Encore.", made_from=row().digest)
    here = ("pages", "why", "fr", "lead")
    with pytest.raises(editing.OwnWork):
        editing.review(campaign, *here, seen=row("fr").digest, actor=translator, now=clock.now())
    editing.review(campaign, *here, seen=row("fr").digest, actor=reviewer, now=clock.now())
    assert (row("fr").state, row("fr").written_by, row("fr").reviewed_by) == ("reviewed", translator, reviewer)
    save(campaign, reviewer, language="fr", text="Autre chose.")
    assert (row("fr").state, row("fr").reviewed_by) == ("draft", None)


def test_words_of_before_come_back_as_a_version_of_their_own(campaign, people):
    old = row().text
    save(campaign, people[0], text="Other words.")
    before = history.of_block(campaign.id, "pages", "why", "en", "lead")[1]
    editing.restore(campaign, before, seen=row().digest, actor=people[0], now=clock.now())
    assert row().text == old
    assert [v.what for v in history.of_block(campaign.id, "pages", "why", "en", "lead")][:3] == [
        "restored",
        "edited",
        "imported",
    ]


def test_what_a_translation_was_made_from_is_found_again(campaign, people):
    old = row()
    pair = (old.key, row("fr").source)
    old_text = old.text
    save(campaign, people[0], text="Other words.")
    assert history.said(campaign.id, "pages", "why", "en", [pair])[pair].text == old_text


def test_a_mail_keeps_its_placeholders(campaign, people):
    body = row("fr", "body", "mails", "confirm").text
    with pytest.raises(editing.BlockFaults):
        save(
            campaign,
            people[1],
            language="fr",
            key="body",
            kind="mails",
            slug="confirm",
            text=body.replace("{name}", ""),
        )
