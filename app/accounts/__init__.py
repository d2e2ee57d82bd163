"""Accounts: staff, their roles, their sessions, and the guard that every staff page stands behind."""
