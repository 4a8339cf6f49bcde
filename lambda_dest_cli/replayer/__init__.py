"""``lds replay``: what failed is sent again; the journal knows of every sending, so that nothing is lost or doubled."""

from lambda_dest_cli.replayer.choosing import Choice
from lambda_dest_cli.replayer.run import ReplayRequest, Run

__all__ = ["Choice", "ReplayRequest", "Run"]
