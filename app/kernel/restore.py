"""`flask restore DIR`: what `flask backup` made, checked first, then all of it or nothing."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import click
import psycopg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext
from psycopg import sql

from . import backup, rotation
from .backup import BackupError
from .crypto import UnknownKey, keyring

LOCK_SECONDS = 20

# Only what is ours: an extension's tables and functions stay. What a table owns goes with it.
EMPTY_SCHEMA = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT c.oid::regclass::text AS name,
            CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            ELSE 'TABLE' END AS kind
        FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.deptype IN ('e', 'a', 'i'))
        ORDER BY c.relkind = 'S', c.relkind IN ('r', 'p') LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', found.kind, found.name);
    END LOOP;
    FOR found IN SELECT p.oid::regprocedure::text AS name
        FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
            AND d.deptype = 'e') LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT t.oid::regtype::text AS name FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = current_schema()::regnamespace AND t.typelem = 0 AND (c.oid IS NULL OR c.relkind = 'c')
        AND t.typtype IN ('c', 'd', 'e') AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', found.name);
    END LOOP;
END $$
"""


class HalfRestored(Exception):
    """The database was restored and a file was not; the message is one line."""


def _no_backup(folder: Path) -> BackupError:
    return BackupError(f"{folder} is not a whole backup: it has no {backup.MANIFEST} that can be read")


def verified_manifest(folder: Path) -> dict:
    """The manifest of a backup whose every file is as it was written. Raises BackupError naming what is not.

    It guards against damage. Whoever can write to the backup can write a manifest to match: keep backups as safe as
    the server itself.
    """
    try:
        manifest = json.loads((folder / backup.MANIFEST).read_text(encoding="utf-8"))
        number, files = manifest["format"], dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _no_backup(folder) from None
    if number != backup.FORMAT:
        raise BackupError(f"{folder} was made by another version of Plenary (format {number})")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {backup.MANIFEST}
    for name in sorted(there - set(files)):
        raise BackupError(f"{name} is not part of this backup")
    for name, about in files.items():
        path = folder / name
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise BackupError(f"{name} leads out of the backup")
        if not path.is_file():
            raise BackupError(f"{name} is missing from this backup")
        if path.is_symlink() or path.stat().st_size != about["size"] or backup.checksum(path) != about["sha256"]:
            raise BackupError(f"{name} is not what was backed up: its checksum differs")
    if backup.DUMP not in files:
        raise _no_backup(folder)
    return manifest


def _check_revision(revision: str) -> None:
    migrations = current_app.extensions["migrate"].migrate.get_config()
    try:
        ScriptDirectory.from_config(migrations).get_revision(revision)
    except CommandError:
        raise BackupError(
            f"the backup comes from a newer Plenary: this one does not know revision {revision}"
        ) from None


def _check_keys(needed: dict[str, dict[str, str | None]]) -> None:
    for name, keys in needed.items():
        held = current_app.config[name]
        for number, mark in keys.items():
            if int(number) not in held:
                raise BackupError(f"{name} lacks key number {number}, without which this backup cannot be used")
            if mark and backup.fingerprint(held[int(number)]) != mark:
                raise BackupError(f"key number {number} of {name} is not the one this backup was made with")


def _check_openable(opened: psycopg.Connection) -> None:
    """Open one value of each column under each key that wrote there."""
    for column in rotation.encrypted_columns():
        statement = sql.SQL(
            "SELECT DISTINCT ON (get_byte({column}, 0)) {column} FROM {table} WHERE {column} IS NOT NULL"
        ).format(column=sql.Identifier(column.name), table=sql.Identifier(column.table.name))
        for (value,) in opened.execute(statement):
            try:
                keyring().decrypt(value, column.type.context)
            except UnknownKey as error:
                raise BackupError(f"the keys do not open this backup: {error}") from None


def _replay(script: Iterable[bytes], opened: psycopg.Connection) -> None:
    """Run pg_restore's script on this connection, in its transaction."""
    lines, statements = iter(script), []

    def run() -> None:
        if text := b"".join(statements).strip():
            opened.execute(text)
        statements.clear()

    for line in lines:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            run()
            with opened.cursor().copy(line.rstrip(b";\n")) as copy:
                for row in lines:
                    if row == b"\\.\n":
                        break
                    copy.write(row)
        # psql's own commands, and a setting that servers before 17 do not know.
        elif not line.startswith((b"\\restrict ", b"\\unrestrict ", b"SET transaction_timeout")):
            statements.append(line)
    run()


