"""Uploaded pictures: what they are by their bytes, and nothing in them but the picture."""

import base64
import struct
import zlib

import pytest

from app.kernel import images

# A red pixel each: made once with a paint program, as browsers take them.
JPEG = (
    base64.b64decode(
        "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
        "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
    )
    + b"\xff\xd9"
)
WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 3, height: int = 2, *further: bytes, after: bytes = b"") -> bytes:
    lines = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(lines))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(further) + body + chunk(b"IEND", b"") + after


def test_a_picture_is_what_its_bytes_say():
    found = images.read(png())
    assert (found.media_type, found.width, found.height) == (images.PNG, 3, 2)
    assert found.data == png()
    found = images.read(JPEG)
    assert (found.media_type, found.width, found.height) == (images.JPEG, 1, 1)
    found = images.read(WEBP)
    assert (found.media_type, found.width, found.height) == (images.WEBP, 1, 1)


def test_what_describes_a_picture_and_what_stands_behind_its_end_is_taken_out():
    secret = b"made by a person at a place"
    told = [chunk(b"tEXt", b"Author\0" + secret), chunk(b"eXIf", secret)]
    assert images.read(png(3, 2, *told, after=b"<script>" + secret)).data == png()
    exif = b"\xff\xe1" + struct.pack(">H", 2 + len(secret)) + secret
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(secret)) + secret
    kept = images.read(JPEG[:20] + exif + comment + JPEG[20:] + secret).data
    assert kept == JPEG
    body = WEBP[12:]
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x08\0\0\0\0\0\0\0\0\0"
    chunks = extended + body + b"EXIF" + struct.pack("<I", len(secret)) + secret + b"\0"
    kept = images.read(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks)
    assert secret not in kept.data and kept.data[20] == 0, "nothing says that there is more"
    assert images.read(kept.data).data == kept.data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
        (b"GIF89a\x01\x00\x01\x00", "kind"),
        (b"", "kind"),
        (png()[:40], "broken"),
        (JPEG[:-2], "broken"),
        (JPEG[:60], "broken"),
        (WEBP[:20], "broken"),
        (png(0, 2), "broken"),
        (png(3, 2, chunk(b"acTL", b"\0" * 8)), "moving"),
        (WEBP[:4] + struct.pack("<I", 5000) + WEBP[8:], "broken"),
        (png(4001, 1), "large"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused_and_it_is_said_why(data, why):
    with pytest.raises(images.WrongImage) as refused:
        images.read(data)
    assert refused.value.why == why


def test_a_moving_webp_is_refused():
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x02" + b"\0" * 9 + WEBP[12:]
    with pytest.raises(images.WrongImage, match="moving"):
        images.read(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks)
