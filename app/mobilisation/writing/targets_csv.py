"""A directory as a file, CSV or .xlsx: read, judged row by row, and tried out before anything is written.

Columns: state, place, email, language, source, checked_on, policy, general. `general` is `yes` where somebody has made
sure that the mailbox is a general one and no person's; without it a row is refused. Without a policy an entry stays
what it is: a file of addresses opens no mission that has asked for digests alone, or for nothing.
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as lazy

from app.kernel.i18n import CODES
from app.people.addresses import InvalidAddress, checked_address
from app.people.importing.reading import Unreadable, encoding_of, form_of, lines, separator_of

from . import rules
from .directory import Said

COLUMNS = ("state", "place", "email", "language", "source", "checked_on", "policy", "general")
NEEDED = ("state", "place", "email", "language", "source", "checked_on", "general")
LARGEST = 512 * 1024
MOST_ROWS = 1000
NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass(frozen=True)
class Line:
    """One row of a file: the line it begins on, what it says, or why it is refused (a lazy message); `email` as it was
    typed, and `state`, where none of that code or name is here."""

    number: int
    said: Said | None
    fault: object = None
    state: str = ""
    email: str = ""


class NoTable(ValueError):
    """A file that is no table of targets; `why` is a lazy message."""

    def __init__(self, why):
        super().__init__(str(why))
        self.why = why


def folded(name: str) -> str:
    """A state's name as `read` looks it up: whichever apostrophes and capitals it was typed with."""
    return " ".join(name.casefold().replace("’", "'").split())


def text_of(content: bytes) -> str:
    """The text of an uploaded file, whatever its encoding; of a workbook its first sheet as CSV. Raises NoTable."""
    if len(content) > LARGEST:
        raise NoTable(lazy("The file is larger than half a megabyte."))
    try:
        if form_of(content).format == "xlsx":
            return _workbook(content)
        return content.decode(encoding_of(content)).lstrip("\ufeff").replace("\r\n", "\n")
    except (Unreadable, UnicodeDecodeError, LookupError):
        raise NoTable(lazy("The file is no text that can be read.")) from None


def _workbook(content: bytes) -> str:
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    for line in lines(content, form_of(content)):
        rows.writerow(line.cells)
    return out.getvalue()


def read(text: str, states: Mapping[str, str], today: date) -> list[Line]:
    """The rows of a file; `states` are codes by what a state may be called, `folded`. Raises NoTable."""
    text = text.lstrip("\ufeff").strip("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    lines: list[Line] = []
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if missing := [name for name in NEEDED if name not in header]:
                    raise NoTable(lazy("These columns are missing: %(names)s", names=", ".join(missing)))
                continue
            if len(lines) == MOST_ROWS:
                raise NoTable(lazy("At most %(count)s rows at once, please.", count=MOST_ROWS))
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            lines.append(judged(reader.line_num, row, states, today))
    except csv.Error:
        raise NoTable(lazy("The file cannot be read as a table: a quotation mark is missing or too many.")) from None
    if not lines:
        raise NoTable(lazy("There is no row in it."))
    return _once(lines)


def judged(number: int, row: dict[str, str], states: Mapping[str, str], today: date) -> Line:
    """One row, with what is wrong with it first."""
    typed = row.get("state", "")
    state = states.get(folded(typed), "")
    # People write New York and Yes, and so do spreadsheets.
    place, language, general = (
        "-".join(row.get(name, "").lower().split()) for name in ("place", "language", "general")
    )
    policy = row.get("policy", "").lower() or None
    # A spreadsheet's precaution against formulas is no part of an address.
    email, address, day = row.get("email", "").lstrip("'"), None, None
    with suppress(InvalidAddress):
        address = checked_address(email)
    with suppress(ValueError):
        day = date.fromisoformat(row.get("checked_on", ""))
    source = row.get("source", "")
    for wrong, why in (
        (not state, lazy("There is no state of this code or name here.")),
        (place not in rules.PLACES, lazy("The place is new-york, geneva or ministry.")),
        (address is None, lazy("This is no e-mail address. One looks like name@example.org.")),
        (language not in CODES, lazy("The language is one of the six: ar, zh, en, fr, ru, es.")),
        (not source.startswith("https://") and not source.startswith("http://"), lazy("The source is a web address.")),
        (day is None or day > today, lazy("The day on which it was checked is written as 2026-05-01, and has been.")),
        (policy not in (None, *rules.POLICIES), lazy("The policy is open, replied, digest or closed.")),
        (
            general != "yes",
            lazy("Please make sure that it is a general mailbox and no person's: general=yes."),
        ),
    ):
        if wrong:
            return Line(number, None, why, state or typed[:60], email[:254])
    return Line(number, Said(state, place, address, language, source, day, policy), None, state, email)


def _once(lines: list[Line]) -> list[Line]:
    seen: Counter = Counter()
    found = []
    for line in lines:
        if line.said:
            seen[(line.said.state, line.said.place)] += 1
            if seen[(line.said.state, line.said.place)] > 1:
                twice = lazy("This state and place stand in the file twice.")
                line = Line(line.number, None, twice, line.state, line.email)
        found.append(line)
    return found
