"""Concerns that volunteers hand in: written once, read only by the desk of the area."""
