"""The plan of a run as SQL: every engine runs the same statements, in DuckDB's dialect or transpiled by SQLGlot."""
