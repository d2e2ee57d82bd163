"""What is wrong in a data file."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: in which file, on which line (1 is the header), in words."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"
