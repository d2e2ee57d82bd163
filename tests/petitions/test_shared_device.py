"""On a device that others use: nothing comes back, nothing is kept, and the reader is told what no site can clear."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.campaigns.queries import CampaignView
from app.kernel import clock, switches
from app.kernel.http import FORGET
from app.petitions import operations
from app.petitions.models import Signature
from tests.support import FIELD, PETITION, confirm_all, form_values, run_jobs, sign

HERE = PETITION.format(lang="en")
TYPED = {"name": "Łucja Nowak-Ñandú", "email": "lucja@example.org", "area": "POL", "shown": "name", "updates": "y"}
FORM = re.compile(r'<form method="(?:post|get)".*?</form>', re.DOTALL)
CONTROL = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
BOX = re.compile(r'<input[^>]*name="shared_device"[^>]*>')


def test_the_form_for_a_shared_device_lets_the_browser_fill_in_and_keep_nothing(client):
    answer = client.get(f"{HERE}/shared")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    (form,) = FORM.findall(answer.get_data(as_text=True))
    assert 'autocomplete="off"' in form.partition(">")[0]
    controls = CONTROL.findall(form)
    assert len(controls) >= 9
    for control in controls:
        assert 'autocomplete="off"' in control, control
    assert "checked" in BOX.search(form)[0]


@pytest.mark.parametrize("path", ["/en/un75", HERE])
def test_it_stands_above_the_ordinary_form_in_which_the_box_is_empty_and_the_browser_may_help(client, path):
    page = client.get(path).get_data(as_text=True)
    (form,) = FORM.findall(page)
    assert f'href="{HERE}/shared#sign"' in page.partition(form)[0]
    assert "checked" not in BOX.search(form)[0]
    assert 'autocomplete="name"' in form and 'autocomplete="email"' in form


@pytest.mark.parametrize("wrong", [{"email": "lucja@"}, {"consent": None}, {"area": ""}, {"token": "x"}])
def test_nothing_that_was_typed_comes_back(client, session, wrong):
    answer = sign(client, **{**TYPED, **wrong}, shared_device="y")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    assert "As you share this device, we did not keep what you typed." in page
    for words in ("Łucja", "lucja", 'selected value="POL"', 'value="POL" selected'):
        assert words not in page
    (form,) = FORM.findall(page)
    checked = [control for control in CONTROL.findall(form) if "checked" in control]
    assert [re.search(r'name="(\w+)"', control)[1] for control in checked] == ["shown", "shared_device"]
    assert 'value="none"' in checked[0]
    assert all('autocomplete="off"' in control for control in CONTROL.findall(form))
    assert session.query(Signature).count() == 0


def test_nothing_that_was_typed_comes_back_while_signing_is_paused_either(client, session):
    values = form_values(client, **TYPED, shared_device="y")
    switches.pause("signing", clock.now())
    session.commit()
    answer = client.post(HERE, data=values)
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "lucja" not in page and "Nothing you typed is lost" not in page


def test_what_is_wrong_is_still_said_beside_its_field(client):
    page = sign(client, email="lucja@", shared_device="y").get_data(as_text=True)
    assert page.count("This is no complete e-mail address") == 2


def test_an_old_page_does_not_promise_that_nothing_is_lost(client, monkeypatch):
    values = form_values(client, **TYPED, shared_device="y")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9))
    page = client.post(HERE, data=values).get_data(as_text=True)
    assert "open for more than a week" in page
    assert "Nothing is lost" not in page and "lucja@" not in page


def test_after_signing_the_browser_is_asked_to_forget_twice_and_the_page_says_what_stays(client, session):
    page = client.get(f"{HERE}/shared").get_data(as_text=True)
    values = {**form_values(client, shared_device="y"), "token": FIELD.search(page)[1]}
    answer = client.post(HERE, data=values)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{HERE}/thanks/shared"
    last = client.get(answer.headers["Location"])
    for found in (answer, last):
        assert found.headers["Clear-Site-Data"] == FORGET == '"cache", "cookies", "storage"'
        assert found.headers["Cache-Control"] == "no-store"
    words = last.get_data(as_text=True)
    for said in ("One step is left", "No site can clear it", "close the window", "/en/leave"):
        assert said in words
    assert session.query(Signature).count() == 1


def test_who_shares_no_device_keeps_the_page_that_may_be_cached(client):
    answer = sign(client)
    assert answer.headers["Location"] == f"{HERE}/thanks"
    thanks = client.get(f"{HERE}/thanks")
    assert "Clear-Site-Data" not in answer.headers and "Clear-Site-Data" not in thanks.headers
    assert thanks.headers["Cache-Control"].startswith("public")
    assert "You share this device" not in thanks.get_data(as_text=True)


def test_sharing_a_device_costs_the_same_statement(client):
    from tests.house.queries import counted

    values = form_values(client)
    with counted() as alone:
        client.post(HERE, data=values)
    with counted() as shared:
        client.post(HERE, data={**values, "shared_device": "y"})
    assert alone.statements == shared.statements


def test_every_form_has_the_box(app, client, mailbox):
    sign(client)
    run_jobs(app)
    link = mailbox()[0].link
    pages = [
        client.get(path).get_data(as_text=True)
        for path in ("/en/un75", HERE, f"{HERE}/shared", f"{HERE}/mastodon", link)
    ]
    client.post(link, data={"action": "confirm"})
    client.post(link, data={"action": "show", "shown": "none", "updates": "y"})
    pages += [client.get(path).get_data(as_text=True) for path in (link, f"{link}/news")]
    forms = [form for page in pages for form in FORM.findall(page)]
    assert len(forms) == sum(page.count("<form") for page in pages) == 7
    for form in forms:
        assert len(BOX.findall(form)) == 1


@pytest.mark.parametrize("server", ["mastodon.social", "no server"])
def test_not_even_the_name_of_a_server_comes_back_or_stays(client, server):
    answer = client.get(f"{HERE}/mastodon", query_string={"server": server, "shared_device": "y"})
    assert (answer.headers["Clear-Site-Data"], answer.headers["Cache-Control"]) == (FORGET, "no-store")
    assert f'value="{server}"' not in answer.get_data(as_text=True)
    assert "Clear-Site-Data" not in client.get(f"{HERE}/mastodon?server={server}").headers


@pytest.mark.parametrize(
    ("action", "confirmed_before"),
    [("confirm", False), ("not-me", False), ("show", True), ("withdraw", False), ("withdraw", True), ("erase", True)],
)
def test_whatever_one_does_with_a_signature_the_browser_is_asked_to_forget(
    app, client, mailbox, action, confirmed_before
):
    sign(client)
    if confirmed_before:
        confirm_all(app, client)
    run_jobs(app)
    link = mailbox()[0].link
    assert client.get(link).headers["Cache-Control"] == "no-store"
    answer = client.post(link, data={"action": action, "shown": "none", "shared_device": "y"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/shared")
    last = client.get(answer.headers["Location"])
    for found in (answer, last):
        assert found.headers["Clear-Site-Data"] == FORGET
        assert found.headers["Cache-Control"] == "no-store"
    assert "Delete this entry first" in last.get_data(as_text=True)


def test_ending_the_news_on_a_shared_device_leaves_nothing_either(app, client, mailbox):
    sign(client, updates="y")
    confirm_all(app, client)
    answer = client.post(f"{mailbox()[0].link}/news", data={"shared_device": "y"})
    assert answer.status_code == 200
    assert answer.headers["Clear-Site-Data"] == FORGET
    assert "No site can clear it" in answer.get_data(as_text=True)


def test_the_page_of_a_signature_is_not_filled_in_again_by_the_browser(app, client, mailbox):
    sign(client, shown="name")
    confirm_all(app, client)
    (form,) = FORM.findall(client.get(mailbox()[0].link).get_data(as_text=True))
    assert 'autocomplete="off"' in form.partition(">")[0]


@pytest.mark.parametrize("area", ["CHN", "IND", "GHA", "unsaid", "other"])
def test_nobody_is_shown_who_did_not_choose_it_however_often_they_sign(client, session, area):
    for _ in range(2):
        sign(client, area=area, shown=None)
        assert [s.shown for s in session.query(Signature)] == ["none"]
    (signature,) = session.query(Signature)
    operations.confirm(signature.id, clock.now())
    session.commit()
    sign(client, area=area, shown="name")
    assert [s.shown for s in session.query(Signature)] == ["none"]


@pytest.fixture
def safety_page(monkeypatch):
    """The campaign has a page about safety."""
    pages = CampaignView.__init__

    def with_safety(self, *args, **kwargs):
        pages(self, *args, **kwargs)
        known = {slug for slug, _ in self.pages}
        object.__setattr__(self, "pages", (*self.pages, *(() if "safety" in known else (("safety", "Safety"),))))

    monkeypatch.setattr(CampaignView, "__init__", with_safety)


PLACES = ["/en/un75", "/en/un75/why", HERE, f"{HERE}/shared", f"{HERE}/thanks", f"{HERE}/thanks/shared"]


@pytest.mark.parametrize("path", [*PLACES, "/en/done/focal-point/withdrawn"])
def test_every_page_of_the_campaign_leads_to_its_page_about_safety(client, safety_page, path):
    page = client.get(path).get_data(as_text=True)
    assert 'href="/en/un75/safety"' in page.partition('<footer class="foot">')[2]


@pytest.mark.parametrize("path", [path for path in PLACES if path != "/en/un75/why"])
def test_the_risk_is_said_where_one_signs_with_the_way_to_the_page_about_safety(client, safety_page, path):
    main = client.get(path).get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    assert "signing can bring harm" in main
    assert '<a href="/en/un75/safety">How to stay safe</a>' in main


def test_a_campaign_without_that_page_is_not_linked_to_one(client, monkeypatch):
    from app.campaigns import queries

    found = queries.campaign_view

    def without(slug, language):
        view = found(slug, language)
        return replace(view, pages=tuple(page for page in view.pages if page[0] != "safety"))

    monkeypatch.setattr(queries, "campaign_view", without)
    for path in PLACES:
        assert "/safety" not in client.get(path).get_data(as_text=True)
