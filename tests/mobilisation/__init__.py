"""Tests of who is written to, what, and what came of it."""
