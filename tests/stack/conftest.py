"""Where pytest looks for fixtures; they are in user.py."""

from user import short_run

__all__ = ["short_run"]
