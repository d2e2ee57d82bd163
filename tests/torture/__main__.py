"""`make torture`: kill everything under a load of signings, and count what is left."""

import argparse
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from . import blows, mailings, report
from .run import torture


def main() -> int:
    """Run once; 0 when nothing was lost or doubled and all came up again, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000), help="the same seed, the same kills")
    parser.add_argument("--within", type=float, default=30.0, help="seconds after which all must be up again")
    parser.add_argument("--mailings", action="store_true", help="only a mailing to 5,000")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="plenary-torture-"))
    print(f"{options.kills} kills, seed {options.seed}, in {folder}", flush=True)
    faults = []
    if not options.mailings:
        result = torture(folder, blows.plan(options.kills, options.seed), options.seed, options.within)
        print("\n".join(report.lines(result)), flush=True)
        faults += result.faults
    mailed = mailings.torture(folder / "mailing", options.kills, options.seed)
    print("\n".join(mailings.lines(mailed)))
    faults += mailed.faults
    if faults:
        print(f"everything is left in {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
