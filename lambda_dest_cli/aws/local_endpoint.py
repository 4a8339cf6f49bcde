"""Where ``lds local start`` writes down the endpoint that ``--local`` uses."""

import json
import os
from pathlib import Path

STATE_FILE = "local.json"


def state_directory() -> Path:
    """Give lds's folder in the user's state directory (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "state") / "lds"


def read_endpoint() -> str | None:
    """Give the endpoint of the embedded AWS as it was written down, or None when there is none."""
    try:
        endpoint = json.loads((state_directory() / STATE_FILE).read_text())["endpoint"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return endpoint if isinstance(endpoint, str) else None
