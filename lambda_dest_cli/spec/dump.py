"""The live configuration as a spec, of which a plan is empty."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionState
from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.spec.nodes import resolve
from lambda_dest_cli.spec.variables import escaped

_HEAD = """# yaml-language-server: $schema=lds.schema.json
# The line above is for editors: lds schema > lds.schema.json
"""
_DEFAULTS = EventInvokeConfig()
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_:./-]*(?<!:)", re.ASCII)
_OF_YAML_1_1 = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)")
"""Words that other readers of YAML take for something else."""


def dump(states: Sequence[FunctionState], home: Arn, editor_line: bool = True) -> str:
    """Write functions as a spec for the account and region of ``home``, by name; only what is not AWS's default.

    A function of which nothing is set is left out.
    """
    lines = [_HEAD] if editor_line else []
    lines += ["version: 1\n", f'account: "{home.account}"\n', f"region: {home.region}\n"]
    written = [_function(state) for state in sorted(states, key=lambda state: state.facts.name)]
    told = [text for text in written if text]
    lines.append("functions:\n" if told else "functions: {}\n")
    return "".join(lines + told)


def _function(state: FunctionState) -> str:
    home = state.facts.arn
    lines = []
    if state.facts.dead_letter:
        lines.append(f"    dead_letter: {_destination(state.facts.dead_letter, home)}\n")
    own = state.configurations.get(LATEST)
    # One that says no more than the defaults is as good as none, and a plan would delete it.
    if own and own != _DEFAULTS:
        lines += [f"    {line}\n" for line in _settings(own, home)]
    others = {name: config for name, config in state.configurations.items() if name != LATEST and config != _DEFAULTS}
    if others:
        lines += ["    qualifiers:\n", *_qualifiers(others, home)]
    return "".join([f"  {_scalar(state.facts.name)}:\n", *lines]) if lines else ""


def _qualifiers(configurations: Mapping[str, EventInvokeConfig], home: Arn) -> Iterator[str]:
    for name in sorted(configurations):
        yield f"      {_scalar(name)}:\n"
        yield from (f"        {line}\n" for line in _settings(configurations[name], home))


def _settings(config: EventInvokeConfig, home: Arn) -> Iterator[str]:
    for key, arn in (("on_success", config.on_success), ("on_failure", config.on_failure)):
        if arn:
            yield f"{key}: {_destination(arn, home)}"
    if config.maximum_retry_attempts != _DEFAULTS.maximum_retry_attempts:
        yield f"maximum_retry_attempts: {config.maximum_retry_attempts}"
    if config.maximum_event_age_in_seconds != _DEFAULTS.maximum_event_age_in_seconds:
        yield f"maximum_event_age: {duration(config.maximum_event_age_in_seconds)}"


def _destination(arn: Arn, home: Arn) -> str:
    """Write it short where the short name means the same at home, else whole."""
    return _scalar(label(arn, home))


def _scalar(text: str) -> str:
    """Write a text so that every reader of YAML takes it for that text, and lds for no variable."""
    safe = escaped(text)
    if _BARE.fullmatch(safe) and isinstance(resolve(safe), str) and not _OF_YAML_1_1.fullmatch(safe):
        return safe
    return '"' + "".join(_ESCAPES.get(each) or _shown(each) for each in safe) + '"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def _shown(each: str) -> str:
    return each if each.isprintable() else f"\\U{ord(each):08x}"
