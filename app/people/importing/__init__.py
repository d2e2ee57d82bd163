"""Organisations from files: read, tried out row by row, taken in, and taken back."""
