"""The spec: a small YAML file for a fleet, read with every complaint at its line and column, and written."""

from lambda_dest_cli.spec.dump import dump
from lambda_dest_cli.spec.files import load_all
from lambda_dest_cli.spec.load import examine, examine_tree, load
from lambda_dest_cli.spec.problems import SpecProblems
from lambda_dest_cli.spec.shape import schema_text

__all__ = ["SpecProblems", "dump", "examine", "examine_tree", "load", "load_all", "schema_text"]
