"""Finding a name that is shown: names are encrypted, so a keyed digest of the folded name stands beside them.

It is kept only while the name stands on the public list: what is not shown can be found by nobody.
"""

import unicodedata

from sqlalchemy import select, update

from app.kernel.crypto import keyring
from app.kernel.db import db

from .models import Signature

PURPOSE = "petitions.name"
BATCH = 500


def folded(name: str) -> str:
    """A name as it is compared: case, accents of European scripts, full width and spaces make no difference. Pure."""
    apart = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in apart if not "\u0300" <= c <= "\u036f").casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def digests(name: str) -> list[bytes]:
    """The digests of a name under every key, newest first."""
    return keyring().digests(folded(name), PURPOSE)


def digest_if_shown(name: str | None, shown: str) -> bytes | None:
    """What a signature keeps to be found by its name."""
    return digests(name)[0] if name is not None and shown == "name" else None


def fill_in() -> int:
    """Write the digests that are missing, such as of signatures from before there were any. Returns how many of this
    batch; 0: none is left."""
    rows = db.session.execute(
        select(Signature.id, Signature.name)
        .where(Signature.shown == "name", Signature.name_digest.is_(None))
        .order_by(Signature.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        values = {"name_digest": digests(row.name)[0]}
        db.session.execute(update(Signature).where(Signature.id == row.id).values(**values))
    return len(rows)
