"""Receipts: the thanks that a donor gets for each payment, once, and the statement of a year."""
