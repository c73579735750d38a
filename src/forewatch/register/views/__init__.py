"""Pages of the register: get, check, act, render."""
