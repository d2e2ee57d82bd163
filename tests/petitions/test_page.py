"""A petition's page: how far it is, how it grew, who signed lately, and that whoever hides is gone at once."""

import gzip
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.i18n import CODES
from app.petitions import counting
from app.petitions.charts import MOST_BARS
from tests.support import PETITION, confirm_all, crowd, sign

PAGE = PETITION.format(lang="en")
NAME = "Ama Serwaa Mensah"


def page(client, path: str = PAGE) -> str:
    return client.get(path).get_data(as_text=True)


def plain(words: str) -> str:
    return re.sub(r"</?bdi>", "", words)


@pytest.mark.parametrize("path", [PAGE, "/en/un75"])
def test_a_bar_goes_to_the_next_milestone_and_counts_paper_too(client, session, path):
    crowd(session, 10, 6, on_paper=2)
    found = page(client, path)
    assert "62 of 100 signatures" in plain(found)
    assert '<progress aria-labelledby="goal" max="100" value="62"></progress>' in found


def test_milestones_of_the_campaign_come_first_and_give_way_when_they_are_reached(client, session):
    session.execute(text("UPDATE petitions_petition SET milestones = '{75, 750}'"))
    crowd(session, 15, 5)
    assert "75 of 750 signatures" in plain(page(client))


def test_before_anybody_has_signed_the_page_invites_and_draws_nothing(client):
    found = plain(page(client))
    assert "Nobody has signed yet. You can be the first." in found
    assert "The first goal: 100 signatures." in found
    assert "<progress" not in found and 'id="figures"' not in found and 'id="lately-title"' not in found


@pytest.mark.parametrize("lang", CODES)
def test_the_drawings_are_whole_told_in_words_and_stand_before_a_table(client, session, lang):
    crowd(session, 400, 150)
    found = page(client, PETITION.format(lang=lang))
    curve = re.search(r'<svg class="curve".*?</svg>', found, re.DOTALL)[0]
    root = ElementTree.fromstring(curve)
    assert root.get("role") == "img"
    for name in root.get("aria-labelledby").split():
        (told,) = (element for element in root.iter() if element.get("id") == name)
        assert told.text.strip()
    for path in root.iter("path"):
        assert re.fullmatch(r"(?:[MLHV]\d+(?: \d+)?|Z)+", path.get("d"))
    tables = re.findall(r"<table>.*?</table>", found, re.DOTALL)
    assert len(tables) == 2
    assert root.findall("path")[-1].get("d").count("L") == tables[0].count("<tr>") - 1
    bars = re.search(r'<ul class="bars".*?</ul>', found, re.DOTALL)[0]
    assert bars.count("<rect") == MOST_BARS
    assert tables[1].count("<tr>") > 200


def test_time_and_lengths_follow_the_direction_of_the_language_by_the_style_sheet_alone(client, session):
    crowd(session, 40, 5)

    def paths(lang):
        return re.findall(r' d="[^"]*"', page(client, PETITION.format(lang=lang)).partition("<main")[2])

    assert paths("ar") == paths("en")


def test_numbers_in_arabic_are_isolated(client, session):
    crowd(session, 400, 150)
    found = page(client, PETITION.format(lang="ar"))
    goal = re.search(r'<p class="goal".*?</p>', found)[0]
    assert goal.count("<bdi>") == 2
    for cell in re.findall(r"<td>.*?</td>", found):
        assert cell.startswith("<td><bdi>")


def test_areas_are_shown_by_the_rule_of_small_cells_only(app, client, session):
    for number in range(3):
        sign(client, email=f"p{number}@example.org", area="TUV")
    confirm_all(app, client)
    counting.count()
    session.commit()
    figures = page(client).partition('id="figures"')[2].partition("</section>")[0]
    assert "Tuvalu" not in figures
    assert "Oceania" in figures


@pytest.mark.parametrize("lang", ["en", "ar", "ru"])
def test_the_page_weighs_the_same_after_three_years_as_after_ten_weeks(client, session, lang):
    crowd(session, 75, 3)
    young = len(gzip.compress(client.get(PETITION.format(lang=lang)).data, 9))
    crowd(session, 3 * 365, 60)
    old = client.get(PETITION.format(lang=lang)).data
    assert len(gzip.compress(old, 9)) < young + 1024
    assert len(gzip.compress(old, 9)) < 24 * 1024


