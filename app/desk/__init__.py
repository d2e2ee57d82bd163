"""The desk: staff pages that put features together."""
