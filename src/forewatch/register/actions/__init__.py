"""The only writers of the register: each asks the decision, does one thing, and writes it down."""
