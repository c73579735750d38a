"""Runs of the index and the assessments they gave."""
