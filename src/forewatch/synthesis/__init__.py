"""The made-up province: people, places, sources and events that exist nowhere, for trying things out.

Everything here is invented from a seed. No row describes, or was derived from, a real person or place.
"""
