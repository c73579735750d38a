"""On paper: blank forms from the definition, visit lists for an area, and the ledger of what was printed."""
