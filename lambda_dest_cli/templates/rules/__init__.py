"""What must hold in a file, whatever its dialect: one line a rule. Ids are the doctor's where it asks the same."""

from lambda_dest_cli.templates.rules import home, loops, permission, ranges, shape, twice
from lambda_dest_cli.templates.rules.rule import Rule

RULES: dict[str, Rule] = {
    "LDS101": shape.SHAPE,
    "LDS102": shape.REFUSED,
    "LDS103": home.RULE,
    "LDS104": loops.ITSELF,
    "LDS105": ranges.TIME,
    "LDS106": twice.RULE,
    "LDS107": loops.CIRCLE,
    "LDS108": ranges.RANGES,
    "LDS111": permission.ORDER,
    "LDS302": permission.DELIVERY,
    "LDS303": permission.KEY,
}
