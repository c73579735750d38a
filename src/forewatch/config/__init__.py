"""Wires everything: settings, addresses, jobs, and the programs that serve."""
