"""How often a process that makes nothing but records looks for cycles."""

from __future__ import annotations

import gc


def collect_rarely() -> None:
    """Records are trees without cycles, and go as they come: looking for cycles among them took a sixth of the CPU."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
