"""The one form of a pack's documents: front matter, then blocks with stable ids. Pure: text in, text out.

`parse` reads it, `write` gives it back byte for byte; `docs/packs.md` explains it to people.
"""

import hashlib
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace

import tomli_w

FENCE = "+++\n"
STATES = ("machine", "draft", "reviewed")
MARKER = re.compile(r"^\{#([a-z0-9]+(?:-[a-z0-9]+)*)(?: from=([0-9a-f]{12}) (machine|draft|reviewed))?\}$")
HEAD = "head"
DIGEST_LETTERS = 12


class FormFault(Exception):
    """A text that is no document; `line` counts from 1."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Block:
    """A passage with an id of its own. In a translation `source` is the digest of the source block it was made from,
    and `state` how far it has come; in the source language both are None. `line` is where its marker stands."""

    key: str
    text: str
    source: str | None = None
    state: str | None = None
    line: int = 0

    @property
    def digest(self) -> str:
        """What a translation made from this block carries."""
        return _digest(self.text)


@dataclass(frozen=True)
class Document:
    """One text of a pack in one language: front matter, which is a block, too, and the blocks of its body."""

    front: dict[str, str]
    blocks: tuple[Block, ...]
    source: str | None = None
    state: str | None = None

    @property
    def digest(self) -> str:
        """Of the front matter, as `Block.digest`."""
        return front_digest(self.front)

    @property
    def head(self) -> Block:
        """The front matter as a block, so that all blocks can be treated alike."""
        return Block(HEAD, "", self.source, self.state, 2)

    def block(self, key: str) -> Block | None:
        """The block of that id."""
        return next((block for block in self.blocks if block.key == key), None)

    def made_from(self, original: "Document", state: str, only: str | None = None) -> "Document":
        """This translation with its blocks (or the one of id `only`) marked as made from what `original` says now."""
        blocks = [
            replace(block, source=found.digest, state=state)
            if (found := original.block(block.key)) and only in (None, block.key)
            else block
            for block in self.blocks
        ]
        if only in (None, HEAD):
            return replace(self, blocks=tuple(blocks), source=original.digest, state=state)
        return replace(self, blocks=tuple(blocks))


def front_digest(front: dict[str, str]) -> str:
    """The digest of front matter: of its values, in the order of their names."""
    return _digest("\n\n".join(f"{key}: {front[key]}" for key in sorted(front)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LETTERS]


def tidy(text: str) -> str:
    """A block's text in its one form: NFC, single line feeds, no space at a line's end, no empty line too many."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def parse(text: str) -> Document:
    """The document in a text. Raises FormFault at the first thing that keeps it from being one."""
    parts = text.split(FENCE, 2)
    if len(parts) != 3 or parts[0]:
        raise FormFault(1, "front matter between two lines of +++ must open the file")
    try:
        front = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise FormFault(toml_line(error) + 1, f"front matter is no valid TOML: {error}") from None
    for key, value in front.items():
        if not isinstance(value, str) or not value.strip():
            raise FormFault(2, f"{key!r} must be a text that is not empty")
    source, state = front.pop("from", None), front.pop("state", None)
    if (source is None) != (state is None) or (state is not None and state not in STATES):
        raise FormFault(2, f"from and state stand together, and state is one of {', '.join(STATES)}")
    first_line = text.count("\n", 0, len(text) - len(parts[2])) + 1
    return Document({k: tidy(v) for k, v in front.items()}, tuple(_blocks(parts[2], first_line)), source, state)


def _blocks(body: str, first_line: int):
    key, lines, found = None, [], []
    for number, line in enumerate(body.split("\n"), first_line):
        if line.startswith("{#"):
            match = MARKER.match(line.rstrip())
            if not match:
                raise FormFault(number, "a block opens with {#id} or {#id from=digest state}, alone on its line")
            if key is not None:
                found.append((*key, tidy("\n".join(lines))))
            key, lines = (match[1], match[2], match[3], number), []
        elif key is None and line.strip():
            raise FormFault(number, "this text stands in no block: a line such as {#id} opens one")
        else:
            lines.append(line)
    if key is not None:
        found.append((*key, tidy("\n".join(lines))))
    seen: set[str] = set()
    for name, source, state, number, text in found:
        if name in seen or name == HEAD:
            raise FormFault(
                number, f"the block id {name!r} stands twice" if name in seen else f"no block may be {HEAD!r}"
            )
        if not text:
            raise FormFault(number, f"the block {name!r} is empty")
        seen.add(name)
        yield Block(name, text, source, state, number)


def write(document: Document, fields: tuple[str, ...]) -> str:
    """The document in its one form, front matter in the order of `fields`."""
    front = {key: document.front[key] for key in fields if key in document.front}
    if document.source:
        front |= {"from": document.source, "state": document.state}
    parts = [FENCE, tomli_w.dumps(front), FENCE]
    for block in document.blocks:
        stamp = f" from={block.source} {block.state}" if block.source else ""
        parts.append(f"\n{{#{block.key}{stamp}}}\n{block.text}\n")
    return "".join(parts)


def first_difference(text: str, wanted: str) -> int:
    """The number of the first line in which `text` is not `wanted`."""
    pairs = zip(text.split("\n"), wanted.split("\n"), strict=False)
    return next((n for n, (a, b) in enumerate(pairs, 1) if a != b), min(text.count("\n"), wanted.count("\n")) + 1)


def toml_line(error: tomllib.TOMLDecodeError) -> int:
    """The line that tomllib says in words."""
    number = str(error).partition("line ")[2].partition(",")[0]
    return int(number) if number.isdigit() else 1
