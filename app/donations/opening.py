"""From a gift that was written down to Stripe's page: the one call that is made while somebody waits."""

from flask_babel import force_locale
from flask_babel import gettext as _

from app.kernel import clock, i18n
from app.kernel.db import db

from . import gateway, operations
from .models import Gift


def open_at_stripe(gift: Gift, token: str, campaign: str) -> bool:
    """Ask Stripe for the page where a gift is paid, and note it: committed before and after. `token` is that of the
    gift's page, `campaign` the name of what it is for. Whether Stripe answered; if not, it may be asked again.

    Raises gateway.Refused where Stripe will not take it.
    """
    gift_id, language = gift.id, gift.language
    back = i18n.site_url("giving.gift", lang=language, campaign=gift.campaign, token=token)
    with force_locale(language):
        purpose = _("Gift to %(campaign)s", campaign=campaign)
    db.session.commit()
    db.session.refresh(gift)
    # No connection to the database is held while Stripe takes its time.
    db.session.expunge(gift)
    db.session.rollback()
    try:
        session, url = gateway.open_checkout(gift, back, purpose)
    except gateway.Away:
        return False
    operations.opened(db.session.get_one(Gift, gift_id), session, url, clock.now())
    db.session.commit()
    return True
