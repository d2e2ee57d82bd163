"""The translator's page: what is behind is marked, only one's own languages are open, nothing typed is lost, nobody
reviews their own work."""

from datetime import timedelta

import pytest

from app.accounts.models import Staff
from app.campaigns import drafts, editing, glossary_book, history, translating
from app.campaigns.glossary import Entry, Said
from app.campaigns.models import BlockVersion, Draft
from app.kernel import clock
from app.kernel.db import db
from tests.desk_support import make_staff, signed_in

WHY = "/en/desk/un75/translate/fr/pages/why"


@pytest.fixture
def campaign(app):
    return drafts.campaign("un75")


def draft(language, key="lead", slug="why", kind="pages") -> Draft:
    held = drafts.rows(drafts.campaign("un75").id, kind, slug)[language]
    return next((row for row in held if row.key == key), None)


def edit_source(campaign, key="lead", old="The United Nations", new="The United Nations today", slug="why"):
    editor = make_staff("campaigner").id
    row = draft("en", key, slug)
    assert old in row.text
    place = ("pages", slug, "en", key)
    text = row.text.replace(old, new, 1)
    editing.save_block(campaign, *place, text=text, seen=row.digest, actor=editor, now=clock.now())
    db.session.commit()


def save(client, key="lead", url=WHY, **form):
    row, source = draft(url.split("/")[5], key), draft("en", key)
    form.setdefault("seen", row.digest if row else "")
    form.setdefault("made_from", source.digest)
    return client.post(f"{url}/{key}", data=form)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_both_sides_are_in_their_own_language_and_direction(staff):
    page = text(staff("translator", languages=["ar"]).get(WHY.replace("/fr/", "/ar/")))
    assert '<div class="words" lang="en" dir="ltr" translate="no">' in page
    assert 'name="words" lang="ar" dir="rtl"' in page


def test_what_has_changed_in_the_original_is_marked_word_by_word(campaign, staff):
    client = staff("translator", languages=["fr"])
    edit_source(campaign)
    page = text(client.get(WHY))
    assert "<ins>today </ins>" in page or "<ins> today</ins>" in page
    assert page.count('data-state="stale"') == 1
    answer = save(client, words=draft("fr").text.replace("L’ONU", "L’ONU aujourd’hui"))
    assert answer.status_code == 303
    assert draft("fr").source == draft("en").digest and draft("fr").state == "draft"
    assert 'data-state="stale"' not in text(client.get(WHY))


def test_where_it_is_not_known_what_it_was_made_from_the_page_says_so(campaign, staff):
    draft("fr").source = "0" * 12
    db.session.commit()
    page = text(staff("translator", languages=["fr"]).get(WHY))
    assert "is not known here" in page and "<ins>" not in page


def test_a_translator_may_only_touch_their_languages(staff):
    client = staff("translator", languages=["fr"])
    before = draft("es").text
    assert client.get(WHY.replace("/fr/", "/es/")).status_code == 403
    assert save(client, url=WHY.replace("/fr/", "/es/"), words="Nada").status_code == 403
    assert client.post(f"{WHY.replace('/fr/', '/es/')}/lead/review", data={}).status_code == 403
    assert client.get(WHY.replace("/fr/", "/en/")).status_code == 404
    assert draft("es").text == before
    start = text(client.get("/en/desk/un75/translate"))
    assert "Français" in start.split("<main")[1] and "Español" not in start.split("<main")[1].split("</main>")[0]


def test_what_is_wrong_is_told_at_the_block_and_what_was_typed_is_kept(staff):
    client = staff("translator", languages=["fr"])
    before = draft("fr", "gate").text
    answer = save(client, "gate", words="Un texte <b>sans</b> lien.")
    assert answer.status_code == 422
    page = text(answer)
    at = page[page.index('id="b-gate"') : page.index("</section>", page.index('id="b-gate"'))]
    assert "of the original is missing" in at and "HTML is not allowed" in at
    assert "Un texte &lt;b&gt;sans&lt;/b&gt; lien." in at
    assert draft("fr", "gate").text == before


