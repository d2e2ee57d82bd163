"""Makes common_passwords.txt from the list that Django ships (BSD-3-Clause): python make_common_passwords.py DJANGO.whl

What is kept is what `passwords.py` compares with: lower case, without digits and signs around it, five letters or more.
"""

import gzip
import sys
import zipfile
from pathlib import Path

from app.accounts.passwords import core

SOURCE = "django/contrib/auth/common-passwords.txt.gz"
SHORTEST = 5

if __name__ == "__main__":
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        words = gzip.decompress(wheel.read(SOURCE)).decode().split("\n")
    kept = {core(word) for word in words} | {word for word in words if len(word) >= 12}
    lines = sorted(word for word in kept if len(word) >= SHORTEST)
    Path(__file__).with_name("common_passwords.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
