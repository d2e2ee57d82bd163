"""Texts that translators take away and bring back, as XLIFF or DOCX. Pure: bytes in, units out, and the other way."""
