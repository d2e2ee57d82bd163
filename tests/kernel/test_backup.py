"""What was backed up comes back row by row, and a restore that cannot succeed changes nothing."""

import base64
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from app import create_app
from app.kernel import backup
from app.kernel.db import db
from app.kernel.postgres import Cluster
from tests.conftest import environment
from tests.support import read_mailbox, run_jobs, sign

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


class House:
    """An app with a committed database of its own."""

    def __init__(self, database: str, instance: Path, **settings):
        self.settings = {**environment(database, instance), **settings}
        self.instance = instance
        self.database = database
        self.app = create_app(self.settings)

    def run(self, *arguments) -> str:
        """Run a command as an operator would; what it said, after its exit code."""
        with self.app.app_context():
            db.engine.dispose()
        result = self.app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return f"{result.exit_code} {result.output}"

    def contents(self) -> dict[str, list]:
        """Every row of every table as text, and where each sequence stands."""
        with psycopg.connect(self.database) as connection:
            found = {}
            for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
                rows = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier("public", name))
                found[name] = [row for (row,) in connection.execute(rows)]
            sequences = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
            return {**found, "sequences": connection.execute(sequences).fetchall()}

    def schema(self) -> list:
        """Every constraint, index, function and trigger."""
        with psycopg.connect(self.database) as connection:
            return [
                connection.execute(question).fetchall()
                for question in (
                    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                    " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
                    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
                    "SELECT oid::regprocedure::text FROM pg_proc"
                    " WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
                    "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
                )
            ]

    def sign(self, number: int, **changes) -> None:
        client = self.app.test_client()
        values = {"name": f"Signer {number}\\.", "email": f"signer{number}@example.org", **changes}
        assert sign(client, **values).status_code == 303


@pytest.fixture(scope="module")
def make_house(make_database, tmp_path_factory):
    made = []

    def make(name: str, **settings) -> House:
        made.append(House(make_database(), tmp_path_factory.mktemp(name), **settings))
        return made[-1]

    yield make
    for house in made:
        with house.app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="module")
def house(make_house) -> House:
    """Five signers: confirmed, pending, erased, withdrawn, one whose mail is still to be sent; and two files."""
    house = make_house("here")
    client = house.app.test_client()
    with house.app.app_context():
        for number in range(4):
            house.sign(number, shown="name" if number == 0 else "none")
        run_jobs(house.app)
        links = [mail.link for mail in read_mailbox()]
        for link, action in ((links[0], "confirm"), (links[1], "confirm"), (links[1], "erase"), (links[2], "withdraw")):
            assert client.post(link, data={"action": action}).status_code == 303
        house.app.extensions["jobs"].tasks["petitions:count"].func(timestamp=0)
        house.sign(4)
        db.session.remove()
    (house.instance / "uploads" / "deep").mkdir(parents=True)
    (house.instance / "uploads" / "deep" / "scan.pdf").write_bytes(os.urandom(3000))
    (house.instance / "uploads" / "empty").touch()
    (house.instance / "keys.env").write_text("ENCRYPTION_KEYS=1:secret")
    return house


@pytest.fixture(scope="module")
def made(house, tmp_path_factory) -> Path:
    """A backup of that, made once."""
    folder = tmp_path_factory.mktemp("made") / "backup"
    assert house.run("backup", folder).startswith("0 ")
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """A copy of that backup, to be damaged."""
    return Path(shutil.copytree(made, tmp_path / "backup"))


@pytest.fixture
def other(house, make_house) -> House:
    """A second machine with the same keys and a database of its own."""
    keys = {name: house.settings[name] for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "DIGEST_KEYS")}
    return make_house("there", **keys)


def empty(house: House) -> None:
    with psycopg.connect(house.database) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def test_what_was_backed_up_comes_back_row_by_row(house, other, folder):
    empty(other)
    said = other.run("restore", folder)
    assert said.startswith("0 "), said
    before, after = house.contents(), other.contents()
    assert before.keys() == after.keys()
    for name in before:
        assert before[name] == after[name], name
    assert before["petitions_signature"], "there was something to compare"
    assert before["procrastinate_jobs"], "jobs come along"
    assert house.schema() == other.schema()
    scan = Path("uploads/deep/scan.pdf")
    assert (house.instance / scan).read_bytes() == (other.instance / scan).read_bytes()
    assert (other.instance / "uploads" / "empty").exists()
    assert not list(other.instance.rglob(".*")), "nothing half-done is left"


def test_the_restored_site_goes_on(other, folder):
    assert other.run("restore", "--replace", folder).startswith("0 ")
    assert other.run("release").startswith("0 ")
    assert other.run("petitions", "recount").startswith("0 ")
    with other.app.app_context():
        other.sign(0)
        other.sign(9)
        run_jobs(other.app)
        people = db.session.scalar(text("SELECT count(*) FROM people_person"))
        assert {mail.to for mail in read_mailbox()} == {f"signer{n}@example.org" for n in (0, 4, 9)}
        db.session.remove()
    assert people == 5, "who had signed was recognised, who is new was added, the erased one is still known"