def shown_signer(app, client, session, mailbox, **changes) -> str:
    sign(client, shown="name", **changes)
    confirm_all(app, client)
    counting.count()
    session.commit()
    return mailbox()[-1].link


def test_the_last_five_who_chose_to_be_shown_stand_on_the_page(app, client, session):
    for number in range(7):
        sign(client, shown="name", name=f"Signer {'abcdefg'[number]}", email=f"p{number}@example.org")
    sign(client, shown="none", name="Hidden Person", email="hidden@example.org")
    sign(client, shown="area", name="Area Person", email="area@example.org")
    confirm_all(app, client)
    counting.count()
    session.commit()
    found = page(client)
    assert re.findall(r"Signer \w", found) == ["Signer g", "Signer f", "Signer e", "Signer d"]
    assert "Hidden Person" not in found and "Area Person" not in found
    assert PAGE + "/signatories" in found


@pytest.mark.parametrize(
    "data",
    [
        {"action": "show", "shown": "none"},
        {"action": "show", "shown": "area"},
        {"action": "withdraw"},
        {"action": "erase"},
    ],
)
@pytest.mark.parametrize("path", [PAGE, PAGE + "?from=whatsapp"])
def test_whoever_hides_is_gone_from_the_very_next_answer(app, client, session, mailbox, monkeypatch, data, path):
    link = shown_signer(app, client, session, mailbox)
    before = client.get(path)
    assert NAME in before.get_data(as_text=True)
    assert before.headers["Cache-Control"] == "no-cache"
    # As in production, where a process asks once a second only whether public pages have changed.
    monkeypatch.setattr(client.application.wsgi_app, "_check_seconds", 3600.0)
    tag = {"If-None-Match": before.headers["ETag"]}
    assert client.get(path, headers=tag).status_code == 304
    assert client.post(link, data=data).status_code == 303
    after = client.get(path, headers=tag)
    assert after.status_code == 200
    assert NAME not in after.get_data(as_text=True)


def test_a_change_that_shows_somebody_is_seen_at_once_too(app, client, session, mailbox):
    sign(client)
    confirm_all(app, client)
    assert NAME not in page(client)
    client.post(mailbox()[0].link, data={"action": "show", "shown": "name"})
    assert NAME in page(client)


def test_pages_that_may_be_kept_by_others_hold_no_name(app, client, session, mailbox):
    shown_signer(app, client, session, mailbox)
    for path in ("/en/", "/en/un75", "/en/un75?from=qr", PAGE + "/thanks", "/api/v1/petitions/focal-point"):
        answer = client.get(path)
        assert "max-age" in answer.headers["Cache-Control"], path
        assert NAME not in answer.get_data(as_text=True), path


def test_the_curve_ends_today(client, session):
    crowd(session, 30, 1)
    end = re.search(r'<p class="span">.*?datetime="([^"]*)".*?datetime="([^"]*)"', page(client), re.DOTALL)
    assert date.fromisoformat(end[2]) == clock.today()


def test_a_region_is_called_the_rest_only_where_a_country_of_it_stands_alone(client, session):
    (petition,) = session.scalars(text("SELECT id FROM petitions_petition"))
    session.execute(
        text(
            "INSERT INTO petitions_area_total (petition_id, area, confirmed, withdrawn, shown) VALUES"
            " (:id, 'KEN', 90, 0, true), (:id, 'GHA', 4, 0, false), (:id, 'TUV', 3, 0, false),"
            " (:id, 'unsaid', 1, 0, false)"
        ),
        {"id": petition},
    )
    session.commit()
    bars = re.search(r'<ul class="bars".*?</ul>', page(client), re.DOTALL)[0]
    assert re.findall(r"<span>(.*?)</span>", bars) == [
        "Kenya",
        "Africa: all other countries and areas",
        "Oceania",
        "Another area, or not said",
    ]
