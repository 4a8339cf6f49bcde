"""``python -m lambda_dest_cli`` is ``lds``."""

from lambda_dest_cli.main import entry_point

entry_point()
