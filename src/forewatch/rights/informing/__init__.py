"""Telling people, safely, what was collected about them from others: who is due, told, or rather not told."""
