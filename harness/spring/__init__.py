"""Reads a team's own configuration as Spring would, and finds what of it concerns Redis and the session."""
