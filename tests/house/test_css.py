"""The style sheets, the site's and what the desk adds: small, the same for both directions, colours in one place."""

import gzip
import re

import pytest

from app.campaigns import board
from app.positions import asking, record
from tests.conftest import ROOT

CSS = ROOT / "app/kernel/static/main.css"
DESK = ROOT / "app/kernel/static/desk.css"
POSITIONS = ROOT / "app/kernel/static/positions.css"
LETTERS = ROOT / "app/kernel/static/letters.css"
SHEETS = pytest.mark.parametrize("sheet", [CSS, DESK, POSITIONS, LETTERS], ids=lambda path: path.name)
MOST_BYTES = 12 * 1024

# property: why it may name a physical side.
EXCEPTIONS = {"text-emphasis-position": "`right` is the side of vertical lines; in horizontal ones `under` decides"}

SIDES = r"(left|right|top|bottom)"
PHYSICAL = re.compile(
    rf"(?:(?:margin|padding|border|scroll-margin|scroll-padding)-{SIDES}(?:-\w+)?|{SIDES}"
    r"|border-(?:top|bottom)-(?:left|right)-radius|(?:min-|max-)?(?:width|height)|overflow-[xy])"
)
PHYSICAL_VALUE = re.compile(r"\b(?:left|right)\b")
FOUR_SIDES = ("margin", "padding", "inset", "border-width", "border-style", "border-color", "scroll-margin")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|lch|hwb)a?\(", re.IGNORECASE)


def declarations(css: str) -> list[tuple[str, str]]:
    """Every declaration of a style sheet, as (property, value)."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@(?:media|supports|import|charset)[^{;]*", "", css)
    return [(name, value.strip()) for name, value in re.findall(r"[{;]\s*(-{0,2}[\w-]+)\s*:\s*([^;{}]+)(?=[;}])", css)]


def words(value: str) -> list[str]:
    """The parts of a value between spaces, brackets kept whole."""
    parts, depth = [""], 0
    for character in value:
        depth += (character == "(") - (character == ")")
        if character.isspace() and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def faults(css: str) -> list[str]:
    """What a style sheet says of a physical side."""
    found = []
    for name, value in declarations(css):
        sides = words(value)
        physical = PHYSICAL.fullmatch(name) or (not name.startswith("--") and PHYSICAL_VALUE.search(value))
        uneven = name in FOUR_SIDES and len(sides) == 4 and sides[1] != sides[3]
        if (physical or uneven) and name not in EXCEPTIONS:
            found.append(f"{name}: {value}")
    return found


def test_both_style_sheets_together_are_small():
    assert sum(len(gzip.compress(sheet.read_bytes(), 9)) for sheet in (CSS, DESK)) <= MOST_BYTES


def test_what_the_tracker_adds_is_small():
    assert len(gzip.compress(POSITIONS.read_bytes(), 9)) <= 3 * 1024


def test_a_style_sheet_is_read():
    assert len(declarations(CSS.read_text(encoding="utf-8"))) > 200


@SHEETS
def test_a_style_sheet_names_no_physical_side(sheet):
    assert faults(sheet.read_text(encoding="utf-8")) == []


def test_every_exception_is_still_needed():
    names = {name for name, _ in declarations(CSS.read_text(encoding="utf-8"))}
    assert set(EXCEPTIONS) <= names


@pytest.mark.parametrize(
    "wrong",
    [
        "margin-left: 1em",
        "padding-right: 0",
        "left: 0",
        "border-right: 1px solid",
        "border-top-left-radius: 2px",
        "text-align: right",
        "float: left",
        "width: 3em",
        "max-height: 1em",
        "margin: 0 1em 0 calc(2em + 1px)",
        "background-position: left top",
    ],
)
def test_a_physical_side_is_found(wrong):
    assert faults(f".x {{ color: red; {wrong}; }}") == [wrong]
    assert faults(f"@media (min-width: 3em) {{ .x {{ {wrong} }} }}") == [wrong]


@SHEETS
def test_nothing_is_loaded_from_a_style_sheet(sheet):
    css = sheet.read_text(encoding="utf-8")
    assert "@import" not in css and "url(" not in css and "@font-face" not in css


@SHEETS
def test_colours_stand_in_tokens_only(sheet):
    for name, value in declarations(sheet.read_text(encoding="utf-8")):
        assert name.startswith("--") or not COLOUR.search(value), f"{name}: {value}"


def test_every_token_is_set_and_used():
    css = CSS.read_text(encoding="utf-8")
    known = {name for name, _ in declarations(css) if name.startswith("--")}
    used = set(re.findall(r"var\((--[\w-]+)", css))
    assert used <= known, used - known
    assert known <= used, known - used
    in_desk = set(re.findall(r"var\((--[\w-]+)", DESK.read_text(encoding="utf-8")))
    assert in_desk <= known, in_desk - known
    tracker = POSITIONS.read_text(encoding="utf-8")
    own = {name for name, _ in declarations(tracker) if name.startswith("--")}
    used = set(re.findall(r"var\((--[\w-]+)", tracker))
    assert used <= known | own and own <= used


@SHEETS
def test_every_class_of_a_style_sheet_stands_in_a_template(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    templates = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("templates/**/*.html"))
    in_templates = set(re.findall(r"[\w-]+", " ".join(re.findall(r'class="([^"]*)"', templates))))
    # A block of its own puts `desk` beside the classes of the page's main part, and a state is a class, too.
    in_templates |= {"desk", *board.STATES}
    # Drawings are made in Python.
    drawn = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "app/positions/drawing").glob("*.py"))
    in_templates |= set(re.findall(r"[\w-]+", " ".join(re.findall(r'class="([^"{]*)', drawn))))
    in_templates |= {f"at-{position}" for position in record.POSITIONS} | {f"line-{code}" for code in asking.OUTLINED}
    selectors = re.sub(r"\{[^{}]*\}", " ", css)
    assert set(re.findall(r"\.([a-z][\w-]*)", selectors)) <= in_templates
