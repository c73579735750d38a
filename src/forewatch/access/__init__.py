"""Users, organisations, roles and grants; the one decision; the seal over identities."""