def _restore_database(dump: Path, manifest: dict, opened: psycopg.Connection) -> None:
    pg_restore, _ = backup.program("pg_restore", manifest["postgresql"]["pg_dump"])
    command = [
        str(pg_restore),
        "--no-owner",
        "--no-privileges",
        f"--schema={manifest['schema']}",
        "--file=-",
        str(dump),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603
        try:
            _replay(process.stdout, opened)
        except BaseException:
            process.kill()
            raise
        said = process.stderr.read().decode(errors="replace")
    if process.returncode:
        raise BackupError(f"pg_restore failed: {backup.first_line(said)}")
    opened.execute("SELECT set_config('search_path', %s, false)", [manifest["schema"]])
    if backup.row_counts(opened) != manifest["rows"]:
        raise BackupError("what was restored has not as many rows as the backup's manifest says")
    _check_openable(opened)


def _prepare_database(opened: psycopg.Connection, schema: str, replace: bool) -> None:
    (current,) = opened.execute("SELECT current_schema()").fetchone()
    if current != schema:
        raise BackupError(f"the backup is of schema {schema}, and this database's is {current}")
    if not backup.table_names(opened):
        return
    if not replace:
        raise BackupError("the database is not empty: --replace deletes what it holds and puts the backup in its place")
    opened.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    try:
        opened.execute(EMPTY_SCHEMA)
    except psycopg.errors.LockNotAvailable:
        raise BackupError("the database is in use: stop Plenary's web and worker first") from None


def _stage(folder: Path, names: list[str], instance: Path) -> list[tuple[Path, Path]]:
    """Copy the backup's files beside their places under hidden names; (copy, place) of each."""
    staged = []
    for name in names:
        place = instance / PurePosixPath(name).relative_to(backup.FILES)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        staged.append((copy, place))
        shutil.copyfile(folder / name, copy)
        copy.chmod(0o600)
    return staged


def _put_in_place(staged: list[tuple[Path, Path]]) -> None:
    for copy, place in staged:
        try:
            os.replace(copy, place)
        except OSError as error:
            raise HalfRestored(f"the database is restored, but {place} is not: {error.strerror}") from None


def restore_from(folder: Path, replace: bool = False) -> dict:
    """Bring database and files to what the backup in `folder` holds, and return its manifest.

    One transaction: when anything fails, the old data stay. Raises BackupError, and HalfRestored when a file does not
    go to its place after the database did.
    """
    folder, instance = folder.resolve(), current_app.config["INSTANCE_DIR"]
    staged: list[tuple[Path, Path]] = []
    try:
        manifest = verified_manifest(folder)
        _check_revision(manifest["revision"])
        _check_keys(manifest["keys_needed"])
        with backup.connection() as opened:
            _prepare_database(opened, manifest["schema"], replace)
            _restore_database(folder / backup.DUMP, manifest, opened)
            names = [name for name in manifest["files"] if name.startswith(f"{backup.FILES}/")]
            staged = _stage(folder, names, instance)
        _put_in_place(staged)
    except OSError as error:
        raise BackupError(f"cannot restore {folder}: {error.strerror or error}") from None
    finally:
        for copy, _ in staged:
            copy.unlink(missing_ok=True)
    return manifest


@click.command("restore")
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--replace", is_flag=True, help="Delete what the database holds now.")
@with_appcontext
def restore(directory: Path, replace: bool) -> None:
    """Restore the backup in DIR: all of it or nothing. Stop web and worker first."""
    try:
        with backup.own_server():
            manifest = restore_from(directory, replace)
    except HalfRestored as error:
        raise click.ClickException(str(error)) from error
    except BackupError as error:
        raise click.ClickException(f"{error}. Nothing was changed.") from error
    click.echo(f"Restored the backup of {manifest['made_at']}: {sum(manifest['rows'].values())} rows.")
    click.echo("Run `flask release`, then start Plenary. Whoever was erased or withdrew after that moment is back:")
    click.echo("erase them again with `flask people erase`.")
