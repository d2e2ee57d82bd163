"""`flask backup DIR`: the database and the instance's files in one directory, with a manifest, and without the keys."""

import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import psycopg
from flask import current_app
from flask.cli import with_appcontext
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from . import clock, rotation
from .config import ROOT
from .db import db
from .postgres import Cluster, ClusterError, binaries

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files"
PACKAGED_POSTGRES = Path("/usr/lib/postgresql")

# What stands at the top of the instance directory and is no data: the cluster, keys, the local mailbox, locks, logs.
NOT_BACKED_UP = re.compile(r"pg|pg\.new|mailbox|\..*|.*\.(env|lock|log|pid|sock)")
KEY_CHECK = b"plenary: which key is this?"


class BackupError(Exception):
    """The backup or restore did not happen; the message is one line."""


@contextmanager
def own_server() -> Iterator[None]:
    """Plenary's own PostgreSQL runs while `make run` does; when it is the database and stands still, run it meanwhile.

    Raises BackupError.
    """
    cluster = Cluster(current_app.config["INSTANCE_DIR"] / "pg")
    if libpq_url() != cluster.url() or cluster.running:
        yield
        return
    try:
        cluster.start()
    except ClusterError as error:
        raise BackupError(str(error)) from None
    try:
        yield
    finally:
        cluster.stop()


def libpq_url() -> str:
    """The database's address as PostgreSQL's own programs take it."""
    return current_app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg", "postgresql", 1)


@contextmanager
def connection() -> Iterator[psycopg.Connection]:
    """A connection of its own, in one transaction. Raises BackupError when there is none or a statement fails."""
    try:
        with psycopg.connect(libpq_url(), connect_timeout=10) as opened:
            yield opened
    except psycopg.Error as error:
        raise BackupError(f"the database: {first_line(str(error))}") from None


def first_line(text: str) -> str:
    """The first line of what a program said."""
    return (text.strip().splitlines() or ["no reason given"])[0]


def program(name: str, at_least: int) -> tuple[Path, int]:
    """The oldest pg_dump or pg_restore here that is no older than `at_least`, and its major. Raises BackupError."""
    places = [*sorted(PACKAGED_POSTGRES.glob("*/bin")), *map(Path, os.get_exec_path())]
    with suppress(ClusterError):
        places.insert(0, binaries())
    found = []
    for path in dict.fromkeys(place / name for place in places):
        if os.access(path, os.X_OK):
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
            if version := re.search(r"\) (\d+)", said.stdout):
                found.append((int(version[1]), path))
    fitting = [(major, path) for major, path in found if major >= at_least]
    if not fitting:
        raise BackupError(f"the database needs {name} of PostgreSQL {at_least} or newer, and there is none here")
    major, path = min(fitting, key=lambda pair: pair[0])
    return path, major


