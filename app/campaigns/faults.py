"""What is wrong with a pack, in words a translator understands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a pack: the file below its folder, the line (from 1; 0: the whole file), the words."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class PackFaults(Exception):
    """A pack that may not be imported; `faults` says why."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"{len(faults)} faults")
        self.faults = faults
