"""What travels: one unit for each block, or each line of front matter, with an address that names it and both texts."""

import re
from dataclasses import dataclass
from typing import NoReturn

# Of a file as it comes in, and of what is in it once it is unpacked.
MOST_BYTES = 4 * 1024 * 1024
MOST_UNPACKED = 12 * 1024 * 1024
MOST_UNITS = 5000
LONGEST_TEXT = 40_000

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_ADDRESS = re.compile(
    rf"([A-Za-z]+(?:-[A-Za-z]+)?)/([a-z]+)/({_NAME})#({_NAME})(?:\.([a-z_]+))?@([0-9a-f]{{12}})\.([0-9a-f]{{12}}|-)"
)
# No XML can hold these.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Unit:
    """A block, or with `field` one line of front matter, on its way to a translator and back.

    The digests are those of the whole block as it went out: of its source, and of its translation ("" where there was
    none). On the way back `source` is not looked at.
    """

    language: str
    kind: str
    slug: str
    key: str
    field: str
    source_digest: str
    target_digest: str
    target: str
    source: str = ""
    state: str = "missing"
    notes: tuple[str, ...] = ()

    @property
    def document(self) -> str:
        """The document it belongs to, such as pages/why."""
        return f"{self.kind}/{self.slug}"

    @property
    def address(self) -> str:
        """Its name in a file; programs and people leave it as it is."""
        part = f".{self.field}" if self.field else ""
        return f"{self.language}/{self.document}#{self.key}{part}@{self.source_digest}.{self.target_digest or '-'}"


class WrongFile(ValueError):
    """A file that holds no translations of ours; `why` is a word for the reason, which the desk says in a sentence."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def refuse(why: str, cause: Exception | None = None) -> NoReturn:
    """Raise WrongFile."""
    raise WrongFile(why) from cause


def from_address(address: str, target: str) -> Unit | None:
    """The unit of an address as it came back, with the text that stands there; None where it is no address of ours."""
    match = _ADDRESS.fullmatch("".join(address.split()))
    if match is None:
        return None
    language, kind, slug, key, field, source, held = match.groups()
    return Unit(language, kind, slug, key, field or "", source, "" if held == "-" else held, target)


def printable(text: str) -> str:
    """The text without the few characters that no XML can hold."""
    return _CONTROL.sub("", text)


def checked(units: list[Unit]) -> list[Unit]:
    """The units of a file that came back. Raises WrongFile when there are none, too many, too long, or one twice."""
    if not units:
        refuse("no-units")
    if len(units) > MOST_UNITS or any(len(unit.target) > LONGEST_TEXT for unit in units):
        refuse("too-large")
    names = [(unit.language, unit.document, unit.key, unit.field) for unit in units]
    if len(set(names)) != len(names):
        refuse("twice")
    return units
