"""Rows of text to what they say, by a profile: people, households, answers; or what is wrong with the row."""
