"""Where a mended reply's `response_metadata` tells what was done to its calls."""

REPAIRS = "repairs"
DROPPED = "dropped_calls"
