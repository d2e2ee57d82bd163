"""A sign-on letter as a PDF with 2,000 signatories and with 20,000, against typst alone setting as many lines.

Each run is a process of its own, so that its peak memory is its own; it knows no database. The floor is a document with
a paragraph for each line of the list, under the same standard and in the same fonts. Seconds are CPU time of drawing.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field

FEW, MANY = 2_000, 20_000
FLOOR = """#let lines = json(bytes(sys.inputs.lines))
#set document(title: "x", date: none)
#set text(font: "Noto Serif", fallback: false, size: 7.5pt, lang: "en")
#set page(paper: "a4")
#for line in lines { par(line) }
"""
ROUNDS = 5


@dataclass
class Drawn:
    """Seconds of each round by number of signatories, of the floor with the most, and the peak in megabytes."""

    seconds: dict[int, list[float]] = field(default_factory=lambda: {FEW: [], MANY: []})
    floor: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    @property
    def ratios(self) -> list[float]:
        """What the document costs in the floor's seconds, round by round."""
        return [mine / floor for mine, floor in zip(self.seconds[MANY], self.floor, strict=True)]

    @property
    def growth(self) -> list[float]:
        """What the most cost in the seconds of the fewest, round by round."""
        return [many / few for few, many in zip(self.seconds[FEW], self.seconds[MANY], strict=True)]


def compare() -> Drawn:
    """Measure in rounds, each in another order. Raises CalledProcessError where one cannot be drawn."""
    found = Drawn()
    for number in range(ROUNDS):
        kinds = [("pdf", FEW), ("pdf", MANY), ("floor", MANY)]
        for kind, size in kinds if number % 2 else reversed(kinds):
            seconds, megabytes = _apart(kind, size)
            if kind == "floor":
                found.floor.append(seconds)
                continue
            found.seconds[size].append(seconds)
            found.megabytes = max(found.megabytes, megabytes)
    return found


def _apart(kind: str, size: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.handover", kind, str(size)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = run.stdout.split()
    return float(seconds), float(megabytes)


def main(kind: str, size: int) -> None:
    """Draw one, and print its seconds and the peak memory of this process in megabytes."""
    took = (_floor if kind == "floor" else _document)(size)
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _document(size: int) -> float:
    from app.letters.handover import showing
    from app.letters.handover.pdf import pdf
    from tests.letters.handover import invented

    with invented.app().app_context():
        handover = showing.safe(invented.handover("en", size, 0))
        return _seconds(lambda: pdf(handover))


def _floor(size: int) -> float:
    import typst

    from app.campaigns import pictures
    from tests.letters.handover import invented

    lines = [f"{invented.name('en', place)} {place}" for place in range(size)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[pictures.FONTS])
    compiler = typst.Compiler(FLOOR.encode(), font_paths=fonts)
    inputs = {"lines": json.dumps(lines, ensure_ascii=False)}
    return _seconds(lambda: compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0, sys_inputs=inputs))


def _seconds(work) -> float:
    began = time.process_time()
    made = work()
    took = time.process_time() - began
    if not made.startswith(b"%PDF"):
        raise ValueError("no PDF was made")
    return took


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
