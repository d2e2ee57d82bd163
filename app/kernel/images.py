"""Pictures that somebody uploads: what kind their bytes say they are, how large, and nothing in them but the picture.

PNG, JPEG and WebP, still ones alone. SVG is refused, as it can hold scripts and fetch from elsewhere. A file is written
anew from its own parts: what describes where, when and by whom it was made (Exif, XMP, comments) stays out, and so does
whatever stands behind its end.
"""

import struct
from dataclasses import dataclass

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
EXTENSIONS = {PNG: "png", JPEG: "jpg", WEBP: "webp"}
# What a PNG needs to be drawn, in the right colours; everything else describes it.
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"})
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
# Start of frame, in each way a JPEG may be coded; not the tables that have numbers among them.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ADOBE = 0xEE  # says how colours are coded, without which some pictures come out inverted
_WEBP_ANIMATED, _WEBP_ALPHA = 0x02, 0x10


class WrongImage(ValueError):
    """Not a picture that is taken here; `why` is kind, broken, moving or large."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Image:
    """A picture as it is kept."""

    data: bytes
    media_type: str
    width: int
    height: int


def read(data: bytes, largest: int = 4000) -> Image:
    """The picture in an uploaded file, at most `largest` pixels wide and high. Raises WrongImage."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            image = _png(data)
        elif data.startswith(b"\xff\xd8\xff"):
            image = _jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            image = _webp(data)
        else:
            raise WrongImage("kind")
    except (struct.error, IndexError) as error:
        raise WrongImage("broken") from error
    if not image.width or not image.height:
        raise WrongImage("broken")
    if max(image.width, image.height) > largest:
        raise WrongImage("large")
    return image


def _png(data: bytes) -> Image:
    kept, place, size = [data[:8]], 8, None
    while True:
        length, kind = struct.unpack_from(">I4s", data, place)
        whole = data[place : place + 12 + length]
        if len(whole) != 12 + length:
            raise WrongImage("broken")
        if kind == b"acTL":
            raise WrongImage("moving")
        if kind == b"IHDR":
            size = struct.unpack_from(">II", whole, 8)
        if kind in _PNG_KEPT:
            kept.append(whole)
        place += len(whole)
        if kind == b"IEND":
            break
    if size is None:
        raise WrongImage("broken")
    return Image(b"".join(kept), PNG, *size)


def _jpeg(data: bytes) -> Image:
    kept, place, size = [data[:2]], 2, None
    while True:
        if data[place] != 0xFF:
            raise WrongImage("broken")
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        part = data[place : place + 2 + length]
        if len(part) != 2 + length or length < 2:
            raise WrongImage("broken")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", part, 5)
            size = width, height
        described = 0xE0 < marker <= 0xEF or marker == 0xFE
        if not described or marker == _JPEG_ADOBE:
            kept.append(part)
        place += len(part)
        if marker == 0xDA:
            break
    end = data.rfind(b"\xff\xd9")
    if size is None or end < place:
        raise WrongImage("broken")
    return Image(b"".join(kept) + data[place : end + 2], JPEG, *size)


def _webp(data: bytes) -> Image:
    (riff,) = struct.unpack_from("<I", data, 4)
    if riff + 8 > len(data):
        raise WrongImage("broken")
    kept, place, size = [], 12, None
    while place < riff + 8:
        kind, length = struct.unpack_from("<4sI", data, place)
        body = data[place + 8 : place + 8 + length]
        if len(body) != length:
            raise WrongImage("broken")
        if kind in (b"ANIM", b"ANMF"):
            raise WrongImage("moving")
        if kind == b"VP8X":
            if body[0] & _WEBP_ANIMATED:
                raise WrongImage("moving")
            # Of what it says is in the file, nothing stays but the picture and its transparency.
            body = bytes([body[0] & _WEBP_ALPHA]) + body[1:]
        size = _webp_size(kind, body) if size is None else size
        if kind in _WEBP_KEPT:
            kept.append(struct.pack("<4sI", kind, length) + body + b"\0" * (length % 2))
        place += 8 + length + length % 2
    if size is None:
        raise WrongImage("broken")
    chunks = b"".join(kept)
    return Image(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks, WEBP, *size)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