def test_plenarys_own_server_is_started_when_it_stands_still(house, folder, tmp_path):
    """As after `make run` was stopped, on a machine that had no database at all yet."""
    keys = {name: house.settings[name] for name in ("ENCRYPTION_KEYS", "DIGEST_KEYS")}
    cluster = Cluster(tmp_path / "own" / "pg")
    own = House(cluster.url(), tmp_path / "own", **keys)
    assert own.run("restore", folder).startswith("0 ")
    assert not cluster.running
    assert own.run("backup", tmp_path / "again").startswith("0 ")
    assert not cluster.running
    assert manifest_of(tmp_path / "again")["rows"] == manifest_of(folder)["rows"]


def test_the_backup_holds_no_key_no_mailbox_and_nobody_can_read_it_but_its_owner(house, tmp_path):
    assert (house.instance / "mailbox").is_dir()
    said = house.run("backup", tmp_path / "backup")
    assert "The keys and settings are not in it" in said
    assert "It needs ENCRYPTION_KEYS 1 and DIGEST_KEYS 1." in said
    folder = tmp_path / "backup"
    manifest = manifest_of(folder)
    assert set(manifest["files"]) == {"database.dump", "files/uploads/deep/scan.pdf", "files/uploads/empty"}
    assert manifest["revision"]
    assert list(manifest["keys_needed"]["ENCRYPTION_KEYS"]) == ["1"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) in (0o600, 0o700)
        if path.is_file():
            content = path.read_bytes()
            for name in ("SECRET_KEY", "ENCRYPTION_KEYS", "DIGEST_KEYS"):
                secret = house.settings[name].partition(":")[2] or house.settings[name]
                assert secret.encode() not in content
                assert name == "SECRET_KEY" or base64.b64decode(secret) not in content


def test_a_backup_goes_only_into_a_new_or_an_empty_directory(house, tmp_path):
    (tmp_path / "empty").mkdir()
    assert house.run("backup", tmp_path / "empty").startswith("0 ")
    said = house.run("backup", tmp_path / "empty")
    assert said == f"1 Error: {tmp_path / 'empty'} is not empty; name a new directory\n"
    (tmp_path / "file").touch()
    assert "is not empty" in house.run("backup", tmp_path / "file")
    assert "inside the instance directory" in house.run("backup", house.instance / "backup")


def test_a_full_disk_leaves_nothing_that_looks_like_a_backup(house, tmp_path, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.shutil, "copyfile", full)
    said = house.run("backup", tmp_path / "out" / "backup")
    assert said == f"1 Error: cannot write the backup to {tmp_path / 'out' / 'backup'}: No space left on device\n"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_dump_that_stops_half_way_leaves_nothing_either(house, tmp_path):
    """The same through the real command, with files that may not grow past 20 KB."""
    run = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(tmp_path / "out" / "backup")],
        cwd=ROOT,
        env={**os.environ, **house.settings},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("Error: ")
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_no_database_is_one_clear_line(house, folder, tmp_path):
    keys = {name: house.settings[name] for name in ("ENCRYPTION_KEYS", "DIGEST_KEYS")}
    away = House("postgresql://plenary:hush@/plenary?host=/nonexistent", tmp_path / "away", **keys)
    for arguments in (["backup", tmp_path / "new"], ["restore", folder]):
        said = away.run(*arguments)
        assert said.startswith("1 Error: the database: "), said
        assert len(said.splitlines()) == 1
        assert "hush" not in said
    assert not (tmp_path / "new").exists()


def test_a_database_that_is_not_empty_is_replaced_only_when_asked(house, other, folder):
    with other.app.app_context():
        other.sign(77)
        db.session.remove()
    before = other.contents()
    said = other.run("restore", folder)
    assert said.startswith("1 Error: the database is not empty"), said
    assert other.contents() == before
    assert other.run("restore", "--replace", folder).startswith("0 ")
    assert other.contents() == house.contents()
    assert house.schema() == other.schema()


def test_replacing_leaves_what_is_not_ours(other, folder):
    with psycopg.connect(other.database) as connection:
        connection.execute("CREATE SCHEMA reports")
        connection.execute("CREATE TABLE reports.notes AS SELECT 'kept' AS note")
        connection.execute("CREATE TABLE public.from_a_newer_version (id bigint REFERENCES people_person (id))")
    assert other.run("restore", "--replace", folder).startswith("0 ")
    assert "from_a_newer_version" not in other.contents()
    with psycopg.connect(other.database) as connection:
        assert connection.execute("SELECT note FROM reports.notes").fetchone() == ("kept",)


