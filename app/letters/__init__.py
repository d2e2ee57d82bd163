"""Sign-on letters: a text, the organisations under it, and what becomes of both."""
