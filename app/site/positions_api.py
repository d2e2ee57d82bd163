"""/api/v1/campaigns/<slug>/positions and …/evidence: where every state stands, by what, and how many that makes.
Public, cacheable. What cannot be understood is answered 400 with the field and the reason in English."""

import re
from datetime import date

from flask import Blueprint, abort, jsonify

from app.campaigns import queries as campaigns
from app.kernel import clock, http, i18n
from app.positions import archive_queries, csv_form, queries, record, tallies, words
from app.positions.asking import DAY, FIRST_DAY
from app.positions.record import Evidence, Position
from app.positions.tallies import UN_MEMBERS, Counted, Tally
from app.states import groups, members
from app.states.rules import REGIONAL_GROUPS

from .api import in_some_language

positions_api = Blueprint("positions_api", __name__, url_prefix="/api/v1")
ASKED = ("ask", "as_of", "group")
PAGED = ("ask", "after")
PAGE = 500
TALLIED = ("NAM", "G77", *REGIONAL_GROUPS)


class _Wrong(Exception):
    def __init__(self, field: str, reason: str):
        super().__init__(reason)
        self.field = field


@positions_api.get("/campaigns/<campaign>/positions")
def positions(campaign: str):
    """Where every state of the campaign's world, or of one `group`, stands on an `ask` as of a day (default: today),
    with the tallies of all sets and what each threshold lacks. An ask that is closed has no thresholds; `variants` says
    of each wording how many members are for it, by the piece that decided (empty for an ask of one wording)."""
    view = _campaign(campaign)
    asked = http.asked(ASKED)
    try:
        ask = _ask(view, asked)
        as_of = _day(asked)
        world = queries.world(view.id)
        inside = _group(asked, world, as_of)
    except _Wrong as wrong:
        return _refused(wrong)
    standing = queries.standing(view.id, ask.slug, as_of)
    hidden = queries.withheld(view.id, ask.slug)
    disputes = queries.disputes(view.id)
    counted = tallies.tallies(
        standing,
        members.member_codes(world),
        [code for code in groups.groups(world) if view.fictional or code in TALLIED],
        groups.memberships(world),
        as_of,
        words.thresholds() if ask.status == "open" else (),
    )
    return http.public(
        jsonify(
            campaign=view.slug,
            fictional=view.fictional,
            ask=ask.slug,
            status=ask.status,
            as_of=as_of.isoformat(),
            method=record.METHOD,
            group=asked.get("group") or None,
            positions={
                state: _position(position, hidden.get(state), disputes.get(position.evidence))
                for state, position in sorted(standing.items())
                if inside is None or state in inside
            },
            tally={code: _counted(found) for code, found in counted.items()},
            variants=_variants(view.id, ask, standing, world),
        ),
        by_query=ASKED,
    )


@positions_api.get("/campaigns/<campaign>/evidence")
def evidence(campaign: str):
    """What is published of a campaign's evidence, or of one `ask`, by ref; `next` is the `after` of what follows."""
    view = _campaign(campaign)
    asked = http.asked(PAGED)
    try:
        ask = _ask(view, asked) if asked.get("ask") else None
    except _Wrong as wrong:
        return _refused(wrong)
    found = queries.published_after(view.id, ask and ask.slug, asked.get("after", ""), PAGE + 1)
    disputes = queries.disputes(view.id)
    kept = archive_queries.kept(view.id, [piece.ref for piece in found[:PAGE]])
    return http.public(
        jsonify(
            campaign=view.slug,
            fictional=view.fictional,
            evidence=[_piece(view, piece, disputes.get(piece.ref), kept.get(piece.ref)) for piece in found[:PAGE]],
            next=found[PAGE - 1].ref if len(found) > PAGE else None,
        ),
        by_query=PAGED,
    )


def _variants(campaign_id: int, ask, standing: dict[str, Position], world: str) -> dict[str, dict[str, int]]:
    if not ask.variants:
        return {}
    inside = [standing[state] for state in members.member_codes(world) if state in standing]
    wordings = queries.variants(campaign_id, {position.evidence for position in inside if position.evidence})
    found = tallies.by_variant(inside, wordings)
    return {variant: {"own": own, "inferred": inferred} for variant, (own, inferred) in found.items()}


def _campaign(slug: str):
    return in_some_language(lambda code: campaigns.campaign_view(slug, code)) or abort(404)


def _ask(view, asked: dict[str, str]):
    asks = {ask.slug: ask for ask in campaigns.asks(view.id)}
    if (slug := asked.get("ask", "")) not in asks:
        raise _Wrong("ask", f"one of {', '.join(asks)}" if slug else f"required: one of {', '.join(asks)}")
    return asks[slug]


def _day(asked: dict[str, str]) -> date:
    text, today = asked.get("as_of", ""), clock.today()
    if not text:
        return today
    try:
        day = date.fromisoformat(text) if re.fullmatch(DAY, text) else None
    except ValueError:
        day = None
    if day is None:
        raise _Wrong("as_of", "a day such as 2021-10-07")
    if not FIRST_DAY <= day <= today:
        raise _Wrong("as_of", f"a day from {FIRST_DAY.isoformat()} to {today.isoformat()}")
    return day


def _group(asked: dict[str, str], world: str, as_of: date) -> frozenset[str] | None:
    code = asked.get("group", "")
    if not code:
        return None
    if code == UN_MEMBERS:
        return members.member_codes(world)
    if code not in groups.groups(world):
        raise _Wrong("group", f"UN or one of {', '.join(groups.groups(world))}")
    return tallies.members_on(code, as_of, groups.memberships(world))


def _refused(wrong: _Wrong):
    return http.private(jsonify(error={"field": wrong.field, "expected": str(wrong)}), 400)


def _disputed(found: queries.Dispute | None) -> list[dict]:
    said = found.all if found else ()
    return [
        {"state": one.state, "date": one.date.isoformat(), "words": one.words, "language": one.language} for one in said
    ]


def _position(position: Position, withheld: queries.Withheld | None, disputed: queries.Dispute | None) -> dict:
    return {
        "position": position.position,
        "level": position.level,
        "inferred": position.inferred,
        "evidence": position.evidence,
        "flags": list(position.flags),
        "withheld": withheld and {"reason": withheld.reason, "language": withheld.language},
        "disputed": _disputed(disputed),
    }


def _counted(found: Counted) -> dict:
    return {**_tally(found.whole), "un_members": _tally(found.among) if found.among != found.whole else None}


def _tally(found: Tally) -> dict:
    return {
        "size": found.size,
        "own": found.own,
        "own_within_four_years": found.own_recent,
        "champions": found.champions,
        "inferred": found.inferred,
        "own_and_inferred": found.counted,
        "partial": found.partial,
        "undecided": found.undecided,
        "abstained": found.abstained,
        "sceptical": found.sceptical,
        "opposed": found.opposed,
        "unknown": found.unknown,
        "thresholds": [
            {"code": to.code, "needed": to.needed, "missing_own": to.missing_own, "missing": to.missing}
            for to in found.reaches
        ],
    }


def _piece(view, piece: Evidence, disputed: queries.Dispute | None, kept: archive_queries.Kept | None) -> dict:
    found = {name: getattr(piece, name) for name in csv_form.COLUMNS}
    found |= {"date": piece.date.isoformat(), "states": list(piece.states), "current": piece.of_current_version}
    copy = kept and {
        "url": i18n.site_url("archive.source", campaign=view.slug, digest=kept.digest),
        "sha256": kept.digest,
        "media_type": kept.media_type,
        "size": kept.size,
    }
    return found | {"disputed": _disputed(disputed), "kept": copy}
