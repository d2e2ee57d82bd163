"""The migrations make exactly the tables that the models say, and can be taken back."""

import os
import subprocess
import sys

import psycopg
import pytest

from tests.conftest import ROOT, environment

FLASK = "import sys; from wsgi import app; [app.cli.main(line.split(), 'flask', None, False) for line in sys.argv[1:]]"


@pytest.mark.slow
def test_migrations_go_down_and_up_again_and_leave_what_the_models_say(make_database, tmp_path):
    url = make_database()
    env = {**os.environ, **environment(url, tmp_path)}

    def flask(*commands: str):
        """Run commands, one after the other; the start of a process takes longer than most of them."""
        run = subprocess.run(
            [sys.executable, "-c", FLASK, *commands],
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def left() -> set[str]:
        with psycopg.connect(url) as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
                " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                " UNION SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'"
            )
            return {name for (name,) in names}

    flask("db check", "db downgrade base")
    assert left() == {"alembic_version"}
    flask("db upgrade", "db check")


def test_there_is_one_line_of_migrations():
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
