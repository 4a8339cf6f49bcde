"""``lds test``: a function is sent one event, and that very event's outcome is waited for where it must arrive."""

from lambda_dest_cli.prover.goal import Goal, Wish, goals_of
from lambda_dest_cli.prover.run import Door, Prover
from lambda_dest_cli.prover.switch import Switch

__all__ = ["Door", "Goal", "Prover", "Switch", "Wish", "goals_of"]
