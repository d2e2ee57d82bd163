"""How long each kind of personal data is held, where, why, and who lets go of it: one table.

`docs/privacy.md` shows the same table (`flask people retention` prints it, a test compares); another test finds every
sealed or keyed column in the database's own tables and fails where one is missing here. What `by` names in backticks is
a sweep of kernel/retention.py, carried out each night by the task `privacy:forget`.
"""

from .kept_contacts import CONTACTS
from .kept_donations import DONATIONS
from .kept_letters import LETTERS
from .kept_mandates import MANDATES
from .kept_mobilisation import MOBILISATION
from .kept_others import DESK, MISSIONS, ORGANISATIONS, REQUESTS
from .kept_signers import SIGNERS
from .kept_writing import WRITING

TABLE = (
    *(*SIGNERS, *LETTERS, *MANDATES, *MOBILISATION, *CONTACTS, *DONATIONS),
    *(*REQUESTS, *MISSIONS, *WRITING, *ORGANISATIONS, *DESK),
)


def table() -> str:
    """The table as Markdown, for docs/privacy.md."""
    lines = [
        "| what | where | form | how long | why | who lets go of it | who sees it |",
        "|---|---|---|---|---|---|---|",
    ]
    for kept in TABLE:
        cells = (kept.what, _columns(kept.where), kept.form, kept.how_long, kept.why, kept.by, kept.seen_by)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _columns(where: tuple[str, ...]) -> str:
    """The table's name once, then its columns."""
    said, before = [], None
    for place in where:
        table_name, column = place.split(".")
        said.append(f".{column}" if table_name == before else place)
        before = table_name
    return ", ".join(said)
