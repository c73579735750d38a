"""What the register knows without a database: numbers, names, dates, codes, answers. Pure functions."""
