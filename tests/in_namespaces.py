"""Runs pytest in namespaces of its own, where a test may change the kernel's firewall: in_namespaces.py FILE...

One pytest per file, side by side: each has a network of its own, and these tests mostly wait for silence.
"""

from __future__ import annotations

import subprocess
import sys

from harness.stack.namespace import find_way


def main(files: list[str]) -> int:
    way = find_way()
    running = [
        subprocess.Popen(
            [*way.argv, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", file],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for file in files
    ]
    for process in running:
        sys.stdout.write(process.communicate()[0])
    return max(process.returncode for process in running)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
