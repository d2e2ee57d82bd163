"""No campaign takes an address that stands for something else, on the public pages and at the desk."""

from app.campaigns.head import NO_CAMPAIGN, SLUG


def taken(app) -> set[str]:
    """The words that stand where a campaign's slug could: after the language, and after the desk."""
    words = set()
    for rule in app.url_map.iter_rules():
        language, *rest = rule.rule.strip("/").split("/")
        if language.startswith("<language:"):
            words |= set(rest[:1])
            if rest[:1] == ["desk"]:
                words |= set(rest[1:2])
    return {word for word in words if SLUG.match(word)}


def test_every_word_in_the_place_of_a_campaign_is_one_that_no_campaign_can_have(app):
    assert {"desk", "exports", "staff", "signature"} <= taken(app)
    assert taken(app) == set(NO_CAMPAIGN)
