"""What tests of organisations do again and again: make networks, organisations and people in them."""

from datetime import UTC, datetime

from app.kernel.db import db
from app.people import org_operations, positions
from app.people.org_operations import OrganisationData
from app.people.positions import PersonData

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DESK = "/en/desk/organisations"


def network(slug: str = "fictional-network") -> int:
    """A network; its id."""
    made = org_operations.create_network(slug, {"en": f"Network {slug}"}, 1, NOW)
    db.session.commit()
    return made


def organisation(name: str, *networks: int, **said) -> int:
    """An organisation in these networks; its id."""
    data = OrganisationData(name=name, name_language=said.pop("name_language", "en"), **said)
    made = org_operations.create(data, networks, 1, NOW)
    db.session.commit()
    return made


def person(organisation_id: int, address: str, name: str = "Fictional Person", **said) -> int:
    """Somebody in an organisation; the position's id."""
    made = positions.add(organisation_id, PersonData(name=name, address=address, **said), 1, NOW)
    db.session.commit()
    return made
