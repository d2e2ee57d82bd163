"""How the fictional campaign of campaigns/demo was made."""
