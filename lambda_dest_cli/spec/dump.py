"""The live configuration as a spec, of which a plan is empty."""

import re
from collections.abc import Iterable, Iterator, Sequence

from lambda_dest_cli.destinations import label
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.model.configuration import UNSET, EventInvokeConfig, FunctionState
from lambda_dest_cli.model.duration import duration
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.spec import FunctionSpec, QualifierSpec, Spec
from lambda_dest_cli.spec.load import refusals
from lambda_dest_cli.spec.meaning import complaints
from lambda_dest_cli.spec.nodes import resolve
from lambda_dest_cli.spec.variables import escaped

_HEAD = """# yaml-language-server: $schema=lds.schema.json
# The line above is for editors: lds schema > lds.schema.json
"""
_DEFAULTS = EventInvokeConfig()
_NOWHERE = Place("")
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_:./-]*(?<!:)", re.ASCII)
_OF_YAML_1_1 = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null)")
"""Words that other readers of YAML take for something else."""


def dump(states: Sequence[FunctionState], home: Arn, editor_line: bool = True) -> str:
    """Write functions as a spec for the account and region of ``home``, by name; only what is not AWS's default.

    A function of which nothing is set is left out. What is there, and would be refused in a file, is written with that
    check ignored, and why: so the file can be read back.
    """
    lines = [_HEAD] if editor_line else []
    lines += ["version: 1\n", f'account: "{home.account}"\n', f"region: {home.region}\n"]
    functions = [_spec(state) for state in sorted(states, key=lambda state: state.facts.name)]
    told = [function for function in functions if function.qualifiers or function.dead_letter is not UNSET]
    refused = _refused(told, home)
    lines.append("functions:\n" if told else "functions: {}\n")
    for function in told:
        lines.append(f"  {_scalar(function.name)}:\n")
        lines += (f"    {line}\n" for line in _function(function, refused.get(function.name, [])))
    return "".join(lines)


def _spec(state: FunctionState) -> FunctionSpec:
    """Give what is there as what is wanted. A configuration of the defaults is none: a plan would delete it."""
    home, dead_letter = state.facts.arn, state.facts.dead_letter
    return FunctionSpec(
        state.facts.name,
        _NOWHERE,
        {
            name: _qualifier_spec(config, home)
            for name, config in sorted(state.configurations.items())
            if config != _DEFAULTS
        },
        label(dead_letter, home) if dead_letter else UNSET,
        places={"dead_letter": _NOWHERE},
    )


def _qualifier_spec(config: EventInvokeConfig, home: Arn) -> QualifierSpec:
    """Write destinations short where the short name means the same at home, else whole."""
    return QualifierSpec(
        label(config.on_success, home) if config.on_success else None,
        label(config.on_failure, home) if config.on_failure else None,
        config.maximum_retry_attempts,
        config.maximum_event_age_in_seconds,
    )


def _refused(functions: Sequence[FunctionSpec], home: Arn) -> dict[str, list[Complaint]]:
    """Give what would keep the file from being carried out, by function."""
    found: dict[str, list[Complaint]] = {}
    for name, complaint in complaints(Spec("", tuple(functions), home.account, home.region)):
        if refusals([complaint]):
            found.setdefault(name, []).append(complaint)
    return found


def _function(function: FunctionSpec, refused: Iterable[Complaint]) -> Iterator[str]:
    for message in dict.fromkeys(each.message for each in refused):
        yield f"# As it is now: {''.join(map(_shown, message))}"
    ids = sorted({each.id for each in refused})
    if ids:
        yield f"ignore: [{', '.join(ids)}]"
    if isinstance(function.dead_letter, str):
        yield f"dead_letter: {_scalar(function.dead_letter)}"
    if LATEST in function.qualifiers:
        yield from _settings(function.qualifiers[LATEST])
    others = {name: asked for name, asked in function.qualifiers.items() if name != LATEST}
    if others:
        yield "qualifiers:"
    for name, asked in others.items():
        yield f"  {_scalar(name)}:"
        yield from (f"    {line}" for line in _settings(asked))


def _settings(asked: QualifierSpec) -> Iterator[str]:
    for key, text in (("on_success", asked.on_success), ("on_failure", asked.on_failure)):
        if text:
            yield f"{key}: {_scalar(text)}"
    if asked.maximum_retry_attempts != _DEFAULTS.maximum_retry_attempts:
        yield f"maximum_retry_attempts: {asked.maximum_retry_attempts}"
    if asked.maximum_event_age_in_seconds != _DEFAULTS.maximum_event_age_in_seconds:
        yield f"maximum_event_age: {duration(asked.maximum_event_age_in_seconds)}"


def _scalar(text: str) -> str:
    """Write a text so that every reader of YAML takes it for that text, and lds for no variable."""
    safe = escaped(text)
    if _BARE.fullmatch(safe) and isinstance(resolve(safe), str) and not _OF_YAML_1_1.fullmatch(safe):
        return safe
    return '"' + "".join(_ESCAPES.get(each) or _shown(each) for each in safe) + '"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def _shown(each: str) -> str:
    return each if each.isprintable() else f"\\U{ord(each):08x}"
