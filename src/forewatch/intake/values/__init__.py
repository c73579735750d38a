"""Cells to values: dates, numbers, choices, citizen numbers, Burmese. Pure; what is wrong is a `Fault`."""
