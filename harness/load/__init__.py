"""The load: a plan of due times, and the driver that keeps to it. Knows nothing of phases' faults."""
