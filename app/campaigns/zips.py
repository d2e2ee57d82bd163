"""A pack as one ZIP file: written the same way each time, and read with distrust. Pure."""

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path

MOST_BYTES = 4 * 1024 * 1024
MOST_FILES = 4000
MOST_OF_ONE = 512 * 1024
MOST_UNPACKED = 24 * 1024 * 1024
# What a pack can hold, below its folder: campaign.toml, kind/language.md, kind/slug/language.md, evidence, a world.
_NAME = re.compile(
    r"campaign\.toml|evidence\.csv|world/[a-z]+\.csv|[a-z]+(?:/[a-z0-9][a-z0-9-]{0,80})?/[A-Za-z-]{2,10}\.md"
)
_FOLDER = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
# What programs that make ZIP files add of their own accord.
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX(?:/|$)|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
# PostgreSQL's text cannot hold it.
_NUL = b"\0"


class WrongZip(ValueError):
    """A file that is no pack; `why` is a code: too-large, no-zip, broken, path, kind, twice, locked, two-folders,
    no-head. `name` is what it is about, or empty."""

    def __init__(self, why: str, name: str = ""):
        super().__init__(why)
        self.why, self.name = why, name


def write(slug: str, files: dict[str, str]) -> bytes:
    """The files of a pack, by name, in a folder that bears its slug. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{slug}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(entry, files[name].encode())
    return out.getvalue()


def read(content: bytes) -> tuple[str | None, dict[str, bytes]]:
    """The folder that the files stand in (None: in none) and the files by name. Raises WrongZip.

    Nothing is believed of what the file says of its sizes: what is unpacked is counted, and given up beyond the most.
    """
    if len(content) > MOST_BYTES:
        raise WrongZip("too-large")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _sorted(_unpacked(package))
    except zipfile.BadZipFile as error:
        raise WrongZip("broken" if content.startswith(b"PK") else "no-zip") from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, UnicodeError) as error:
        raise WrongZip("broken") from error


def _unpacked(package: zipfile.ZipFile) -> dict[str, bytes]:
    entries = package.infolist()
    if len(entries) > MOST_FILES:
        raise WrongZip("too-large")
    found: dict[str, bytes] = {}
    room = MOST_UNPACKED
    for entry in entries:
        name = entry.filename
        if entry.is_dir() or _LITTER.search(name):
            continue
        if entry.flag_bits & 0x1:
            raise WrongZip("locked", name)
        if not _is_plain(name) or stat.S_ISLNK(entry.external_attr >> 16):
            raise WrongZip("path", name)
        if name in found:
            raise WrongZip("twice", name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WrongZip("broken", name)
        most = min(room, MOST_OF_ONE)
        with package.open(entry) as stream:
            found[name] = stream.read(most + 1)
        if len(found[name]) > most:
            raise WrongZip("too-large", name)
        if _NUL in found[name]:
            raise WrongZip("kind", name)
        room -= len(found[name])
    return found


def _is_plain(name: str) -> bool:
    """Whether a name leads downwards only, on any system."""
    parts = name.split("/")
    return "\\" not in name and ":" not in name and all(part not in ("", ".", "..") for part in parts)


def _sorted(files: dict[str, bytes]) -> tuple[str | None, dict[str, bytes]]:
    folder = None
    if "campaign.toml" not in files:
        folders = {name.partition("/")[0] for name in files}
        if len(folders) > 1:
            raise WrongZip("two-folders")
        folder = next(iter(folders), None)
        if folder is None or f"{folder}/campaign.toml" not in files or not _FOLDER.fullmatch(folder):
            raise WrongZip("no-head")
        files = {name.removeprefix(f"{folder}/"): data for name, data in files.items()}
    for name in files:
        if not _NAME.fullmatch(name):
            raise WrongZip("kind", name)
    return folder, files


def unpack(files: dict[str, bytes], root: Path) -> None:
    """Write what `read` gave into a folder that is there for it."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
