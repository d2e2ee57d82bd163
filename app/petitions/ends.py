"""The end of a petition: the moment from which nobody can sign, told in the time zone in which it was set.

The one gate is the statement that signs (`operations.sign`). Who signed before the end may confirm after it, as long as
any signature may be confirmed: a signature is dated by its signing, and the mail may lie in the mailbox for days.
"""

from datetime import datetime, timedelta

from sqlalchemy import update

from app.campaigns.ends import End, end_of, is_open
from app.kernel import pagecache
from app.kernel.db import db

from .models import Petition

__all__ = ("End", "end_of", "is_open", "turn_pages")

# Another machine's clock may lag a little: a page that it made before its end may not outlive the turn.
LAG = timedelta(seconds=2)


def turn_pages(now: datetime) -> int:
    """Have every page made anew once for each end that has passed, in the caller's transaction; how many ends it were.

    What is to be done stands in the rows, so an end that passed while no worker ran is made up for.
    """
    passed = update(Petition).where(
        Petition.closes_at <= now - LAG, Petition.turned_at.is_distinct_from(Petition.closes_at)
    )
    turned = db.session.scalars(passed.values(turned_at=Petition.closes_at).returning(Petition.id)).all()
    if turned:
        pagecache.bump()
    return len(turned)
