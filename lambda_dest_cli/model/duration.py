"""Durations as people write them."""

import re

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s?)?", re.ASCII)
_MOST_DIGITS = 10


def parse_duration(text: str) -> int | None:
    """Give the seconds of ``90``, ``90s``, ``5m``, ``1h30m``, ``2d``; None for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()) or len(text) > _MOST_DIGITS:
        return None
    return sum(int(amount) * _UNITS[unit] for unit, amount in match.groupdict().items() if amount)


def duration(seconds: int) -> str:
    """Give ``90`` as ``1m30s`` and ``21600`` as ``6h``; it reads back as so many seconds."""
    parts = []
    for unit, size in _UNITS.items():
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"
