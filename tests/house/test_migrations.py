"""The migrations make exactly the tables that the models say, and can be taken back."""

import os
import subprocess
import sys

import psycopg
import pytest

from tests.conftest import ROOT, environment


@pytest.mark.slow
def test_migrations_go_down_and_up_again_and_leave_what_the_models_say(make_database, tmp_path):
    url = make_database()
    env = {**os.environ, **environment(url, tmp_path)}

    def flask(*arguments):
        run = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
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

    flask("db", "check")
    flask("db", "downgrade", "base")
    assert left() == {"alembic_version"}
    flask("db", "upgrade")
    flask("db", "check")


def test_there_is_one_line_of_migrations():
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(ROOT / "migrations"))
    assert len(script.get_heads()) == 1
