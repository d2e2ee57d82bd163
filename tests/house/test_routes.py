"""No route appears or disappears unnoticed, and every public page stands in every language."""

from app.kernel.i18n import CODES
from app.site.views import public_pages
from tests.house.sitemap import every_page

# A new route is written down here on purpose: with what it answers, to whom, and how it may be cached. The desk's own
# stand behind one guard, and tests/desk/test_matrix.py walks them all.
PUBLIC = {
    "api.campaign": "/api/v1/campaigns/<campaign>",
    "api.petition": "/api/v1/petitions/<petition>",
    "letters.mastodon": "/<language:lang>/<campaign>/letters/<letter>/mastodon",
    "letters.change": "/<language:lang>/letter/<token>",
    "letters.check": "/<language:lang>/<campaign>/letters/<letter>/verify",
    "letters.done": (
        "/<language:lang>/letter/done/<letter>"
        "/<any('counted', 'waiting', 'withdrawn', 'not-me', 'shown', 'reaffirmed'):done>"
    ),
    "letters.letter": "/<language:lang>/<campaign>/letters/<letter>",
    "letters.own": "/<language:lang>/letter/<token>",
    "letters.person": "/<language:lang>/<campaign>/letters/<letter>/<any('person'):individual>",
    "letters.sign": "/<language:lang>/<campaign>/letters/<letter>",
    "letters.sign_as_person": "/<language:lang>/<campaign>/letters/<letter>/<any('person'):individual>",
    "letters.signatories": "/<language:lang>/<campaign>/letters/<letter>/signatories",
    "letters.thanks": "/<language:lang>/<campaign>/letters/<letter>/thanks",
    "letters.verify": "/<language:lang>/<campaign>/letters/<letter>/verify",
    "letters.version": "/<language:lang>/<campaign>/letters/<letter>/versions/<int:version>",
    "network_links.go": "/n/<network>",
    "network_links.go_in": "/n/<network>/<language:lang>",
    "network_links.qr": "/n/<network>/qr.svg",
    "mailing_links.sign": "/<language:lang>/mail/<token>/letter",
    "leaving.page": "/<language:lang>/mail/<token>",
    "leaving.leave": "/<language:lang>/mail/<token>",
    "leaving.again": "/<language:lang>/mail/<token>/again",
    "leaving.choices": "/<language:lang>/mail/choices/<token>",
    "leaving.choose": "/<language:lang>/mail/choices/<token>",
    "giving.give": "/<language:lang>/<campaign>/give",
    "giving.begin": "/<language:lang>/<campaign>/give",
    "giving.donors": "/<language:lang>/<campaign>/give/donors",
    "giving.monthly": "/<language:lang>/<campaign>/give/monthly",
    "giving.ask_link": "/<language:lang>/<campaign>/give/monthly",
    "giving.asked": "/<language:lang>/<campaign>/give/monthly/asked",
    "giving.mine": "/<language:lang>/<campaign>/give/monthly/<token>",
    "giving.to_portal": "/<language:lang>/<campaign>/give/monthly/<token>",
    "giving.gift": "/<language:lang>/<campaign>/give/<token>",
    "giving.unname": "/<language:lang>/<campaign>/give/<token>",
    "giving.pay": "/<language:lang>/<campaign>/give/<token>/pay",
    "giving.again": "/<language:lang>/<campaign>/give/<token>/pay",
    "letters_api.letter": "/api/v1/letters/<letter>",
    "letters_api.list_file": "/api/v1/letters/<letter>/list.txt",
    "letters_neutral.page": "/<language:lang>/m/<token>/l",
    "archive.source": "/archive/<campaign>/<digest>",
    "position_pages.changes": "/<language:lang>/<campaign>/positions/changes",
    "position_pages.changes_feed": "/<language:lang>/<campaign>/positions/changes.xml",
    "position_pages.group": "/<language:lang>/<campaign>/groups/<code>",
    "position_pages.group_feed": "/<language:lang>/<campaign>/groups/<code>/changes.xml",
    "position_pages.method": "/<language:lang>/<campaign>/positions/method",
    "position_pages.state": "/<language:lang>/<campaign>/states/<iso3>",
    "position_pages.state_feed": "/<language:lang>/<campaign>/states/<iso3>/changes.xml",
    "positions_api.evidence": "/api/v1/campaigns/<campaign>/evidence",
    "positions_api.positions": "/api/v1/campaigns/<campaign>/positions",
    "reference_api.all_groups": "/api/v1/groups",
    "reference_api.states": "/api/v1/states",
    "asset_file": "/static/<version>/<path:path>",
    "campaigns.page": "/<language:lang>/<campaign>/<page>",
    "campaigns.page_in": "/<language:lang>/<campaign>/<page>/in/<code>",
    "campaigns.share": "/<language:lang>/<campaign>/share/<page>-<digest>.png",
    "campaigns.share_in": "/<language:lang>/<campaign>/share/in/<code>/<page>-<digest>.png",
    "corrections.answer": "/<language:lang>/correction/<token>",
    "corrections.ask": "/<language:lang>/<campaign>/corrections/<path:ref>",
    "corrections.claim": "/<language:lang>/<campaign>/corrections/<path:ref>",
    "corrections.door": "/<language:lang>/m/<token>/c",
    "corrections.log": "/<language:lang>/<campaign>/corrections",
    "corrections.own": "/<language:lang>/correction/<token>",
    "corrections.thanks": "/<language:lang>/<campaign>/correction-asked",
    "deciders.index": "/<language:lang>/<campaign>/deciders",
    "favicon": "/favicon.ico",
    "health.healthz": "/healthz",
    "hooks.mail": "/hooks/mail/<provider>",
    "stripe_hook.take": "/hooks/stripe",
    "health.readyz": "/readyz",
    "mailbox.html": "/<language:lang>/mailbox/<mail_id>.html",
    "mailbox.index": "/mailbox",
    "mailbox.mails": "/<language:lang>/mailbox",
    "mailbox.one": "/<language:lang>/mailbox/<mail_id>",
    "invited.door": "/<language:lang>/m/<token>/i",
    "invited.page": "/<language:lang>/<campaign>/letters/<letter>/invited/<token>",
    "invited.stop": "/<language:lang>/<campaign>/letters/<letter>/invited/<token>/stop",
    "invited.stopped": "/<language:lang>/<campaign>/letters/<letter>/no-invitations",
    "own_mandate.say": "/<language:lang>/letter/<token>/mandate",
    "news.ask": "/<language:lang>/signature/<token>/news",
    "news.end": "/<language:lang>/signature/<token>/news",
    "neutral.ask_news": "/<language:lang>/m/<token>/u",
    "neutral.end_news": "/<language:lang>/m/<token>/u",
    "neutral.news": "/<language:lang>/m/<token>/n",
    "neutral.page": "/<language:lang>/m/<token>",
    "partners.logo": "/partners/<digest>.<any('png', 'jpg', 'webp'):kind>",
    "partners.own": "/<language:lang>/partner/<token>",
    "petitions.change_signature": "/<language:lang>/signature/<token>",
    "petitions.mastodon": "/<language:lang>/<campaign>/petitions/<petition>/mastodon",
    "petitions.mastodon_in": "/<language:lang>/<campaign>/petitions/<petition>/in/<code>/mastodon",
    "petitions.paper": "/<language:lang>/<campaign>/petitions/<petition>/paper.pdf",
    "petitions.petition": "/<language:lang>/<campaign>/petitions/<petition>",
    "petitions.petition_in": "/<language:lang>/<campaign>/petitions/<petition>/in/<code>",
    "petitions.qr": "/<language:lang>/<campaign>/petitions/<petition>/qr.svg",
    "petitions.shared": "/<language:lang>/<campaign>/petitions/<petition>/shared",
    "petitions.shared_in": "/<language:lang>/<campaign>/petitions/<petition>/in/<code>/shared",
    "petitions.sign": "/<language:lang>/<campaign>/petitions/<petition>",
    "petitions.sign_in": "/<language:lang>/<campaign>/petitions/<petition>/in/<code>",
    "petitions.signatories": "/<language:lang>/<campaign>/petitions/<petition>/signatories",
    "petitions.signature": "/<language:lang>/signature/<token>",
    "petitions.signature_done": (
        "/<language:lang>/done/<petition>"
        "/<any('confirmed', 'withdrawn', 'not-me', 'shown', 'commented', 'erased'):done>"
    ),
    "petitions.signature_done_in": (
        "/<language:lang>/done/<petition>"
        "/<any('confirmed', 'withdrawn', 'not-me', 'shown', 'commented', 'erased'):done>"
        "/in/<code>"
    ),
    "petitions.signature_done_shared": (
        "/<language:lang>/done/<petition>"
        "/<any('confirmed', 'withdrawn', 'not-me', 'shown', 'commented', 'erased'):done>"
        "/shared"
    ),
    "petitions.signature_done_shared_in": (
        "/<language:lang>/done/<petition>"
        "/<any('confirmed', 'withdrawn', 'not-me', 'shown', 'commented', 'erased'):done>"
        "/in/<code>/shared"
    ),
    "petitions.thanks": "/<language:lang>/<campaign>/petitions/<petition>/thanks",
    "petitions.thanks_in": "/<language:lang>/<campaign>/petitions/<petition>/in/<code>/thanks",
    "petitions.thanks_shared": "/<language:lang>/<campaign>/petitions/<petition>/thanks/shared",
    "petitions.thanks_shared_in": "/<language:lang>/<campaign>/petitions/<petition>/in/<code>/thanks/shared",
    "privacy.answer": "/<language:lang>/request/<token>",
    "privacy.data": "/<language:lang>/request/<token>/data",
    "privacy.data_json": "/<language:lang>/request/<token>/data.json",
    "privacy.door": "/<language:lang>/m/<token>/r",
    "privacy.page": "/<language:lang>/request/<token>",
    "receipts.ask": "/<language:lang>/receipt/<token>",
    "receipts.asked": "/<language:lang>/receipt/<token>/asked",
    "receipts.door": "/<language:lang>/m/<token>/g",
    "receipts.page": "/<language:lang>/receipt/<token>",
    "prospects.what_if": "/<language:lang>/<campaign>/positions/<ask>/what-if",
    "prospects.whom_first": "/<language:lang>/<campaign>/positions/<ask>/whom-first",
    "site.campaign": "/<language:lang>/<campaign>",
    "site.campaign_slash": "/<language:lang>/<campaign>/",
    "site.home": "/<language:lang>/",
    "site.imprint": "/<language:lang>/imprint",
    "site.leave": "/<language:lang>/leave",
    "site.robots": "/robots.txt",
    "site.root": "/",
    "site.sitemap": "/sitemap.xml",
    "tracker.hall": "/<language:lang>/<campaign>/positions/<ask>",
    "tracker.picture": (
        "/<language:lang>/<campaign>/positions/<ask>"
        "/<any('hall', 'tiles', 'map', 'table'):view>.<any('svg', 'png'):kind>"
    ),
    "tracker.table": "/<language:lang>/<campaign>/positions/<ask>/positions.csv",
    "tracker.view": "/<language:lang>/<campaign>/positions/<ask>/<any('tiles', 'map', 'table'):view>",
    "writing.answer": "/<language:lang>/written/<token>",
    "writing.at": ("/<language:lang>/<campaign>/write/<ask>/<iso3>/<any('new-york', 'geneva', 'ministry'):place>"),
    "writing.choose": "/<language:lang>/<campaign>/write/<ask>",
    "writing.door": "/<language:lang>/m/<token>/w",
    "writing.own": "/<language:lang>/written/<token>",
    "writing.send": ("/<language:lang>/<campaign>/write/<ask>/<iso3>/<any('new-york', 'geneva', 'ministry'):place>"),
    "writing.state": "/<language:lang>/<campaign>/write/<ask>/<iso3>",
    "writing.thanks": "/<language:lang>/<campaign>/written/<any('us', 'organisation'):way>",
    "updates.feed": "/<language:lang>/<campaign>/updates.atom",
    "updates.index": "/<language:lang>/<campaign>/updates",
    "updates.update": "/<language:lang>/<campaign>/updates/<update>",
    "updates.update_in": "/<language:lang>/<campaign>/updates/<update>/in/<code>",
}


