"""Which characters our own fonts can draw, read from the fonts themselves (OpenType, table `cmap`). Pure."""

import functools
import struct
from pathlib import Path


@functools.cache
def characters(path: Path) -> frozenset[int]:
    """The code points that a font file has glyphs for. Raises ValueError where it has no table of Unicode."""
    data = path.read_bytes()
    number = struct.unpack_from(">H", data, 4)[0]
    tables = (struct.unpack_from(">4sLLL", data, 12 + 16 * place) for place in range(number))
    cmap = next(start for tag, _, start, _ in tables if tag == b"cmap")
    found: set[int] = set()
    for place in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHL", data, cmap + 4 + 8 * place)
        form = struct.unpack_from(">H", data, cmap + offset)[0]
        if platform in (0, 3) and form in _READERS:
            found |= _READERS[form](data, cmap + offset)
    if not found:
        raise ValueError(f"{path.name}: no characters")
    return frozenset(found)


def _segments(data: bytes, start: int) -> set[int]:
    """Format 4: ranges of two-byte characters, some of them by way of an array in which 0 is no glyph."""
    number = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{number}H", data, start + 14 + shift)
        for shift in (0, 2 + 2 * number, 2 + 4 * number, 2 + 6 * number)
    )
    array = start + 16 + 6 * number
    found = set()
    for place in range(number):
        for code in range(starts[place], ends[place] + 1):
            glyph = code
            if offsets[place]:
                at = array + 2 * place + offsets[place] + 2 * (code - starts[place])
                glyph = struct.unpack_from(">H", data, at)[0] if at + 2 <= len(data) else 0
                if glyph == 0:
                    continue
            if (glyph + deltas[place]) % 65536:
                found.add(code)
    return found


def _groups(data: bytes, start: int) -> set[int]:
    """Format 12: groups of characters of any plane."""
    number = struct.unpack_from(">L", data, start + 12)[0]
    groups = (struct.unpack_from(">LLL", data, start + 16 + 12 * place) for place in range(number))
    return {code for first, last, _ in groups for code in range(first, last + 1)}


_READERS = {4: _segments, 12: _groups}
