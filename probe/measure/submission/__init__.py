"""The user's own submission server, for ``--via``."""
