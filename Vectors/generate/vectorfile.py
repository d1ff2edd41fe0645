"""A vector file: the tests of one kind of function, and how they are written as JSON."""

import json
from hashlib import sha256

from reference import Refused

SCHEMA = 1

# Explained in Vectors/README.md.
BUG_TYPES = {
    "BASIC",
    "FUNCTIONALITY",
    "EDGE_CASE",
    "MISSING_STEP",
    "WEAK_PARAMETERS",
    "AUTH_BYPASS",
    "LEGACY",
}


def expand(tag, size):
    """Bytes without a pattern that are the same at every run."""
    blocks = (sha256(f"{tag}/{i}".encode()).digest() for i in range(size // 32 + 1))
    return b"".join(blocks)[:size]


def refusal(function, *arguments):
    """The class of the refusal by the reference; nothing if it accepts."""
    try:
        function(*arguments)
    except Refused as refused:
        return refused.args[0]
    return None


def amount(number, what="byte"):
    return f"{number} {what}" + ("" if number == 1 else "s")


def flag(bug_type, description, effect):
    assert bug_type in BUG_TYPES
    return {"bugType": bug_type, "description": description, "effect": effect}


def writable(value):
    """Bytes become hexadecimal digits, also inside of lists and objects."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [writable(inner) for inner in value]
    if isinstance(value, dict):
        return {name: writable(inner) for name, inner in value.items()}
    return value


class Kind:
    """The tests of one function, or of one behaviour in a conversation, in groups that share parameters."""

    def __init__(self, name, notes, kind=None):
        # Behaviours of the same kind have a file each, and its name in their ids.
        self.name, self.kind, self.notes = name, kind or name, notes
        self.prefix = name if kind is None else f"{kind}/{name}"
        self.groups, self.ids = [], set()

    def group(self, **parameters):
        self.groups.append({"parameters": writable(parameters), "tests": []})

    def add(self, name, comment, spec, expect=None, flags=(), result=None, **fields):
        """A valid test, or an invalid one, with the class of refusal that it expects if it has one."""
        assert name not in self.ids, name
        assert set(flags) <= set(self.notes), name
        self.ids.add(name)
        test = {"id": f"{self.prefix}/{name}", "comment": comment}
        test |= {"flags": list(flags), "spec": sorted(set(spec), key=clause_order)}
        test |= writable(fields) | {"result": result or ("invalid" if expect else "valid")}
        if expect:
            test["expect"] = expect
        self.groups[-1]["tests"].append(test)

    def tests(self):
        return [test for group in self.groups for test in group["tests"]]

    def text(self):
        used = {name for test in self.tests() for name in test["flags"]}
        assert used == set(self.notes), (self.name, used ^ set(self.notes))
        spec = {clause for test in self.tests() for clause in test["spec"]}
        document = {
            "kind": self.kind,
            "schema": SCHEMA,
            "spec": sorted(spec, key=clause_order),
            "count": len(self.tests()),
            "notes": self.notes,
            "groups": self.groups,
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def clause_order(clause):
    chapter, number = clause.split("-")
    return chapter, int(number)