@pytest.mark.parametrize("damage", ["turned", "cut", "gone", "added", "no manifest", "half a manifest", "way out"])
def test_a_backup_that_is_not_as_it_was_made_is_refused(other, folder, tmp_path, damage):
    scan = folder / "files" / "uploads" / "deep" / "scan.pdf"
    match damage:
        case "turned":
            content = bytearray((folder / "database.dump").read_bytes())
            content[len(content) // 2] ^= 1
            (folder / "database.dump").write_bytes(content)
        case "cut":
            scan.write_bytes(scan.read_bytes()[:-1])
        case "gone":
            scan.unlink()
        case "added":
            (folder / "files" / "more").touch()
        case "no manifest":
            (folder / "manifest.json").unlink()
        case "half a manifest":
            (folder / "manifest.json").write_text((folder / "manifest.json").read_text()[:50])
        case "way out":
            (tmp_path / "outside").touch()
            manifest = manifest_of(folder)
            manifest["files"]["files/../../outside"] = {"size": 0, "sha256": backup.checksum(tmp_path / "outside")}
            (folder / "manifest.json").write_text(json.dumps(manifest))
    before = other.contents()
    said = other.run("restore", "--replace", folder)
    assert said.startswith("1 Error: "), said
    assert said.endswith("Nothing was changed.\n")
    assert len(said.splitlines()) == 1
    assert other.contents() == before
    assert not (other.instance / "uploads").exists()


def test_the_old_data_survive_a_restore_that_fails_on_the_way(other, folder):
    """A dump that is whole by its checksum and yet not what its manifest says."""
    manifest = manifest_of(folder)
    manifest["rows"]["people_person"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    before = other.contents()
    said = other.run("restore", "--replace", folder)
    assert "not as many rows" in said
    assert other.contents() == before
    content = (folder / "database.dump").read_bytes()[:-4000]
    (folder / "database.dump").write_bytes(content)
    manifest["files"]["database.dump"] = {"size": len(content), "sha256": backup.checksum(folder / "database.dump")}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    said = other.run("restore", "--replace", folder)
    assert said.startswith("1 Error: "), said
    assert other.contents() == before


@pytest.mark.parametrize("name", ["ENCRYPTION_KEYS", "DIGEST_KEYS"])
def test_a_key_that_is_missing_or_another_is_refused_by_its_number(house, make_house, folder, name):
    keys = {key: house.settings[key] for key in ("ENCRYPTION_KEYS", "DIGEST_KEYS")}
    key = base64.b64encode(os.urandom(32)).decode()
    missing = make_house("missing", **{**keys, name: f"2:{key}"})
    before = missing.contents()
    said = missing.run("restore", "--replace", folder)
    assert said.startswith(f"1 Error: {name} lacks key number 1"), said
    assert missing.contents() == before
    another = make_house("another", **{**keys, name: f"1:{key}"})
    assert another.run("restore", "--replace", folder).startswith(f"1 Error: key number 1 of {name} is not the one")
    more = make_house("more", **{**keys, name: f"2:{key},{keys[name]}"})
    assert more.run("restore", "--replace", folder).startswith("0 ")


def test_values_that_do_not_open_are_found_before_anything_is_replaced(other, tmp_path):
    with other.app.app_context():
        other.sign(5)
        db.session.remove()
    with psycopg.connect(other.database) as connection:
        connection.execute("UPDATE petitions_signature SET name = set_byte(name, 20, get_byte(name, 20) # 1)")
    other.run("backup", tmp_path / "backup")
    before = other.contents()
    assert "the keys do not open this backup: petitions_signature.name" in other.run(
        "restore", "--replace", tmp_path / "backup"
    )
    assert other.contents() == before


def test_a_backup_of_a_newer_plenary_is_refused(other, folder):
    (folder / "manifest.json").write_text(json.dumps({**manifest_of(folder), "revision": "9999"}))
    assert "newer Plenary" in other.run("restore", "--replace", folder)


def test_others_on_the_machine_do_not_see_the_password(house, monkeypatch):
    monkeypatch.setitem(
        house.app.config, "SQLALCHEMY_DATABASE_URI", "postgresql+psycopg://me:hush%20hush@db.example.org:5433/plenary"
    )
    with house.app.app_context():
        address, environ = backup.environment()
    assert "hush" not in address
    assert "db.example.org" in address
    assert environ["PGPASSWORD"] == "hush hush"


def test_a_dump_program_older_than_the_server_is_not_used():
    path, major = backup.program("pg_dump", 15)
    assert major >= 15
    assert path.exists()
    with pytest.raises(backup.BackupError, match="needs pg_dump of PostgreSQL 99 or newer"):
        backup.program("pg_dump", 99)
