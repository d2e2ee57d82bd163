"""What the treasurer's pages have in common: how one is answered, and which campaigns there are."""

from app.accounts import guard
from app.campaigns import queries as campaigns
from app.campaigns.desk import open_campaign

from .. import switch
from . import words


def page(template: str, status: int | None = None, *, campaign: str | None = None, **values):
    """A page of donations/desk/: of a campaign (its slug) or of the whole site. It says when no money moves."""
    return guard.page(
        f"donations/desk/{template}",
        status,
        campaign=campaign,
        mode=switch.state(),
        words=words,
        cash=words.cash,
        place={"campaign": campaign} if campaign else {},
        **values,
    )


def checked(campaign: str | None) -> str | None:
    """The slug of a campaign that there is, or None for the whole site; 404 for another."""
    return None if campaign is None else open_campaign(campaign).slug


def names(lang: str) -> dict[str, str]:
    """What campaigns are called, by slug."""
    return dict(campaigns.names(lang))
