"""`python -m app.kernel.supervisor [--root DIRECTORY] [--with-parent]`."""

import argparse
import os
import signal
import sys
from pathlib import Path

from app.kernel.config import ConfigError
from app.kernel.launch import follow
from app.kernel.postgres import ClusterError
from app.kernel.supervisor.refusals import Refusal
from app.kernel.supervisor.supervise import Stopped, Supervisor

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Run until a signal says stop. 0 after that, 1 if something did not work out, 2 if it could not begin."""
    parser = argparse.ArgumentParser(prog="python -m app.kernel.supervisor", description="Runs the whole of Plenary.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the directory with the Procfile")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")
    options = parser.parse_args()
    if options.with_parent:
        follow(os.getppid(), signal.SIGTERM)
    try:
        Supervisor(options.root.resolve(), os.environ).run()
    except Stopped:
        return 0
    except (Refusal, ClusterError, ConfigError) as error:
        print(f"plenary: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
