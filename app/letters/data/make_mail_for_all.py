"""Makes mail_for_all.txt: domains where anybody gets an address. python make_mail_for_all.py DISPOSABLE.whl FREE.tgz

Sources, both MIT: `disposable-email-domains` 0.0.293 of PyPI (Dustin Ingram, github.com/di/disposable-email-domains)
and `free-email-domains` 1.12.6 of npm (Kiko Beats and others, github.com/kikobeats/free-email-domains). Some domains
in them are somebody's own: whoever writes from there is looked at by a person, and that is all that follows.
"""

import ast
import json
import sys
import tarfile
import zipfile
from pathlib import Path

FREE = "package/domains.json"


def read(disposable: str, free: str) -> set[str]:
    """The domains that the two archives name, in lower case."""
    with zipfile.ZipFile(disposable) as wheel:
        first = ast.parse(wheel.read("disposable_email_domains/__init__.py")).body[0]
    throwaway = ast.literal_eval(first.value)
    with tarfile.open(free) as archive:
        found = set(json.load(archive.extractfile(FREE)))
    return {domain.strip().lower() for domain in found | throwaway}


if __name__ == "__main__":
    head = "# Domains where anybody gets an address: made by make_mail_for_all.py, which names the sources.\n"
    lines = sorted(domain for domain in read(*sys.argv[1:3]) if domain)
    Path(__file__).with_name("mail_for_all.txt").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
