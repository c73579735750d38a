"""The map, the reports and "where first": figures of areas, exact in one's own area, released elsewhere."""
