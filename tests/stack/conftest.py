"""Where pytest looks for fixtures; they are in user.py."""

from user import causes, short_run

__all__ = ["causes", "short_run"]
