"""Small invented worlds for the tests of the derivation: four states, three groups, few days, so that pieces meet."""

from datetime import date, timedelta

from app.positions import record
from app.positions.record import Evidence, Membership

STATES = ("AAA", "BBB", "CCC", "DDD")
GROUPS = ("G1", "G2", "G3")
ASK = "ask"
FIRST = date(2020, 2, 27)
TYPES_OF_STATES = (
    "lead_act", "vote", "cosponsor", "signature", "explanation", "dissociation", "reservation", "silence_break",
    "national_statement", "written_submission", "official_reply", "social_post", "report", "alignment", "withdrawal",
)  # fmt: skip


def days(choose):
    """A day; most are near one another, some lie four years apart."""
    return FIRST + timedelta(days=choose(range(6)) + 1461 * choose((0, 0, 0, 1)))


def piece(choose, number, refs):
    """One piece of evidence; `choose` takes a sequence and gives one of it. Only what import would let in is made."""
    kind = choose((*TYPES_OF_STATES, "group_statement", "group_statement", "group_draft", "joint_statement", "vote"))
    by_group = kind in ("group_statement", "group_draft") or (kind == "withdrawal" and choose((False, True)))
    listed = kind == "joint_statement" or (kind in ("group_statement", "group_draft") and choose((False, False, True)))
    states = tuple(sorted({choose(STATES), choose(STATES)})) if listed else ()
    vote = kind == "vote"
    stated = kind in ("dissociation", "reservation", "lead_act", "cosponsor", "alignment", "group_draft")
    signal = choose(("", "", *record.SCALE)) if stated else "" if vote or kind == "withdrawal" else choose(record.SCALE)
    regards = kind in ("dissociation", "reservation", "alignment", "withdrawal")
    return Evidence(
        ref=refs[number],
        ask=choose((ASK,) * 9 + ("other",)),
        speaker=choose(GROUPS if by_group else STATES),
        type=kind,
        date=days(choose),
        states=states,
        on=choose(record.ON) if vote else "",
        yes_means=choose((record.FOR, record.FOR, record.AGAINST)) if vote else "",
        cast=choose(record.CASTS) if vote else "",
        signal=signal,
        relevance=choose((record.DIRECT,) * 9 + (record.RELATED, record.CONTEXT)),
        status=choose((record.PUBLISHED,) * 9 + (record.DRAFT, record.WITHDRAWN)),
        regards=choose(refs) if regards else "",
        of_current_version=choose((True,) * 12 + (False,)),
    )


def membership(choose):
    """One period of a state in a group."""
    status = choose(("member", "member", "member", "associated", "observer", "former"))
    suspended = choose((None, None, None, days(choose)))
    group = choose(GROUPS)
    return Membership(
        group=group,
        state=choose(STATES),
        status=status,
        joined=choose((None, FIRST - timedelta(days=9), days(choose))),
        left=days(choose) if status == "former" and choose((True, True, False)) else choose((None, None, days(choose))),
        suspended_from=suspended,
        suspended_to=choose((None, days(choose))) if suspended else None,
        binds=group != "G3",
    )


def world(choose, size):
    """(evidence, memberships): up to `size` pieces."""
    refs = [f"R{number:02}" for number in range(size)]
    evidence = [piece(choose, number, refs) for number in range(size)]
    return evidence, [membership(choose) for _ in range(choose(range(2, 10)))]
