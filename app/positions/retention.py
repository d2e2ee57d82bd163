"""How this room lets go of personal data (kernel/retention.py); what it holds of whom stands in holdings.py."""

from app.kernel import retention
from app.people import operations as people

from . import contacts, corrections


def register() -> None:
    """Have the nightly task, and erasing, let go here."""
    retention.register("positions.corrections", corrections.forget_contents)
    retention.register("positions.corrections-unconfirmed", corrections.forget_unconfirmed)
    retention.register("positions.correction-links", corrections.forget_links)
    retention.register("positions.correction-networks", corrections.forget_networks)
    retention.register("positions.readings", contacts.forget_readings)
    retention.register("positions.contacts", contacts.forget_contacts)
    retention.register("positions.next-steps", contacts.forget_next_steps)
    people.register_address_eraser(corrections.erase)
