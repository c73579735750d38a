"""The database as a thing: many rows at once. Knows no table of the domain."""
