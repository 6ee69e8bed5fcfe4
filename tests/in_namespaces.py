"""Runs pytest inside namespaces of its own, where a test may change the kernel's firewall: in_namespaces.py ARGS"""

from __future__ import annotations

import os
import sys

from harness.stack.namespace import find_way

if __name__ == "__main__":
    way = find_way()
    os.execvp(way.argv[0], [*way.argv, sys.executable, "-m", "pytest", *sys.argv[1:]])  # noqa: S606  no shell is wanted
