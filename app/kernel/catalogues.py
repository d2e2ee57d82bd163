"""The interface's catalogues: made current from the source, checked, compiled.

What stands in the source in English must stand in each of the six catalogues, whole and not fuzzy, with the same
placeholders and tags, and with the plural forms that CLDR gives the language.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from .config import ROOT
from .i18n import CODES

FOLDER = ROOT / "translations"
METHODS = [("app/**.py", "python"), ("app/**/templates/**.*", "jinja2")]
OPTIONS = {"app/**/templates/**.*": {"extensions": "jinja2.ext.i18n", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "lazy_gettext": None, "ngettext": (1, 2)}

# Babel 2.18 writes the last two Arabic forms in the wrong order; these are gettext's usual headers, by CLDR's rules.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "zh": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "es": "nplurals=2; plural=(n != 1);",
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|(?<!%)%(?![(%])")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


def path(code: str) -> Path:
    """Where a language's catalogue stands."""
    return FOLDER / code / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every string of the source, as a template."""
    template = Catalog(project="Plenary", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(ROOT), METHODS, OPTIONS, KEYWORDS, ("Translators:",), strip_comment_tags=True, directory_filter=_ours
    )
    for file, line, message, comments, context in found:
        template.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return template


def _ours(folder: str) -> bool:
    name = Path(folder).name
    return not name.startswith(".") and name not in ("instance", "tests", "migrations", "campaigns_data", "docs")


def read(code: str) -> Catalog:
    """A language's catalogue; an empty one where there is no file yet."""
    if not path(code).exists():
        return _empty(code)
    with path(code).open("rb") as file:
        return read_po(file, locale=code)


def _empty(code: str) -> Catalog:
    catalogue = Catalog(
        locale=code,
        header_comment=f"# The interface of Plenary in {code}. AGPL-3.0-or-later.",
        project="Plenary",
        version="1",
        creation_date=datetime(2026, 11, 23, tzinfo=UTC),
        revision_date=datetime(2026, 11, 23, tzinfo=UTC),
        last_translator="the Plenary translators",
        language_team=code,
        msgid_bugs_address="the contact in the imprint of the site",
        charset="utf-8",
        fuzzy=False,
    )
    catalogue.mime_headers = [
        (name, PLURALS[code] if name == "Plural-Forms" else value) for name, value in catalogue.mime_headers
    ]
    return catalogue


def update() -> None:
    """Bring every catalogue to what the source says: new strings empty (English: themselves), lost ones gone."""
    template = extracted()
    for code in CODES:
        catalogue = read(code)
        # Babel puts the template's own messages into the catalogue: each language needs its own.
        catalogue.update(
            deepcopy(template), no_fuzzy_matching=True, keep_user_comments=True, update_creation_date=False
        )
        catalogue.obsolete.clear()
        if code == "en":
            for message in catalogue:
                if message.id:
                    message.string = message.id
        path(code).parent.mkdir(parents=True, exist_ok=True)
        with path(code).open("wb") as file:
            write_po(file, catalogue, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True)


def faults() -> Iterator[str]:
    """Everything that is wrong with the catalogues, a line each: language, string, fault."""
    wanted = {_key(message): message for message in extracted() if message.id}
    for code in CODES:
        if not path(code).exists():
            yield f"{code}: {path(code).relative_to(ROOT)} is missing"
            continue
        header = _header(code)
        if header != PLURALS[code]:
            yield f"{code}: Plural-Forms is {header!r}, not {PLURALS[code]!r}"
        held = {_key(message): message for message in read(code) if message.id}
        for key in wanted.keys() - held.keys():
            yield f"{code}: {key!r} is missing; run `flask translations update`"
        for key in held.keys() - wanted.keys():
            yield f"{code}: {key!r} is in no source file; run `flask translations update`"
        for key in sorted(wanted.keys() & held.keys(), key=str):
            yield from (f"{code}: {key!r}: {fault}" for fault in _message_faults(code, held[key]))


def _key(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def _header(code: str) -> str:
    match = re.search(r'^"Plural-Forms: (.*?)\\n"$', _joined_header(code), re.MULTILINE)
    return match[1] if match else ""


def _joined_header(code: str) -> str:
    # write_po may fold a long header over several quoted lines.
    return re.sub(r'(?<!\\n)"\n"', "", path(code).read_text(encoding="utf-8").partition("\n\n")[0])


def _message_faults(code: str, message: Message) -> Iterator[str]:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy:
        yield "fuzzy"
    expected = int(PLURALS[code][len("nplurals=")]) if message.pluralizable else 1
    if len(forms) != expected or not all(form.strip() for form in forms):
        yield f"{expected} forms are wanted, {sum(1 for form in forms if form.strip())} are there"
        return
    if code != "en" and message.string == message.id and len(str(message.id).split()) > 2:
        yield "still English"
    for index, form in enumerate(forms):
        sources = message.id if message.pluralizable else (message.id,)
        # A form for exactly one or two may put the number into words, so it may leave its placeholder out.
        fits = [s for s in sources if _placeholders(s) == _placeholders(form)]
        spoken = message.pluralizable and len(forms) == 6 and index in (0, 1, 2)
        if not fits and not (spoken and _placeholders(form) < _placeholders(sources[-1])):
            yield f"placeholders of form {index} differ: {form!r}"
        if not any(_tags(s) == _tags(form) for s in sources):
            yield f"tags of form {index} differ: {form!r}"


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(match[0] for match in _PLACEHOLDER.finditer(text))


def _tags(text: str) -> list[str]:
    return sorted(_TAG.findall(text))


def compile_all() -> None:
    """Make each .mo from its .po where it is missing or older."""
    for code in CODES:
        source, target = path(code), path(code).with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        partial = target.with_suffix(".mo.new")
        with partial.open("wb") as file:
            write_mo(file, read(code))
        partial.replace(target)
