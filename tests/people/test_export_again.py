"""What was taken out and is brought in again adds nothing: to organisations, to people, and to what they said."""

import io

import pytest
from flask_babel import force_locale
from sqlalchemy import select, text

from app.accounts import exports
from app.kernel import clock, spreadsheet
from app.kernel.i18n import CODES
from app.people.import_models import Import, ImportRow
from app.people.importing import applying, operations
from app.people.importing.columns import guessed
from app.people.models import Consent
from app.people.org_models import Position
from tests.mobilisation.contact_support import said
from tests.people.org_support import network, organisation, person
from tests.people.test_import_contacts import consent, ledger, taken_in
from tests.people.test_importing import fates

# Keys and digests of organisations are written anew, and say the same.
WRITTEN_ANEW = ("people_organisation_domain", "people_organisation_key")


def fill(session) -> int:
    """Organisations and people with all that makes a cell hard to read back; a network of theirs."""
    one, other = network("fictional-one"), network("fictional-two")
    names = {"fr": "Ligue fictive de l'eau", "ar": "رابطة المياه الوهمية"}
    areas = {"country": "KEN", "works_in": ("KEN", "UGA")}
    more = {"names": names, "acronym": "FWL", "website": "https://water.example/", "ecosoc": "special"}
    wells = organisation("Fictional Water League", one, other, **areas, **more)
    ama = {"roles": ("un", "press"), "language": "fr", "second_language": "ar", "title": '-Head, of "things"; too'}
    place = person(wells, "ama@water.example", "Fictional Ama", **ama)
    person_id = session.scalar(select(Position.person_id).where(Position.id == place))
    said(person_id, one)
    said(person_id, one, "withdrawn", 3, "news")
    bread = organisation("=Fictional; Bread", other, country="MAR")
    person(bread, "ama@water.example", "Fictional Ama")
    person(bread, "ben@bread.example", "@Fictional Ben", roles=("member",))
    person(organisation("虚构水会", one, name_language="zh"), "li@water-two.example", "虚构艾玛")
    league = organisation("Лига хлеба", name_language="ru", works_in=("FRA",), ecosoc="applied")
    person(league, "zoe@bücher.example", "Зоя", roles=("head", "finance"))
    organisation("Fictional Voices Chapter 2", one, country="GHA")
    person(organisation("Fictional Voices Chapter 3", one, country="GHA"), "kim@gmail.com", "Fictional Kim")
    return one


def taken_out(what: str, form: str, lang: str) -> bytes:
    """An export with everything in it."""
    kind, out = exports.kind_of(what), io.BytesIO()
    with force_locale(lang):
        writer = spreadsheet.WRITERS[form](out.write)
        writer.row([str(label) for label in kind.columns(True)])
        for row in kind.rows({}, True):
            writer.row(row)
        writer.close()
    return out.getvalue()


def stands(session) -> dict[str, list]:
    """What every table of people and contacts holds."""
    tables = session.scalars(
        text(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY(:anew)"
            " AND (tablename LIKE 'people%' OR tablename LIKE 'mobilisation%') AND tablename NOT LIKE 'people_import%'"
        ),
        {"anew": list(WRITTEN_ANEW)},
    ).all()
    return {table: sorted(session.scalars(text(f"SELECT t::text FROM {table} AS t"))) for table in tables}


@pytest.mark.parametrize(
    ("what", "form", "lang"),
    [
        ("organisations", "csv", "ar"),
        ("organisations", "xlsx", "ru"),
        ("contacts", "csv", "fr"),
        ("contacts", "xlsx", "en"),
    ],
)
def test_an_export_of_ours_is_known_and_adds_nothing(app, session, staff, what, form, lang):
    fill(session)
    actor, before = staff("campaigner").staff_id, stands(session)
    # Whoever takes it in reads another language than whoever took it out.
    import_id = operations.begin(taken_out(what, form, lang), lang="es", networks=None, actor=actor, now=clock.now())
    made = session.get(Import, import_id)
    columns = guessed(operations.head(made)[0].cells)
    work = operations.try_out(
        import_id, columns, network_id=None, policy="skip", consent=None, actor=actor, now=clock.now()
    )
    operations.check(import_id, work, clock.now())
    rows = session.execute(select(ImportRow.fate, ImportRow.problems, ImportRow.content)).all()
    assert [(row.fate, *row.problems) for row in rows] == [("duplicate",)] * (7 if what == "organisations" else 6)
    applying.carry_out(import_id, applying.apply(import_id, actor, clock.now()), clock.now())
    assert stands(session) == before


def test_the_columns_of_our_exports_are_known_in_every_language(app):
    for what in ("organisations", "contacts", "segment"):
        kind = exports.kind_of(what)
        keys = [*kind.safe_columns, *kind.personal_columns]
        wanted = ["name" if key == "organisation" else key for key in keys]
        silent = {"id", "contact", "networks", "agreed", "withdrew", "proof"}
        for lang in CODES:
            with force_locale(lang):
                header = [str(label) for label in kind.columns(True)]
            assert guessed(header) == [None if key in silent else key for key in wanted], (what, lang)
            # Somebody added a column, and took one away.
            assert set(guessed([*header[1:], "Fictional"])) >= {"name", "address", "roles"}, (what, lang)


def test_a_row_that_adds_something_to_what_is_here_says_so(session, staff, work):
    net = network()
    person(organisation("Fictional Wells", net), "ama@wells.example", roles=("un",), language="en")
    organisation("Fictional Bread", net)
    lines = (
        "Organisation,Country,Email,Role,Language",
        "Fictional Wells,,ama@wells.example,un,",
        "Fictional Wells,,ama@wells.example,un press,",
        "Fictional Wells,KEN,ama@wells.example,,",
        "Fictional Wells,,ben@wells.example,,",
        "Fictional Bread,,,,",
    )
    client = staff("campaigner")
    taken_in(client, work, "\n".join(lines[:2]), apply=False)
    assert fates(session) == [(2, "duplicate")]
    taken_in(client, work, "\n".join(lines), apply=False)
    assert [fate for _, fate in fates(session)][1:] == ["duplicate", "duplicate", "duplicate", "updated", "duplicate"]


def test_who_agreed_already_is_known_and_who_did_not_is_not(session, staff, work):
    net, other = network(), network("fictional-other")
    place = person(organisation("Fictional Wells", net), "ama@wells.example")
    person_id = session.scalar(select(Position.person_id).where(Position.id == place))
    content, client = "Organisation,Email\nFictional Wells,ama@wells.example\n", staff("campaigner")

    def fate(towards: int) -> str:
        session.query(ImportRow).delete()
        taken_in(client, work, content, apply=False, **consent(towards))
        return fates(session)[0][1]

    assert fate(net) == "updated", "they have not agreed"
    said(person_id, net)
    assert fate(net) == "duplicate"
    assert fate(other) == "updated", "their organisation joins another network"
    said(person_id, net, "withdrawn", 1)
    before = ledger(session)
    assert fate(net) == "duplicate", "who withdrew has withdrawn: nothing is added"
    taken_in(client, work, content, **consent(net))
    assert ledger(session) == before and session.query(Consent).count() == 2
