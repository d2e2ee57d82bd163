"""People: who supports, their consent, their suppression and erasure, and the one rule of what may be disclosed."""
