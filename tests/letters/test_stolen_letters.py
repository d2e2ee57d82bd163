"""A stolen dump of a site whose letter was signed names no organisation and no person that chose not to be named."""

import subprocess

import pytest

from app import create_app
from app.kernel import backup, clock
from app.kernel.db import db
from app.letters import daily, mandating
from app.letters.models import Letter, Signatory
from tests.conftest import environment
from tests.house.test_stolen_dump import forms, found_in
from tests.letters.support import confirmed, links, own_path, sign_on
from tests.support import run_jobs

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
# What each did: how it wished to be shown, and what it did afterwards.
BODIES = {
    "Quillobrand": ("counted", ()),
    "Wolmarikson": ("area", ()),
    "Thandexande": ("public", ({"action": "show", "visibility": "counted"},)),
    "Withgonaria": ("public", ({"action": "withdraw"},)),
    "Delayfinder": ("public delayed", ()),
    "Вендросияни": ("counted", ()),
    "Zufreemailo": ("counted accepted", ()),
}
WAITING = ("Pendrosighi", "Neverconfir")


@pytest.fixture(scope="module")
def house(make_database, tmp_path_factory):
    """An app with a committed database of its own, in which all of them have done what they do."""
    settings = environment(make_database(), tmp_path_factory.mktemp("stolen-letters"))
    app = create_app(settings)
    with app.app_context():
        client = app.test_client()
        for number, (name, (wish, then)) in enumerate(BODIES.items()):
            path = confirmed(app, client, **fields(name, number, wish))
            for act in then:
                assert client.post(path, data=act).status_code == 303
        for signatory_id in db.session.scalars(db.select(Signatory.id).filter_by(state="waiting")).all():
            mandating.accept(signatory_id, mandating.LOOKED, actor=1, now=clock.now())
        db.session.commit()
        confirmed(app, client, **fields(WAITING[0], 20, "counted accepted"))
        sign_on(client, **fields(WAITING[1], 21, "public"))
        run_jobs(app)
        assert own_path(client, links()[f"zaq@{domain(21)}"])
        for letter_id in db.session.scalars(db.select(Letter.id)).all():
            daily.close(letter_id, clock.today())
        db.session.commit()
        daily.shuffle()
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def domain(number: int) -> str:
    return f"zaq{number}-qzx-league.org"


def fields(name: str, number: int, wish: str) -> dict[str, str]:
    """The form of a body of its own name, person, address, domain and country."""
    values = {"name": f"{name} Fictional Union", "person": f"{name[::-1].title()} Qzxperson", "country": "BTN"}
    values |= {"website": f"https://{domain(number)}", "email": f"zaq@{domain(number)}"}
    if "accepted" in wish:
        values["website"] = "https://elsewhere-qzx.org"
    if "delayed" in wish:
        values["delayed"] = "y"
    return values | {"visibility": wish.split()[0]}


@pytest.fixture(scope="module")
def dump(house) -> str:
    """The whole database in plain text, as whoever steals it would read it."""
    with house.app_context(), backup.connection() as opened:
        pg_dump, _ = backup.program("pg_dump", opened.info.server_version // 10_000)
        url = backup.libpq_url()
    return subprocess.run([pg_dump, "--format=plain", url], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", [*BODIES, *WAITING])
def test_the_dump_names_no_body_that_is_hidden_and_nobody_who_signed_for_one(dump, name):
    needles = {form for part in (name, name[::-1].title()) for form in forms(part)}
    assert not found_in(dump, needles)


def test_the_dump_holds_no_domain_and_no_country_of_them(dump):
    assert not found_in(dump, {form for form in forms("qzx-league") | forms("elsewhere-qzx") if len(form) > 5})
    rows = [line for line in dump.splitlines() if "\torganisation\tcounted\t" in line]
    assert len(rows) == 6
    assert not [row for row in rows if "\tBTN" in row or "2026-" in row]


def test_the_rows_lie_in_the_order_of_random_numbers(dump):
    rows = [line for line in dump.splitlines() if "\torganisation\t" in line and "\\\\x" in line]
    numbers = [int(row.split("\t")[0]) for row in rows]
    assert numbers == sorted(numbers)
