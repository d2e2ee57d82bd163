"""Drawings of where states stand: the hall, tiles, the map and the list, as SVG. Pure: plain records in, markup out."""
