"""The file of an import as it is kept: sealed, in pieces, and read as if it were whole. A few pieces are in memory."""

import io
from typing import BinaryIO

from sqlalchemy import delete, insert, select, update

from app.kernel.db import db

from ..import_models import Import, ImportKey, ImportPart
from . import reading

PIECE = 256 * 1024
HELD = 4
_NO_SYNC = {"synchronize_session": False}


def keep(import_id: int, source: BinaryIO) -> int:
    """Keep what a stream holds, piece by piece; how many bytes that were. Raises reading.Unreadable where it is too
    large."""
    size = number = 0
    while piece := source.read(PIECE):
        # A stream may give less than it was asked for, and every piece but the last is full.
        while len(piece) < PIECE and (more := source.read(PIECE - len(piece))):
            piece += more
        size += len(piece)
        if size > reading.MOST_BYTES:
            raise reading.Unreadable("large")
        db.session.execute(insert(ImportPart), [{"import_id": import_id, "number": number, "content": piece}])
        number += 1
    return size


def opened(made: Import) -> BinaryIO:
    """The file of an import, to be read from wherever one wants. Reading raises OSError once it was let go of."""
    return io.BufferedReader(_Pieces(made.id, made.size or 0), 64 * 1024)


def let_go(import_ids: list[int]) -> None:
    """Delete the files of imports, and what their lines were found by."""
    for table in (ImportPart, ImportKey):
        db.session.execute(delete(table).where(table.import_id.in_(import_ids)).execution_options(**_NO_SYNC))
    db.session.execute(update(Import).where(Import.id.in_(import_ids)).values(size=None).execution_options(**_NO_SYNC))


class _Pieces(io.RawIOBase):
    def __init__(self, import_id: int, size: int):
        super().__init__()
        self._import_id, self._size = import_id, size
        self._at = 0
        # A workbook is read at two places in turn.
        self._held: dict[int, bytes] = {}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer) -> int:
        number, start = divmod(self._at, PIECE)
        if self._at >= self._size:
            return 0
        if number not in self._held:
            mine = (ImportPart.import_id == self._import_id, ImportPart.number == number)
            piece = db.session.scalar(select(ImportPart.content).where(*mine))
            if piece is None:
                raise OSError("the file was let go of")
            if len(self._held) >= HELD:
                del self._held[next(iter(self._held))]
            self._held[number] = piece
        found = self._held[number][start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
