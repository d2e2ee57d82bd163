"""Petitions: a text, its signatures, and their count."""
