"""Segments: rules that say who is meant, and what the database answers to them."""
