"""No amount is ever a float: nothing in this room makes one, and no column could hold one."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.kernel.db import db
from tests.conftest import ROOT

ROOM = sorted((ROOT / "app" / "donations").rglob("*.py"))
TEMPLATES = sorted((ROOT / "app" / "donations").rglob("templates/**/*.html"))


def floats(tree: ast.AST) -> list[str]:
    """What in a source makes, takes or may give a float."""
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ("float", "Float", "REAL", "Double", "DOUBLE", "DOUBLE_PRECISION", "truediv", "fsum"):
                found.append(f"{line}: {name}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"{line}: {node.value}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append(f"{line}: /")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.right, ast.UnaryOp):
            found.append(f"{line}: ** of a negative number")
        elif isinstance(node, ast.Call):
            found += _calls(node, line)
    return found


def _calls(node: ast.Call, line: int) -> list[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    exact = any(word.arg == "parse_float" and getattr(word.value, "id", "") == "Decimal" for word in node.keywords)
    if name == "loads" and not exact and not _reads_ours(node):
        return [f"{line}: json.loads without parse_float=Decimal"]
    if name == "round":
        return [f"{line}: round("]
    if name == "Numeric" and any(word.arg == "asdecimal" for word in node.keywords):
        return [f"{line}: Numeric(asdecimal=…)"]
    return []


def _reads_ours(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") != "json"


@pytest.mark.parametrize("path", ROOM, ids=lambda path: path.name)
def test_no_source_of_the_room_knows_a_float(path: Path):
    assert floats(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_no_template_divides_or_makes_a_float():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "|float" not in text.replace(" ", "") and "|round" not in text.replace(" ", ""), path


def test_amounts_are_whole_numbers_in_the_database_and_rates_are_exact():
    import app.donations.books
    import app.donations.models  # noqa: F401

    tables = [table for table in db.metadata.tables.values() if table.name.startswith("donations_")]
    assert len(tables) > 10
    columns = [column for table in tables for column in table.columns]
    assert not [c for c in columns if isinstance(c.type, sa.Float)]
    for name in ("minor", "settled_minor", "goal", "minimum", "refunded", "disputed"):
        assert all(isinstance(c.type, sa.BigInteger) for c in columns if c.name == name), name
    (rate,) = [c for c in columns if c.name == "rate"]
    assert type(rate.type) is sa.Numeric and rate.type.asdecimal


@pytest.mark.parametrize(
    "source",
    [
        "x = minor / 100",
        "minor /= 100",
        "x = float(minor)",
        "def f(amount: float): ...",
        "x = 1.5",
        "x = sa.Float",
        "x = json.loads(body)",
        "x = round(minor, 2)",
        "x = minor * 10 ** -2",
    ],
)
def test_the_guard_finds_any(source):
    assert floats(ast.parse(source))
