"""The embedded AWS's own process: ``python -m lambda_dest_cli.local.serve PORT TIME_SCALE TOKEN [eventual]``.

It listens on 127.0.0.1 only, and so does everything that the emulator would start.
"""

import asyncio
import logging
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING

from lambda_dest_cli import __version__

if TYPE_CHECKING:
    from lambda_dest_cli.local.app import Identity

# Set before the emulator is imported: it binds every interface unless told otherwise, opens an SFTP and an MQTT port of
# its own accord, and would look for Docker.
_QUIET = {
    "BIND_HOST": "127.0.0.1",
    "SFTP_ENABLED": "0",
    "IOT_MTLS_ENABLED": "0",
    "PERSIST_STATE": "0",
    "DOCKER_HOST": "unix:///nonexistent",
    "LOG_LEVEL": "WARNING",
}


async def serve(port: int, identity: "Identity") -> None:
    """Serve until SIGTERM or SIGINT."""
    import ministack.app
    from hypercorn.asyncio import serve as run
    from hypercorn.config import Config

    from lambda_dest_cli.local.app import LocalApp
    from lambda_dest_cli.local.clock import ScaledClock

    endpoint = f"http://127.0.0.1:{port}"
    app = LocalApp(ministack.app.app, ScaledClock(identity.time_scale), identity, endpoint)
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.graceful_timeout = 0.5
    config.shutdown_timeout = 2.0
    config.keep_alive_timeout = 60.0
    config.loglevel = "WARNING"
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await app.engine.start()
    try:
        await run(app, config, shutdown_trigger=ended.wait)  # type: ignore[arg-type]  # our types are narrower
    finally:
        left = await app.engine.stop()
        logging.getLogger(__name__).warning("stopped; %d events were still waiting %s", sum(left.values()), dict(left))


def allow_many_connections() -> None:
    """Take as many open files as the system lets this process have.

    Hypercorn keeps the socket of a client that has gone for as long as it would have kept the connection alive, which
    has to be long: a client that sends an event once cannot try again when its connection turns out to be closed.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    """Run the server with the words of the command line."""
    os.environ.update({**_QUIET, "GATEWAY_PORT": sys.argv[1]})
    allow_many_connections()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    from lambda_dest_cli.local.app import Identity

    port, time_scale, token, *more = sys.argv[1:]
    asyncio.run(serve(int(port), Identity(token, __version__, float(time_scale), "eventual" in more)))


if __name__ == "__main__":
    main()