def test_a_placeholder_that_is_missing_is_a_fault(staff):
    client = staff("translator", languages=["fr"])
    row, source = draft("fr", "body", "confirm", "mails"), draft("en", "body", "confirm", "mails")
    form = {"words": row.text.replace("{petition}", "XX"), "seen": row.digest, "made_from": source.digest}
    answer = client.post("/en/desk/un75/translate/fr/mails/confirm/body", data=form)
    assert answer.status_code == 422 and "{petition}" in text(answer)


def test_whoever_was_slower_sees_the_newer_words_and_keeps_their_own(staff):
    one, two = staff("translator", languages=["fr"]), staff("translator", languages=["fr"])
    seen, old = draft("fr").digest, draft("fr").text
    assert save(one, words=f"{old} Premier.", seen=seen).status_code == 303
    answer = save(two, words=f"{old} Second.", seen=seen)
    assert answer.status_code == 409
    assert "Premier." in text(answer) and "Second.</textarea>" in text(answer)
    assert draft("fr").text.endswith("Premier.")
    assert save(two, words=f"{old} Second.", seen=draft("fr").digest).status_code == 303


def test_who_translated_a_text_cannot_review_it_and_somebody_else_can(staff):
    one, two = staff("translator", languages=["fr"]), staff("translator", languages=["fr"])
    save(one, words=f"{draft('fr').text} Encore.")
    form = {"seen": draft("fr").digest}
    answer = one.post(f"{WHY}/lead/review", data=form)
    assert answer.status_code == 422 and "cannot review it" in text(answer)
    assert draft("fr").state == "draft"
    assert two.post(f"{WHY}/lead/review", data=form).status_code == 303
    assert draft("fr").state == "reviewed" and draft("fr").reviewed_by == two.staff_id
    assert "alone in the campaign" not in text(two.get(WHY))


def test_who_is_alone_may_review_their_own_words_a_day_later_and_it_is_marked(campaign, staff, session):
    only = staff("administrator")
    save(only, words=f"{draft('fr').text} Encore.")
    form = {"seen": draft("fr").digest}
    assert only.post(f"{WHY}/lead/review", data=form).status_code == 422
    version = session.query(BlockVersion).filter_by(actor=only.staff_id).one()
    version.at -= translating.ALONE_AFTER + timedelta(minutes=1)
    session.commit()
    other = make_staff("translator", languages=["fr"])
    assert only.post(f"{WHY}/lead/review", data=form).status_code == 422
    other.disabled_at = clock.now()
    session.commit()
    assert only.post(f"{WHY}/lead/review", data=form).status_code == 303
    assert draft("fr").state == "reviewed"
    assert "Reviewed by its own translator" in text(only.get(WHY))


def test_names_in_this_room_are_pseudonyms_where_somebody_has_one(app, staff):
    someone = make_staff("translator", languages=["fr"], name="Fictional Real Name")
    someone.pseudonym = "Fictional Heron"
    db.session.commit()
    row = draft("fr")
    place = ("pages", "why", "fr", "lead")
    campaign = drafts.campaign("un75")
    editing.save_block(campaign, *place, text=f"{row.text} Oui.", seen=row.digest, actor=someone.id, now=clock.now())
    db.session.commit()
    page = text(staff("campaigner").get(WHY))
    assert "Translated by Fictional Heron" in page and "Fictional Real Name" not in page


def test_credit_in_public_is_only_for_who_chose_it(app, client, session):
    from app.campaigns.models import Block
    from app.kernel import pagecache

    campaign = drafts.campaign("un75")
    people = [make_staff("translator", languages=["fr"], name=f"Fictional {n}") for n in ("Open", "Hidden")]
    people[0].credited = True
    for person, key in zip(people, ("lead", "gate"), strict=True):
        row = draft("fr", key)
        version = editing.save_block(
            campaign, "pages", "why", "fr", key, text=f"{row.text} Oui.", seen=row.digest, actor=person.id,
            now=clock.now(),
        )  # fmt: skip
        public = session.query(Block).filter_by(kind="pages", slug="why", language="fr", key=key).one()
        public.text, public.digest = version.text, version.digest
    pagecache.bump()
    session.commit()
    page = text(client.get("/fr/un75/why"))
    assert "Fictional Open" in page and "Fictional Hidden" not in page
    assert "Fictional Open" not in text(client.get("/es/un75/why"))
    session.get(Staff, people[0].id).credited = False
    pagecache.bump()
    session.commit()
    app.wsgi_app.clear()
    assert "Fictional Open" not in text(client.get("/fr/un75/why"))


