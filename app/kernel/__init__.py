"""The ground floor: it knows no feature."""
