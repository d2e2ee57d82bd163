"""How this room lets go of letters (kernel/retention.py)."""

from app.kernel import retention
from app.people import operations as people

from . import operations, sending


def register() -> None:
    """Have the nightly task, and erasing, let go here."""
    retention.register("writing.letters", operations.forget_letters)
    retention.register("writing.letters-unconfirmed", operations.forget_unconfirmed)
    retention.register("writing.networks", operations.forget_networks)
    retention.register("writing.mails", sending.forget_mails)
    people.register_address_eraser(operations.erase)
