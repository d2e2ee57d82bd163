"""Rules about the whole house: its floors, its doors, what its code may not say."""

import ast
import re
import subprocess
import sys

from tests.conftest import ROOT

SOURCES = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "app").rglob("templates/**/*.*"))


def test_imports_only_go_down_and_neighbours_do_not_meet():
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def silent(path):
    """What has no docstring of what is public in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if (path.name != "__init__.py" or tree.body) and not ast.get_docstring(tree):
        yield f"{path.relative_to(ROOT)} has no docstring"
    for node in tree.body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if public and not ast.get_docstring(node):
            yield f"{path.relative_to(ROOT)}: {node.name} has no docstring"


def test_every_public_thing_says_what_it_does():
    assert len(SOURCES) > 500
    found = [fault for path in SOURCES for fault in silent(path)]
    assert not found, "\n".join(found)


def test_no_file_has_become_two_rooms():
    found = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in found.items() if lines > 330} == {}


def test_views_ask_no_query_and_templates_load_nothing_from_elsewhere():
    for path in SOURCES:
        if path.name in ("views.py", "api.py", "desk.py") or path.name.endswith(("_views.py", "_desk.py")):
            assert "select(" not in path.read_text(encoding="utf-8"), path
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text and "| safe" not in text, path
        assert not re.search(r'(src|href)="https?://', text), path
        if "/mail/" not in str(path):
            assert "style=" not in text and "<style" not in text, path
            # One place writes scripts into pages, and only the desk's pages come from it.
            assert "<script" not in text or path.parts[-2:] == ("desk", "base.html"), path


def test_every_task_takes_ids_only():
    from werkzeug.utils import import_string

    from app import TASKS
    from app.kernel.worker import kernel_tasks

    for blueprint in (kernel_tasks, *(import_string(f"app.{name}") for name in TASKS.values())):
        for task in blueprint.tasks.values():
            names = set(task.func.__code__.co_varnames[: task.func.__code__.co_argcount])
            assert all(n.endswith("_id") or n in ("context", "timestamp", "repeat") for n in names), task.name


def test_the_procfile_and_the_commands_agree():
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines() if line)
    assert set(lines) == {"web", "worker", "release"}
    from wsgi import app

    for name in ("worker", "release"):
        words = lines[name].split()
        assert words[0] == "flask" and app.cli.get_command(None, words[1])


def test_no_page_counts_rows():
    for path in SOURCES:
        if path.name in ("queries.py", "views.py", "blocks.py", "api.py"):
            assert "count(" not in path.read_text(encoding="utf-8"), path
