"""What the cases of the differential test are made of: actions, resources, keys, operators, principals."""

ACCOUNT, OTHER = "123456789012", "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"
USER = f"arn:aws:iam::{ACCOUNT}:user/ann"
SERVICE = "lambda.amazonaws.com"
PRINCIPALS = (SESSION, SESSION, SESSION, USER, USER, SERVICE)

ACTIONS = (
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "s3:GetObject",
    "s3:PutObject",
    "kms:Decrypt",
    "lambda:InvokeFunction",
)
ACTION_PATTERNS = (
    *ACTIONS, "*", "sqs:*", "SQS:sendmessage", "sqs:Send*", "sqs:*Message", "sqs:?endMessage", "s3:*Object", "s3:Get*",
    "s3:?etObject", "kms:*", "lambda:Invoke*", "sqs:Send", "qs:SendMessage", "sqs:SendMessage?",
)  # fmt: skip
RESOURCES = {
    "sqs": (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders", f"arn:aws:sqs:eu-west-1:{OTHER}:orders.fifo"),
    "s3": ("arn:aws:s3:::records/2026/11/a.json", "arn:aws:s3:::records/ann/b.json", "arn:aws:s3:::Records/x"),
    "kms": (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", f"arn:aws:kms:eu-west-1:{OTHER}:key/1"),
    "lambda": (f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:live", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f"),
}
RESOURCE_PATTERNS = {
    "sqs": (
        f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders", f"arn:aws:sqs:*:{ACCOUNT}:orders", "arn:aws:sqs:*:*:*",
        "arn:aws:sqs:eu-west-1:*:ord*", f"arn:aws:sqs:eu-west-?:{ACCOUNT}:order?",
        f"arn:aws:sqs:eu-west-1:{ACCOUNT}:Orders", f"arn:aws:sqs:eu-west-1:{OTHER}:*", "arn:*:sqs:*:*:orders",
        f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders.fif?",
        f"arn:aws:sqs:eu-west-1:{ACCOUNT}:order", "arn:aws:s?s:eu-*-1:1*:or*rs", "arn:aws:sqs:eu-west-1:*:${lds:word}",
        "arn:aws:sqs:eu-west-1:*:${lds:absent, 'orders'}", "arn:aws:sqs:eu-west-1:*:${lds:absent}*",
    ),
    "s3": (
        "arn:aws:s3:::records/*", "arn:aws:s3:::records", "arn:aws:s3:::*", "arn:aws:s3:::records/2026/*/a.json",
        "arn:aws:s3:::records/${aws:username}/*", "arn:aws:s3:::records/????/11/a.json",
        "arn:aws:s3:::records/*/b${*}json", "arn:aws:s3:::records/ann/b*", "arn:aws:s3:::Records/*",
        "arn:aws:s3:::records/${lds:absent, 'ann'}/*",
        "arn:aws:s3:::*/a.json", "arn:aws:s3:::records/ann/b?json", "arn:aws:s3:::records/${lds:word}/*",
    ),
    "kms": (
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", "arn:aws:kms:*:*:key/*", f"arn:aws:kms:eu-west-1:{OTHER}:key/*",
        f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/2", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/*",
    ),
    "lambda": (
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:*",
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:*", f"arn:aws:lambda:*:{ACCOUNT}:function:f*",
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:li?e",
    ),
}  # fmt: skip

_WORDS = ("Red", "red", "green", "ann", "r*d", "r*d", "orders", "re", "")
_ARNS = (
    f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders", "arn:aws:s3:::records", "arn:aws:s3:::records/a/b", ROLE,
    f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:live",
)  # fmt: skip
KEYS: dict[str, tuple[str | list[str], ...]] = {
    "lds:word": _WORDS,
    "lds:number": ("10", "-3", "10.0", "0", "2.5", "1000"),
    "lds:moment": ("2026-11-23T10:00:00Z", "2026-11-23", "2020-01-01T00:00:00+02:00", "2026-11-23T10:00:00.500Z"),
    "lds:flag": ("true", "false", "TRUE"),
    "lds:address": ("203.0.113.7", "198.51.100.9", "2001:db8::1", "2001:db8:1::1"),
    "lds:arn": _ARNS,
    "lds:bytes": ("QmluYXJ5", "b3RoZXI="),
    "lds:words": (["Red"], ["Red", "green"], ["red", "re", "ann"], ["green"], ["Red", "red"]),
    "lds:numbers": (["1", "10"], ["10"], ["2.5", "-3"]),
    "lds:arns": (list(_ARNS[:2]), list(_ARNS[2:4]), [_ARNS[0]]),
}
_STRING_VALUES = (
    *_WORDS[:-1],
    "r*",
    "*",
    "?ed",
    "R${*}d",
    "r${*}d",
    "${lds:word}",
    "${lds:absent}",
    "${lds:absent, 'red'}",
    "G?een",
)
_ARN_VALUES = (
    *_ARNS, "arn:aws:sqs:*:*:orders", "arn:aws:s3:::*", "arn:aws:s3:::records/*", "arn:*:iam::*:role/*",
    f"arn:aws:lambda:*:{ACCOUNT}:function:f:*", "arn:aws:sqs:eu-west-1:1*2:or?ers", "arn:aws:s3:::records/${lds:word}",
    "arn:aws:sqs:eu-west-1:*:${lds:absent, 'orders'}",
)  # fmt: skip
FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike",
         "StringNotLike"),
        ("lds:word", "lds:words", "lds:absent", "LDS:Word", "aws:username"), _STRING_VALUES,
    ),
    (
        ("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
         "NumericGreaterThanEquals"),
        ("lds:number", "lds:numbers", "lds:absent"), ("10", "-3", "0", "2.5", "10.00", "999"),
    ),
    (
        ("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
         "DateGreaterThanEquals"),
        ("lds:moment", "lds:absent"),
        ("2026-11-23T10:00:00Z", "2026-11-23T12:00:00+02:00", "2026-11-23", "2019-12-31T22:00:00Z",
         "2030-01-01T00:00:00Z"),
    ),
    (("Bool",), ("lds:flag", "lds:absent"), ("true", "false", "True")),
    (("BinaryEquals",), ("lds:bytes", "lds:absent"), ("QmluYXJ5", "b3RoZXI=")),
    (
        ("IpAddress", "NotIpAddress"), ("lds:address", "lds:absent"),
        ("203.0.113.0/24", "203.0.113.7", "203.0.113.7/32", "0.0.0.0/0", "2001:db8::/48", "2001:db8::1/128",
         "198.51.100.8/30"),
    ),
    (("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"), ("lds:arn", "lds:arns", "lds:absent"), _ARN_VALUES),
    (("Null",), ("lds:word", "lds:absent", "lds:words"), ("true", "false")),
)  # fmt: skip
KEY_STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
SETS = ("", "", "", "ForAllValues:", "ForAnyValue:")
NAMED = (
    "*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": SESSION}, {"AWS": USER}, {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": f"arn:aws:iam::{OTHER}:root"}, {"AWS": [f"{ROLE}-other", USER]},
    {"Service": SERVICE}, {"Service": ["sns.amazonaws.com", SERVICE]}, {"Service": "events.amazonaws.com"},
    {"AWS": [OTHER, ROLE]}, {"AWS": f"{SESSION}x"}, {"AWS": ROLE, "Service": SERVICE},
)  # fmt: skip
