"""/api/v1/states and /api/v1/groups: the reference data as it is used, with its sources. Public, cacheable."""

from datetime import date

from flask import Blueprint, jsonify

from app.kernel import http
from app.states import groups, members

reference_api = Blueprint("reference_api", __name__, url_prefix="/api/v1")


@reference_api.get("/states")
def states():
    """The 193 members and the two observer States: codes, names, and every period in every group."""
    return http.public(
        jsonify(
            states=[
                {
                    "iso3": state.iso3,
                    "iso2": state.iso2,
                    "m49": state.m49,
                    "membership": state.membership,
                    "admitted": state.admitted,
                    "un_order": state.un_order,
                    "names": state.names,
                    "labels": state.labels,
                    "articles": state.articles,
                    "name_source": state.name_source,
                    "regional_group": state.regional_group,
                    "region": state.region,
                    "ldc": state.ldc,
                    "sids": state.sids,
                    "lldc": state.lldc,
                    "groups": [
                        {"group": period.group, **_period(period)} for period in groups.periods_of_state(state.iso3)
                    ],
                }
                for state in members.states().values()
            ]
        )
    )


@reference_api.get("/groups")
def all_groups():
    """Every group with its dated memberships, the offices, and what the ids of sources stand for."""
    found = groups.groups().values()
    return http.public(
        jsonify(
            groups=[
                {
                    "code": group.code,
                    "names": group.names,
                    "name_sources": {lang: groups.split(said) for lang, said in group.name_sources.items()},
                    "official_name_en": group.official_name_en,
                    "kind": group.kind,
                    "statements_bind_members": group.binds,
                    "stated_member_count": group.stated_count,
                    "members_outside_un": list(group.outside_un),
                    "as_of": group.as_of,
                    "source": groups.split(group.source),
                    "note": group.note,
                    "memberships": [
                        {"state": period.state, **_period(period)} for period in groups.periods_of_group(group.code)
                    ],
                }
                for group in found
            ],
            offices=[
                {
                    "office": office.office,
                    "body": office.body,
                    "holder": office.holder,
                    "person": office.person or None,
                    "from": office.since and office.since.text,
                    "to": office.until and office.until.text,
                    "confidence": office.confidence,
                    "source": groups.split(office.source),
                    "note": office.note,
                }
                for office in groups.offices()
            ],
            sources={
                one: {"title": source.title, "url": source.url, "where": source.place, "note": source.note}
                for one in sorted(groups.source_ids())
                for source in groups.sources(one)
            },
        )
    )


def _period(period) -> dict:
    """Dates are as written: a year or a month alone means its first day, which stands beside it."""
    return {
        "status": period.status,
        "joined": period.joined_written,
        "joined_day": _day(period.joined),
        "left": period.left_written,
        "left_day": _day(period.left),
        "suspended_from": period.suspended_from_written,
        "suspended_from_day": _day(period.suspended_from),
        "suspended_to": period.suspended_to_written,
        "suspended_to_day": _day(period.suspended_to),
        "joined_known": period.joined_known,
        "confidence": period.confidence,
        "source": groups.split(period.sources),
        "note": period.note,
    }


def _day(day: date | None) -> str | None:
    return day and day.isoformat()
