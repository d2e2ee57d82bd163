"""The public site: the only pages that put features together."""
