"""A gift's whole way in a real browser without JavaScript, against a Stripe of our own: signed, 25 EUR given in French,
confirmed by the webhook, thanked for with a receipt in French, counted by the goal, given back at the desk; and then
our books and Stripe's agree."""

import subprocess
import sys
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from tests import fake_stripe
from tests.browser.house import House, eventually
from tests.browser.visitor import Visitor, follow
from tests.conftest import ROOT
from tests.fake_stripe.hooks import SECRET
from tests.machine import PATIENCE
from tests.support import PETITION, messages

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

GIVER = "amelie.fictive@example.org"
CAMPAIGN, GIFTS = "/fr/un75", "/en/desk/un75/gifts"
ORGANISATION = {
    "name": "Fictional Society for Rivers",
    "address": "1 Fictional Street\n1200 Nowhere",
    "reply_to": "treasurer@example.org",
    "tax_fr": "Mots fictifs du fisc.",
}


class Giver(Visitor):
    """A visitor who is led to Stripe's page, of which nothing is loaded into ours."""

    stripe = ""

    def _request(self, request) -> None:
        if not (request.resource_type == "document" and request.url.startswith(self.stripe)):
            super()._request(request)


@pytest.fixture(scope="module")
def stripe():
    """Stripe, as a program that listens; its events go where `hook` says."""
    with fake_stripe.Server() as running:
        yield running


@pytest.fixture(scope="module")
def house(browser, make_database, tmp_path_factory, stripe):
    """A site of its own with test keys."""
    keys = {"STRIPE_SECRET_KEY": "sk_test_fictional", "STRIPE_WEBHOOK_SECRET": SECRET, "STRIPE_API_BASE": stripe.url}
    site = House(make_database(), tmp_path_factory.mktemp("gifts"), **keys)
    try:
        site.wait()
        stripe.hook = f"{site.url}/hooks/stripe"
        yield site
    finally:
        stripe.hook = None
        site.stop()


@pytest.fixture
def giver(browser, house, stripe):
    """Somebody who reads French on a cheap phone, without JavaScript."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="fr-FR", java_script_enabled=False)
    someone = Giver(house, context)
    someone.stripe = stripe.url + "/"
    yield someone
    faults = someone.leave()
    assert not faults, "\n".join(faults)


def main(page) -> str:
    """What a page says, with plain spaces."""
    return (
        page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )


def settle(treasurer) -> None:
    """At the desk: who the money is for, and a goal of 1,000 euros."""
    page = treasurer.open("/en/desk/organisation-on-receipts")
    for name, value in ORGANISATION.items():
        page.fill(f"[name={name}]", value)
    follow(page.locator("form:has([name=reply_to]) button"))
    page = treasurer.open("/en/desk/un75/asking-for-gifts")
    page.check("[name=open]")
    page.fill("[name=goal]", "1000")
    page.select_option("[name=currency]", "EUR")
    follow(page.locator("form:has([name=goal]) button"))


def sign(giver) -> None:
    """Sign the petition in French; the page that thanks."""
    page = giver.open(PETITION.format(lang="fr"))
    form = page.locator("form:has([autocomplete=email])")
    form.locator("[name=name]").fill("Amélie Fictive")
    form.locator("[name=email]").fill(GIVER)
    form.locator("[name=area]").select_option("CPV")
    form.locator("[name=shown][value=none]").check()
    form.locator("[name=consent]").check()
    follow(form.locator("button[type=submit]"))
    giver.arrives_at(PETITION.format(lang="fr") + "/thanks")


def pay(giver) -> None:
    """From the page after signing to the form, through our page to Stripe's, and back."""
    page = giver.page
    follow(page.locator(f"main a[href='{CAMPAIGN}/give']").first)
    page.locator("[name=amount][value='2500']").check()
    follow(page.locator("form:has([name=amount]) button[type=submit]"))
    assert "25 €" in main(page) or "25,00 €" in main(page)
    follow(page.locator(f"a[href^='{giver.stripe}']"))
    assert page.locator("html").get_attribute("lang") == "fr"
    page.fill("[name=email]", GIVER)
    page.fill("[name=name]", "Amélie Fictive")
    follow(page.locator("button[value=card]"))


def receipt(house) -> EmailMessage:
    """The mail with the receipt."""

    def found() -> EmailMessage | None:
        for mail in messages(house.instance / "mailbox"):
            if str(mail["To"]) == GIVER and "TEST-" in str(mail["Subject"]):
                return mail
        return None

    return eventually(found, 60, f"no receipt came: {house.said()}")


def goal(giver) -> int:
    """What the bar counts, in cents. Loaded anew: a browser may keep the page for a while."""
    page = giver.open(CAMPAIGN + "/give")
    page.reload()
    return int(page.locator("progress").get_attribute("value"))


def reconcile(house) -> subprocess.CompletedProcess:
    """`flask donations reconcile`, as an operator runs it."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "donations", "reconcile"]
    return subprocess.run(
        command, cwd=ROOT, env=house.settings, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_signed_given_in_french_receipted_counted_given_back_and_both_books_agree(desk, giver, house, stripe):
    treasurer = desk("treasurer", "*", java_script_enabled=False)
    settle(treasurer)
    assert goal(giver) == 0

    sign(giver)
    pay(giver)
    page = giver.page
    thanks = urlsplit(page.url)
    assert thanks.path.startswith(f"{CAMPAIGN}/give/") and not thanks.query
    # While it is being confirmed the page asks again by itself, and still offers the way to pay.
    page.locator(f"main a.button.second[href='{CAMPAIGN}']").wait_for()
    assert page.locator(f"a[href^='{giver.stripe}']").count() == 0, "nothing is left to pay"
    thanked = main(page)

    mail = receipt(house)
    text = mail.get_body(("plain",)).get_content().replace("\N{NO-BREAK SPACE}", " ")
    assert mail["Content-Language"] == "fr" and mail["Reply-To"] == "treasurer@example.org"
    title = giver.open(CAMPAIGN).title().rpartition(" · ")[2]
    for words in ("25,00 €", "Amélie Fictive", "Fictional Society for Rivers", "Mots fictifs du fisc.", title):
        assert words in text
    (file,) = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    eventually(lambda: goal(giver) == 2500, 60, "the goal did not move")
    assert reconcile(house).returncode == 0

    page = treasurer.open(GIFTS)
    follow(page.locator("tbody th a").first)
    follow(page.locator("a[href$='/refund']"))
    page.fill("[name=reason]", "A fictional wish of the donor.")
    follow(page.locator("form:has([name=reason]) button"))
    follow(page.locator("button[value=do]"))
    assert stripe.wait(60)
    eventually(lambda: goal(giver) == 0, 60, "the goal did not go back")
    assert main(giver.open(thanks.path)) != thanked
    agreed = reconcile(house)
    assert agreed.returncode == 0, agreed.stdout + agreed.stderr
