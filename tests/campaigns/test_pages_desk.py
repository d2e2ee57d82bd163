"""The desk's pages about texts, as those who work there use them."""

import re

from app.campaigns import drafts
from app.campaigns.models import Block
from tests.campaigns.support import row

TEXT = "/en/desk/un75/texts/pages/about"


def get(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.get_data(as_text=True)


def save(client, text, key="lead", seen=None, **more):
    data = {"text": text, "seen": seen or row(slug="about", key=key).digest, **(more or {"save": ""})}
    return client.post(f"{TEXT}/edit/{key}", data=data)


def test_an_edited_page_is_out_of_date_on_the_board_in_french_and_in_public_once_it_is_published(staff, client):
    editor = staff("campaigner")
    assert "Texts" in get(editor, "/en/desk/un75")
    assert save(editor, "Entirely other words.").status_code == 303
    board = editor.get("/en/desk/un75/board.json").json
    about = next(line for line in board["documents"] if (line["kind"], line["slug"]) == ("pages", "about"))
    assert about["cells"]["fr"]["state"] == "stale" and about["cells"]["en"]["state"] == "draft"
    assert about["cells"]["fr"]["blocks_behind"] == 1 and board["totals"]["fr"]["stale"] == 1
    assert "Out of date" in get(editor, "/en/desk/un75/board")
    assert "Entirely other words" not in get(client, "/en/un75/about")
    answer = editor.post(f"{TEXT}/publish", data={"languages": ["en"], "do": "publish"})
    assert answer.status_code == 303
    assert "Published in 1 language" in get(editor, TEXT)
    assert "Entirely other words" in get(client, "/en/un75/about")
    assert 'class="notice"' in get(client, "/fr/un75/about")


def test_a_preview_shows_what_was_typed_and_saves_nothing(staff):
    before = row(slug="about").text
    page = save(staff("campaigner"), "## A heading\n\nSome *words*.", preview="").get_data(as_text=True)
    assert "<h2>A heading</h2>" in page and "<em>words</em>" in page and "Some *words*." in page
    assert row(slug="about").text == before


def test_what_is_wrong_is_said_in_the_readers_language_and_nothing_typed_is_lost(staff):
    answer = save(staff("campaigner"), "A <b>bold</b> word.")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "HTML is not allowed here" in page and "A &lt;b&gt;bold&lt;/b&gt; word." in page


def test_whoever_saves_second_sees_both_and_may_put_theirs_in_its_place(staff):
    first, second = staff("campaigner", name="Fictional First"), staff("campaigner")
    seen = row(slug="about").digest
    assert save(first, "The words of the first.").status_code == 303
    answer = save(second, "The words of the second.", seen=seen)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Fictional First" in page
    assert "<del>first</del><ins>second</ins>" in page
    newer = re.search(r'name="seen" type="hidden" value="(\w+)"', page)[1]
    assert save(second, "The words of the second.", seen=newer).status_code == 303
    assert row(slug="about").text == "The words of the second."


def test_the_history_says_who_and_what_changed_and_brings_words_back(staff):
    editor = staff("campaigner", name="Fictional Editor")
    old = row(slug="about").text
    save(editor, "Other words.")
    page = get(editor, f"{TEXT}/history/en/lead")
    assert "Fictional Editor" in page and "Brought by a pack" in page and "<ins>" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    data = {"version": version, "seen": row(slug="about").digest}
    assert editor.post(f"{TEXT}/history/en/lead", data=data).status_code == 303
    assert row(slug="about").text == old
    assert staff("translator", languages=("fr",)).post(f"{TEXT}/history/en/lead", data=data).status_code == 403
    assert "Bring these words back" not in get(staff("observer"), f"{TEXT}/history/en/lead")


def test_a_page_is_begun_gets_parts_is_published_and_removed(staff, client):
    editor = staff("campaigner")
    new = {"slug": "Why Not", "title": "Why not", "description": "Ten reasons.", "text": "First words."}
    assert editor.post("/en/desk/un75/texts/new/pages", data=new).status_code == 422
    assert editor.post("/en/desk/un75/texts/new/pages", data={**new, "slug": "about"}).status_code == 422
    assert editor.post("/en/desk/un75/texts/new/pages", data={**new, "slug": "why-not"}).status_code == 303
    here = "/en/desk/un75/texts/pages/why-not"
    part = {"key": "reasons", "after": "lead", "text": "## Reasons\n\nOne."}
    assert editor.post(f"{here}/parts", data={**part, "text": ""}).status_code == 422
    assert editor.post(f"{here}/parts", data=part).status_code == 303
    assert editor.post(f"{here}/parts/reasons", data={"do": "up"}).status_code == 303
    keys = [r.key for r in drafts.rows(drafts.campaign("un75").id, "pages", "why-not")["en"]]
    assert keys == ["head", "reasons", "lead"]
    assert client.get("/en/un75/why-not").status_code == 404
    assert editor.post(f"{here}/publish", data={"languages": "en"}).status_code == 303
    assert "First words" in get(client, "/en/un75/why-not") and "Why not" in get(client, "/en/un75")
    assert client.get("/fr/un75/why-not").status_code == 404
    assert editor.post(f"{here}/place", data={"do": "remove"}).status_code == 422
    assert editor.post(f"{here}/publish", data={"languages": "en", "do": "unpublish"}).status_code == 303
    assert editor.post(f"{here}/place", data={"do": "remove"}).status_code == 303
    assert editor.get(here).status_code == 404


def test_a_part_leaves_its_translations_too_once_that_is_published(staff, client, session):
    editor = staff("campaigner")
    keys = [r.key for r in drafts.rows(drafts.campaign("un75").id, "pages", "change")["en"]]
    assert editor.post(f"/en/desk/un75/texts/pages/change/parts/{keys[-1]}", data={"do": "remove"}).status_code == 303
    editor.post("/en/desk/un75/texts/pages/change/publish", data={"languages": "en"})
    assert session.query(Block).filter_by(kind="pages", slug="change", key=keys[-1]).count() == 0
    assert session.query(Block).filter_by(kind="pages", slug="change", key=keys[1]).count() == 6
    assert 'class="notice"' not in get(client, "/fr/un75/change")


def test_an_hour_is_set_in_a_zone_and_dropped(staff):
    editor = staff("campaigner")
    data = {"action": "publish", "at": "2031-07-01T18:30", "zone": "Asia/Kathmandu", "languages": ["en", "fr"]}
    for wrong in ({"at": "soon"}, {"at": "2020-01-01T10:00"}, {"zone": "Mars/Olympus"}, {"languages": []}):
        assert editor.post(f"{TEXT}/schedule", data={**data, **wrong}).status_code == 422, wrong
    skipped = {"at": "2031-03-30T02:30", "zone": "Europe/Paris"}
    page = editor.post(f"{TEXT}/schedule", data={**data, **skipped}).get_data(as_text=True)
    assert "never show this hour" in page
    assert editor.post(f"{TEXT}/schedule", data=data).status_code == 303
    page = get(editor, TEXT)
    assert "18:30" in page and "Asia/Kathmandu" in page
    assert editor.post(f"{TEXT}/schedule", data={"drop": "1"}).status_code == 303
    assert "To be published" not in get(editor, TEXT)


def test_what_is_not_published_yet_goes_out_at_once_by_language(staff, client):
    editor = staff("campaigner")
    assert "Everything that the desk has is published" in get(editor, "/en/desk/un75/publish-all")
    save(editor, "Entirely other words.")
    assert "<bdi>1</bdi> text" in get(editor, "/en/desk/un75/publish-all")
    assert editor.post("/en/desk/un75/publish-all").status_code == 422
    assert editor.post("/en/desk/un75/publish-all", data={"languages": "en"}).status_code == 303
    assert "Entirely other words" in get(client, "/en/un75/about")


def test_every_kind_of_text_has_its_page_and_the_list_is_searched(staff):
    someone = staff("campaigner")
    page = get(someone, "/en/desk/un75/texts")
    for path in re.findall(r'href="(/en/desk/un75/texts/(?!new)[^"]+)"', page):
        assert 'id="languages"' in get(someone, path)
        for edit in re.findall(r'href="([^"]+/edit/[^"]+)"', get(someone, path))[:2]:
            get(someone, edit)
    assert "timeline" not in get(someone, "/en/desk/un75/texts?q=privacy")
    assert "No text is like that" in get(someone, "/en/desk/un75/texts?q=zzzz")
    assert get(staff("observer"), "/ar/desk/un75/texts").count("/edit/") == 0


def test_nothing_that_can_be_typed_breaks_a_page(staff):
    editor = staff("campaigner")
    odd = "\0\ud800 {#x}\u2028".encode("utf-8", "surrogatepass")
    answers = [
        editor.get("/en/desk/un75/texts?q=%00"),
        editor.get("/en/desk/un75/texts/pages/%00"),
        editor.get(f"{TEXT}/history/en/%00"),
        editor.post(f"{TEXT}/parts", data={"key": odd, "after": odd, "text": odd}),
        editor.post(f"{TEXT}/schedule", data={"action": odd, "at": odd, "zone": odd, "languages": odd}),
        editor.post(f"{TEXT}/history/en/lead", data={"version": "9" * 30}),
        editor.post("/en/desk/un75/settings/asks/focal-point", data={"asks-focal-point-status": odd}),
        save(editor, "Zero \0 and \u200f marks."),
    ]
    assert all(answer.status_code < 500 for answer in answers), [a.status_code for a in answers]
    assert row(slug="about").text == "Zero  and \u200f marks."
