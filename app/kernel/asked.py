"""What only commands and the job worker need, brought in when somebody asks for it.

A web worker lives for weeks and asks for none of it: neither Alembic, nor Procrastinate, nor a command is in its
memory.
"""

from collections.abc import Callable
from functools import cache

import click
from flask import Flask
from flask.cli import AppGroup
from werkzeug.local import LocalProxy

from .config import ROOT
from .db import db


class Commands(AppGroup):
    """The commands of the app, which `load` gives at the first time that one of them is looked for."""

    def __init__(self, name: str, load: Callable[[], list[click.Command]]):
        super().__init__(name)
        self._load = cache(load)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        self._bring()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None where there is none."""
        self._bring()
        return super().get_command(ctx, cmd_name)

    def _bring(self) -> None:
        for command in self._load():
            self.commands.setdefault(command.name, command)


def when_asked(make: Callable[[], object]) -> LocalProxy:
    """What `make` gives, made once, when something of it is first asked for."""
    return LocalProxy(cache(make))


def migrations(app: Flask) -> object:
    """What Flask-Migrate wants to find of an app: its settings of Alembic."""
    from flask_migrate import Migrate

    Migrate(compare_type=True).init_app(app, db, directory=str(ROOT / "migrations"), include_object=include_object)
    return app.extensions["migrate"]


def include_object(item, name, kind, reflected, compare_to) -> bool:
    """Whether Alembic's autogenerate looks at a thing: Procrastinate's own tables come from its own SQL."""
    return not (name or "").startswith(("procrastinate_", "idx_procrastinate_"))
