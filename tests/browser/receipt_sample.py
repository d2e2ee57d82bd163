"""A fictional gift of last year, its receipt and its year's statement, for the walk over the public's pages."""

from datetime import UTC, datetime

from app.donations.models import Statement
from app.donations.receipts import operations, stamps
from app.donations.receipts.stamps import Stamp
from app.kernel import clock
from app.kernel.db import db
from tests.donations import receipt_support


def tokens() -> list[str]:
    """The words of the links to both."""
    receipt_support.organisation()
    year = clock.today().year - 1
    given = receipt_support.gift(language="en")
    paid = receipt_support.payment(given, datetime(year, 6, 1, tzinfo=UTC), refunded=500)
    operations.take_number(paid.id)
    stated = Statement(year=year, livemode=given.livemode, donor_digest=given.donor_digest)
    db.session.add(stated)
    db.session.flush()
    stands_for = (Stamp(stamps.RECEIPT, paid.id), Stamp(stamps.STATEMENT, stated.id))
    return [stamps.word(one) for one in stands_for]
