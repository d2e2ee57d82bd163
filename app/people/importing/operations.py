"""An import on its way: kept, its columns named, tried out row by row. Works in the caller's transaction."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import audit, jobs, progress
from app.kernel.db import db

from .. import doubles
from ..import_models import Import, ImportRow
from ..matching import SAME, Match
from ..operations import email_digests
from ..positions import suppressed
from . import likeness, reading
from .values import Parsed, key_of, parsed

BATCH = 200
# From so many points on, a row is shown as a double and left to a person.
DOUBLE_FROM = 60
KEEP_FILE = timedelta(days=7)
_NO_SYNC = {"synchronize_session": False}


class WrongState(ValueError):
    """This cannot be done with the import as it stands now."""


def begin(content: bytes, *, lang: str, networks: tuple[int, ...] | None, actor: int, now: datetime) -> int:
    """Keep a file that came; the id of the import. Raises reading.Unreadable."""
    form = reading.form_of(content)
    header = next(reading.lines(content, form), None)
    if header is None:
        raise reading.Unreadable("empty")
    made = Import(
        content=content,
        format=form.format,
        encoding=form.encoding,
        separator=form.separator,
        language=lang,
        networks=None if networks is None else list(networks),
        state="uploaded",
        created_by=actor,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("organisations.import-upload", subject(made.id), actor=actor, now=now, after={"bytes": len(content)})
    return made.id


def subject(import_id: int) -> str:
    """An import as the audit log names it."""
    return f"import:{import_id}"


def head(made: Import, most: int = 6) -> list[reading.Line]:
    """The first lines of the file, header and examples, as far as they can be read."""
    found: list[reading.Line] = []
    with suppress(reading.Unreadable):
        for line in islice(reading.lines(made.content, form_of(made)), most):
            found.append(line)
    return found


def form_of(made: Import) -> reading.Form:
    """How its file is written."""
    return reading.Form(made.format, made.encoding, made.separator)


def locked(import_id: int, *states: str) -> Import:
    """The import, held until the transaction ends. Raises WrongState when it is in none of these states."""
    made = db.session.scalar(
        select(Import).where(Import.id == import_id).with_for_update().execution_options(populate_existing=True)
    )
    if made is None or made.state not in states:
        raise WrongState
    return made


def try_out(
    import_id: int,
    columns: list[str | None],
    *,
    network_id: int | None,
    policy: str,
    consent: dict | None,
    actor: int,
    now: datetime,
) -> int:
    """Say what the columns are and have every row tried out by a job; the id of the work. Raises WrongState."""
    made = locked(import_id, "uploaded", "checked")
    if made.content is None:
        raise WrongState
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id).execution_options(**_NO_SYNC))
    made.columns, made.network_id, made.policy, made.consent = columns, network_id, policy, consent
    made.counts = {}
    return start(made, "checking", "people.import-check", "imports:check", actor, now)


def start(made: Import, state: str, kind: str, task: str, actor: int, now: datetime) -> int:
    """Queue a job on an import and put it into the state in which that job works; the id of the work."""
    made.state = state
    made.work_id = progress.begin(
        kind,
        actor=actor,
        now=now,
        given={"import_id": made.id},
        after_url=f"/desk/organisations/imports/{made.id}",
    )
    jobs.defer(task, work_id=made.work_id)
    db.session.flush()
    return made.work_id


def check(import_id: int, work_id: int, now: datetime) -> None:
    """Try out every line that is not tried out yet, batch by batch, each committed: killed and started again,
    it goes on after the last batch. Raises WrongState when somebody else does so, or did."""
    made = locked(import_id, "checking")
    if made.work_id != work_id or made.content is None:
        raise WrongState
    content, form, columns = made.content, form_of(made), list(made.columns)
    networks = None if made.networks is None else tuple(made.networks)
    lang = made.language
    done, last = db.session.execute(
        select(func.count(ImportRow.id), func.coalesce(func.max(ImportRow.line), 0)).where(
            ImportRow.import_id == import_id
        )
    ).one()
    seen = likeness.Seen()
    if done:
        seen.read_again(import_id)
    try:
        lines = reading.lines(content, form)
        header = next(lines, None)
        progress.step(work_id, done, sum(1 for _ in lines))
        db.session.commit()
        rest = reading.lines(content, form, max(last, header.number if header else 0))
        while batch := list(islice(rest, BATCH)):
            # Whoever drops the import meanwhile ends this.
            if locked(import_id, "checking").work_id != work_id:
                raise WrongState
            said = [(line.number, parsed(columns, line.cells, lang)) for line in batch]
            rows = _judge(import_id, said, networks, seen, now)
            db.session.execute(upsert(ImportRow).on_conflict_do_nothing(index_elements=["import_id", "line"]), rows)
            done += len(batch)
            progress.step(work_id, done)
            db.session.commit()
    except reading.Unreadable as error:
        db.session.rollback()
        made = locked(import_id, "checking")
        db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id).execution_options(**_NO_SYNC))
        made.state, made.counts = "uploaded", {"unreadable": error.code, "line": error.line}
        progress.finish(work_id, now, failed=True)
        db.session.commit()
        return
    made = locked(import_id, "checking")
    made.state, made.counts = "checked", fates(import_id)
    progress.finish(work_id, now, dict(made.counts))
    db.session.commit()


def fates(import_id: int) -> dict[str, int]:
    """How many rows have which fate."""
    rows = db.session.execute(
        select(ImportRow.fate, func.count(ImportRow.id))
        .where(ImportRow.import_id == import_id)
        .group_by(ImportRow.fate)
    )
    return dict(rows.all())


def _judge(
    import_id: int,
    batch: list[tuple[int, Parsed]],
    networks: tuple[int, ...] | None,
    seen: likeness.Seen,
    now: datetime,
) -> list[dict]:
    """The rows of a batch with their fates. A constant number of queries."""
    unwanted = suppressed({row.person.address for _, row in batch if row.person and row.person.address}, now)
    good = {
        line: row for line, row in batch if not row.problems and not (row.person and row.person.address in unwanted)
    }
    profiles = {line: likeness.profile_of(row) for line, row in good.items()}
    matches = doubles.find({-line: profile for line, profile in profiles.items()}, networks)
    earlier = _earlier(import_id, {key_of(row.organisation) for row in good.values()})
    like = likeness.known(import_id, set().union(*map(seen.near, profiles.values())))
    rows = []
    for line, row in batch:
        digest = email_digests(row.person.address)[0] if row.person and row.person.address else None
        values = {
            "import_id": import_id,
            "line": line,
            "content": json.dumps(row.plain(), ensure_ascii=False),
            "email_digest": digest,
            "key": None,
            "fate": "refused",
            "problems": list(row.problems),
            "organisation_id": None,
            "same_as_line": None,
        }
        if line in good:
            key, profile = key_of(row.organisation), profiles[line]
            before = earlier.get(key)
            if before is None and (one := likeness.same(profile, seen.near(profile), like)):
                before = one.first, one.fate, one.organisation_id
            values |= {"key": key} | _fate(matches[-line], before)
            first = values["same_as_line"] or line
            earlier.setdefault(key, (first, values["fate"], values["organisation_id"]))
            like[line] = likeness.Known(profile, first, values["fate"], values["organisation_id"])
            seen.add(line, profile)
        elif not row.problems:
            # Of who wants no mail, nothing is kept.
            values |= {"fate": "suppressed", "content": None, "email_digest": None}
        rows.append(values)
    return rows


_FIRST = func.coalesce(ImportRow.same_as_line, ImportRow.line)


def _earlier(import_id: int, keys: set[str]) -> dict[str, tuple[int, str, int | None]]:
    rows = db.session.execute(
        select(ImportRow.key, _FIRST, ImportRow.fate, ImportRow.organisation_id)
        .where(ImportRow.import_id == import_id, ImportRow.key.in_(keys))
        .order_by(ImportRow.line.desc())
    )
    # The first line of each stays.
    return {key: (line, fate, organisation_id) for key, line, fate, organisation_id in rows}


def _fate(matches: list[tuple[int, Match]], earlier: tuple[int, str, int | None] | None) -> dict:
    if earlier is not None:
        line, fate, organisation_id = earlier
        fate = "double" if fate == "double" else "updated"
        return {"fate": fate, "organisation_id": organisation_id, "same_as_line": line}
    sure = [organisation_id for organisation_id, match in matches if _is_sure(match)]
    if len(sure) == 1:
        return {"fate": "updated", "organisation_id": sure[0]}
    if matches and matches[0][1].points >= DOUBLE_FROM:
        return {"fate": "double", "organisation_id": matches[0][0]}
    return {"fate": "new"}


def _is_sure(match: Match) -> bool:
    """Whether nobody needs to be asked: the same name, or a close one at the same domain, and nothing against it."""
    return match.verdict == SAME and ("name" in match.reasons or {"domain", "close"} <= set(match.reasons))


def drop(import_id: int, actor: int, now: datetime) -> None:
    """Throw a file away that was not taken in, with everything that was read of it. Raises WrongState."""
    made = locked(import_id, "uploaded", "checking", "checked")
    if made.work_id and made.state == "checking":
        progress.finish(made.work_id, now, failed=True)
    made.state = "dropped"
    forget(import_id)
    audit.record("organisations.import-drop", subject(import_id), actor=actor, now=now)


def forget(import_id: int) -> None:
    """Delete the file and what its rows say; their lines and fates stay."""
    db.session.execute(update(Import).where(Import.id == import_id).values(content=None).execution_options(**_NO_SYNC))
    db.session.execute(
        update(ImportRow)
        .where(ImportRow.import_id == import_id)
        .values(content=None, email_digest=None, key=None)
        .execution_options(**_NO_SYNC)
    )


def forget_old(now: datetime) -> bool:
    """Drop one import that nobody decided on for a week; True when there may be more."""
    made = db.session.scalar(
        select(Import)
        .where(Import.state.in_(("uploaded", "checking", "checked")), Import.created_at <= now - KEEP_FILE)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if made is None:
        return False
    made.state = "dropped"
    forget(made.id)
    audit.record("organisations.import-drop", subject(made.id), actor=None, now=now, reason="a week old")
    return True
