"""``lds tail``: feeds merged into one stream of outcomes, nothing taken away that was not asked for."""

from lambda_dest_cli.tailer.follow import TailRequest, tail
from lambda_dest_cli.tailer.selection import Selection
from lambda_dest_cli.tailer.watches import find_watches, kept_only

__all__ = ["Selection", "TailRequest", "find_watches", "kept_only", "tail"]