def public_rules(app):
    return [rule for rule in app.url_map.iter_rules() if "/desk" not in rule.rule]


def test_every_public_route_is_written_down(app):
    assert {rule.endpoint: rule.rule for rule in public_rules(app)} == PUBLIC


def test_only_what_signs_changes_a_signature_or_answers_a_request_takes_a_post(app):
    posts = {rule.endpoint for rule in public_rules(app) if "POST" in rule.methods}
    assert posts == {
        "petitions.sign",
        "petitions.sign_in",
        "petitions.change_signature",
        "news.end",
        "neutral.end_news",
        "privacy.answer",
        "corrections.ask",
        "corrections.answer",
        "letters.sign",
        "letters.sign_as_person",
        "letters.change",
        "letters.check",
        "own_mandate.say",
        "writing.answer",
        "writing.send",
        "giving.begin",
        "giving.again",
        "giving.unname",
        "giving.ask_link",
        "giving.to_portal",
        "invited.stop",
        "hooks.mail",
        "stripe_hook.take",
        "receipts.ask",
        "leaving.leave",
        "leaving.again",
        "leaving.choose",
    }


def test_only_the_end_of_mails_mail_providers_and_stripe_post_from_another_site(app):
    assert sorted(name for name, view in app.view_functions.items() if hasattr(view, "from_anywhere")) == [
        "hooks.mail",
        "leaving.leave",
        "neutral.end_news",
        "news.end",
        "stripe_hook.take",
    ]


def test_every_page_of_the_sitemap_answers_in_every_language_and_says_so(app, client):
    for languages in every_page(app, client):
        for code, page in languages.items():
            assert (page.status, page.language) == (200, code), page.path


def test_the_sitemap_lists_every_page_in_every_language_with_its_alternates(client):
    answer = client.get("/sitemap.xml")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "application/xml"
    assert text.count("<url>") == sum(len(codes) for *_, codes in public_pages()) == len(public_pages()) * len(CODES)
    for code in CODES:
        assert f"<loc>http://plenary.test/{code}/un75</loc>" in text
        assert text.count(f'hreflang="{code}"') == len(public_pages()) * len(CODES)
    assert "signature" not in text.replace("signatories", "")


def test_robots_may_read_everything_but_what_belongs_to_one_person(client):
    text = client.get("/robots.txt").get_data(as_text=True)
    for path in ("signature/", "request/", "m/", "leave"):
        assert f"Disallow: /ar/{path}\n" in text
    assert "Sitemap: http://plenary.test/sitemap.xml" in text


def test_a_campaigns_address_with_a_slash_leads_to_the_one_without(client):
    answer = client.get("/en/un75/?from=x")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/en/un75?from=x"
