"""Where pytest looks for fixtures; they are in lab.py."""

from lab import lab

__all__ = ["lab"]
