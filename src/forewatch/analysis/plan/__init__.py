"""The plan of a run as SQL: every engine runs the same statements, as they are or transpiled by SQLGlot."""
