"""States and areas: reference data about the members and observer States of the UN and where people live."""
