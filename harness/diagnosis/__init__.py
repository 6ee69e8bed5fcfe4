"""Why a check failed, from the record alone: never from which faults were played."""

from harness.diagnosis.deciding import decide
from harness.diagnosis.explaining import explained, foremost

__all__ = ["decide", "explained", "foremost"]
