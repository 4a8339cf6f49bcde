"""YAML that every reader reads alike."""

import re

import yaml

# YAML 1.1 and 1.2 disagree on what is a number: PyYAML leaves 1e3 and 0o17 bare, and js-yaml, which the Serverless
# Framework reads with, takes them for 1000 and 15. Both may be the names of functions or aliases.
_NO_NUMBER = re.compile(r"[A-Za-z$]")
_BOOLEANS = frozenset("yYnN")


class _Dumper(yaml.SafeDumper):
    """Writes what is there twice twice, since some tools know no anchors, and quotes what another could misread."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def represent_scalar(self, tag: str, value: str, style: str | None = None) -> yaml.ScalarNode:
        if tag.endswith(":str") and (not _NO_NUMBER.match(value) or value in _BOOLEANS):
            style = "'"
        return super().represent_scalar(tag, value, style)


def yaml_text(document: object) -> str:
    """Write YAML in the order given."""
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, default_flow_style=False, width=120, allow_unicode=False
    )