def environment() -> tuple[str, dict[str, str]]:
    """The database's address without its password, and an environment that holds it: others can read arguments."""
    parts = conninfo_to_dict(libpq_url())
    password = parts.pop("password", None)
    return make_conninfo(**parts), {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def fingerprint(key: bytes) -> str:
    """What tells a key from another with the same number and betrays nothing of it: keys are 32 random bytes."""
    return hmac.digest(key, KEY_CHECK, hashlib.sha256).hex()[:16]


def checksum(path: Path) -> str:
    """SHA-256 of a file, which is on the disk when this returns."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


def table_names(opened: psycopg.Connection) -> list[str]:
    """The tables of the schema Plenary lives in; those of an extension are not ours."""
    rows = opened.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace"
        " AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
        " AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"
    )
    return [name for (name,) in rows]


def row_counts(opened: psycopg.Connection) -> dict[str, int]:
    """How many rows each table has."""
    count = sql.SQL("SELECT count(*) FROM {}")
    return {name: opened.execute(count.format(sql.Identifier(name))).fetchone()[0] for name in table_names(opened)}


def _key_numbers(opened: psycopg.Connection, columns) -> list[int]:
    numbers: set[int] = set()
    for column in columns:
        statement = sql.SQL("SELECT DISTINCT get_byte({column}, 0) FROM {table} WHERE length({column}) > 0").format(
            column=sql.Identifier(column.name), table=sql.Identifier(column.table.name)
        )
        numbers.update(number for (number,) in opened.execute(statement))
    return sorted(numbers)


def _keys_needed(opened: psycopg.Connection) -> dict[str, dict[str, str | None]]:
    """By setting, the number of each key without which something in the database is lost, with its fingerprint."""
    digests = [c for t in db.metadata.sorted_tables for c in t.columns if c.info.get("keyed_digest")]
    needed = {}
    for name, columns in (("ENCRYPTION_KEYS", rotation.encrypted_columns()), ("DIGEST_KEYS", digests)):
        held: Mapping[int, bytes] = current_app.config[name]
        numbers = _key_numbers(opened, columns)
        needed[name] = {str(n): fingerprint(held[n]) if n in held else None for n in numbers}
    return needed


def _dump(target: Path) -> dict:
    """Dump the database to a file and describe the same snapshot of it: schema, revision, rows, keys, versions."""
    with connection() as opened:
        opened.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        schema, snapshot = opened.execute("SELECT current_schema(), pg_export_snapshot()").fetchone()
        if "alembic_version" not in table_names(opened):
            raise BackupError("the database holds no Plenary: `flask release` makes its tables")
        (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
        about = {
            "schema": schema,
            "revision": revision,
            "rows": row_counts(opened),
            "keys_needed": _keys_needed(opened),
        }
        server = opened.info.server_version // 10_000
        pg_dump, major = program("pg_dump", server)
        address, environ = environment()
        command = [str(pg_dump), "--format=custom", "--no-owner", "--no-privileges", f"--schema={schema}"]
        command += [f"--snapshot={snapshot}", f"--file={target}", f"--dbname={address}"]
        result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        raise BackupError(f"pg_dump failed: {first_line(result.stderr)}")
    return {**about, "postgresql": {"server": server, "pg_dump": major}}


def _copy_files(instance: Path, target: Path) -> None:
    for top in sorted(instance.iterdir()) if instance.is_dir() else ():
        if NOT_BACKED_UP.fullmatch(top.name) or top.is_symlink():
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else (top,):
            if path.is_file() and not path.is_symlink():
                copy = target / path.relative_to(instance)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)


def _check_target(target: Path, instance: Path) -> None:
    if target == instance or instance in target.parents:
        raise BackupError(f"{target} is inside the instance directory; choose a place outside of it")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is not empty; name a new directory")


def make(target: Path) -> dict:
    """Back up into `target`, which is new or empty, and return the manifest.

    Everything is written beside it under a hidden name and renamed at the end, so that a directory with its name is
    always a whole backup. Raises BackupError, and then nothing is left.
    """
    target, instance = target.resolve(), current_app.config["INSTANCE_DIR"]
    partial = target.with_name(f".{target.name}.partial-{secrets.token_hex(4)}")
    try:
        _check_target(target, instance)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.mkdir(mode=0o700)
        about = _dump(partial / DUMP)
        _copy_files(instance, partial / FILES)
        for path in partial.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        paths = sorted(path for path in partial.rglob("*") if path.is_file())
        manifest = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(timespec="seconds"),
            "plenary": tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            **about,
            "files": {
                path.relative_to(partial).as_posix(): {"size": path.stat().st_size, "sha256": checksum(path)}
                for path in paths
            },
        }
        written = partial / MANIFEST
        written.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        written.chmod(0o600)
        checksum(written)
        partial.rename(target)
    except OSError as error:
        raise BackupError(f"cannot write the backup to {target}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


@click.command("backup")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@with_appcontext
def backup(directory: Path) -> None:
    """Back up the database and the instance's files into DIR, a new directory. The keys are not in it."""
    try:
        with own_server():
            manifest = make(directory)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    size = sum(file["size"] for file in manifest["files"].values())
    click.echo(f"{directory}: {sum(manifest['rows'].values())} rows, {len(manifest['files'])} files, {size} bytes.")
    needed = [f"{name} {', '.join(keys)}" for name, keys in manifest["keys_needed"].items() if keys]
    click.echo(
        "The keys and settings are not in it. Without its keys nobody can read the names and addresses in it, you"
        " included: keep a copy of production.env in another place than the backups."
    )
    if needed:
        click.echo(f"It needs {' and '.join(needed)}.")