def test_terms_of_the_glossary_stand_beside_the_parts_they_occur_in(campaign, staff, session):
    actor = make_staff("campaigner").id
    words = {"fr": Said("statut consultatif", ("droit de vote",))}
    glossary_book.put(campaign, Entry("consultative  Status", "ECOSOC", words), actor, clock.now(), ["fr"])
    session.commit()
    client = staff("translator", languages=["fr"])
    page = text(client.get(WHY))
    sources = [history.plain("pages", row) for row in drafts.rows(campaign.id, "pages", "why")["en"]]
    assert page.count("statut consultatif</bdi>") == sum("consultative status" in s.lower() for s in sources) > 0
    save(client, "gate", words=draft("fr", "gate").text + "\n\nLe droit de vote.")
    assert "The glossary does not want this word here" in text(client.get(WHY))


def test_the_page_leads_to_what_waits_next(campaign, staff):
    client = staff("translator", languages=["fr"])
    assert "To the first part that waits" not in text(client.get(WHY))
    edit_source(campaign)
    edit_source(campaign, "gate", "the main way in", "the only way in")
    page = text(client.get(WHY))
    assert '<a class="button second" href="#b-lead">' in page
    lead = page[page.index('id="b-lead"') :]
    assert '<a href="#b-gate">The next part that waits</a>' in lead[: lead.index("</section>")]
    call = text(client.get(WHY.replace("/why", "/call")))
    assert f'href="{WHY}#b-lead"' in call and "Further:" in call


def test_the_page_costs_the_same_number_of_queries_however_long_it_is(app, staff):
    from tests.house.queries import counted

    client = staff("translator", languages=["fr"])
    with counted() as short:
        client.get(WHY.replace("/why", "/call"))
    with counted() as long:
        client.get(WHY.replace("/why", "/timeline"))
    assert len(short.statements) == len(long.statements) <= 16


def test_a_question_is_asked_answered_and_counted(campaign, staff):
    from app.campaigns import questions

    translator = staff("translator", languages=["fr"])
    stranger = staff("translator", languages=["es"])
    campaigner = staff("campaigner")
    assert translator.post(f"{WHY}/lead/ask", data={"question": " "}).status_code == 422
    assert translator.post(f"{WHY}/nothing/ask", data={"question": "Who?"}).status_code == 404
    assert translator.post(f"{WHY}/lead/ask", data={"question": "Is <it> one word?"}).status_code == 303
    assert [row[1] for row in questions.waiting(campaign.slug)] == [1]
    assert "Is &lt;it&gt; one word?" in text(translator.get(WHY))
    listed = text(campaigner.get("/en/desk/un75/questions"))
    assert "Is &lt;it&gt; one word?" in listed and "Your answer" in listed
    assert "one word?" not in text(stranger.get("/en/desk/un75/questions?show=all"))
    (thread,) = questions.on_document(campaign.id, "pages", "why", "fr")["lead"]
    assert stranger.post(f"/en/desk/un75/questions/{thread.id}", data={"words": "Yes."}).status_code == 404
    assert campaigner.post(f"/en/desk/un75/questions/{thread.id}", data={"words": "Two."}).status_code == 303
    assert not questions.waiting(campaign.slug)
    assert "Two." in text(translator.get(WHY))
    assert translator.post(f"/en/desk/un75/questions/{thread.id}", data={"words": "Sure?"}).status_code == 303
    assert [row[1] for row in questions.waiting(campaign.slug)] == [1]


def test_a_page_of_the_translator_says_nothing_for_who_may_not_translate(app):
    assert signed_in(app, "moderator").get(WHY).status_code == 403
