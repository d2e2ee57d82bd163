"""Makes .venv and installs a requirements file into it, each only when something changed.

    python -I app/kernel/bootstrap.py requirements.txt

It runs before anything is installed, so it uses the standard library alone; with -I, so that no neighbour of this file
hides a standard module.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
USABLE = "import importlib.util, sys; sys.exit(sys.version_info < (3, 11) or not importlib.util.find_spec('pip'))"


def leave(reason: str) -> None:
    """End with one line."""
    sys.exit(f"plenary: {reason}")


def fingerprint(name: str) -> str:
    """A digest of the requirements file and of the one it includes."""
    return hashlib.sha256((ROOT / name).read_bytes() + (ROOT / "requirements.txt").read_bytes()).hexdigest()


def usable() -> bool:
    """Whether .venv has a Python that starts and is new enough, and was made in this place: its scripts name it."""
    pip = VENV / "bin" / "pip"
    if not PYTHON.exists() or not pip.exists() or str(VENV) not in pip.read_text():
        return False
    return subprocess.run([PYTHON, "-c", USABLE], stderr=subprocess.DEVNULL, check=False).returncode == 0  # noqa: S603


def install(name: str) -> None:
    """Bring .venv to what the requirements file asks for."""
    stamp = VENV / f"{name}.stamp"
    good = usable()
    if good and stamp.exists() and stamp.read_text() == fingerprint(name):
        return
    if not good:
        print(f"Making .venv with Python {sys.version.split()[0]}", flush=True)
        make = [sys.executable, "-m", "venv", "--clear", VENV]
        if subprocess.run(make, stdout=subprocess.DEVNULL, check=False).returncode != 0:  # noqa: S603
            leave("Python could not make .venv; on Debian and Ubuntu it needs the package python3-venv")
    print(f"Installing {name} into .venv; the first time this takes a minute", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / name]
    if subprocess.run(pip, check=False).returncode != 0:  # noqa: S603
        leave(f"pip could not install {name}; its reason stands above")
    stamp.write_text(fingerprint(name))


if __name__ == "__main__":
    # `make run` and `make test` may begin at the same time.
    with (ROOT / "requirements.txt").open() as shared:
        fcntl.flock(shared, fcntl.LOCK_EX)
        install(sys.argv[1])
