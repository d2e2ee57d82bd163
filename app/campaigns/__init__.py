"""Campaigns: packs, pages, asks and mail texts in every language."""
