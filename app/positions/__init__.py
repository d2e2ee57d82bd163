"""Positions: evidence, and where each state stands by it. The contract is docs/positions.md."""
