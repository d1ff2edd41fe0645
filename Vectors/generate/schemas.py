#!/usr/bin/env python3
"""Validates every vector file by the JSON Schema of its kind, and the sums that a schema cannot make."""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

VECTORS = pathlib.Path(__file__).resolve().parent.parent
SCHEMAS = VECTORS / "schemas"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def checker(name):
    """The validator of a schema, whose references to the common definitions stay in the folder."""
    schema, common = read(SCHEMAS / f"{name}.schema.json"), read(SCHEMAS / "common.schema.json")
    Draft202012Validator.check_schema(schema)
    try:
        from referencing import Registry, Resource
    except ImportError:  # jsonschema before 4.18
        from jsonschema import RefResolver

        resolver = RefResolver(schema["$id"], schema, {common["$id"]: common})
        return Draft202012Validator(schema, resolver=resolver)
    resources = [(common["$id"], Resource.from_contents(common))]
    return Draft202012Validator(schema, registry=Registry().with_resources(resources))


def files():
    """Every vector file, with the name of its schema."""
    for path in sorted((VECTORS / "functions").glob("*.json")):
        yield path, path.stem
    for folder, name in [("conversations", "conversation"), ("schedules", "schedule"),
                         ("records", "records"), ("transcripts", "transcript")]:
        for path in sorted((VECTORS / folder).rglob("*.json")):
            yield path, name
    yield VECTORS / "coverage.json", "coverage"
    yield VECTORS / "operations.json", "operations"


def where(path):
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def sums(document, kind, ids):
    """What a file of tests says about itself."""
    tests = [test for group in document["groups"] for test in group["tests"]]
    shared = [group["parameters"].keys() for group in document["groups"] for _ in group["tests"]]
    for test, parameters in zip(tests, shared):
        twice = test.keys() & parameters
        if twice or kind == "conversation" and not {"role", "begin"} <= test.keys() | parameters:
            yield f"{test['id']} has a field twice, or has no role or no beginning"
    if document["kind"] != kind:
        yield f"the kind is {document['kind']}"
    if document["count"] != len(tests):
        yield f"count says {document['count']}, and there are {len(tests)} tests"
    if set(document["spec"]) != {clause for test in tests for clause in test["spec"]}:
        yield "spec does not name the clauses of the tests"
    if document["notes"].keys() != {flag for test in tests for flag in test["flags"]}:
        yield "notes do not explain the flags of the tests"
    for test in tests:
        if test["id"] in ids:
            yield f"{test['id']} stands twice"
        ids.add(test["id"])


def with_unknown_field(document):
    """The file with a field that no schema knows, in its last test if it has tests."""
    if "groups" not in document:
        return document | {"mood": 1}
    group = document["groups"][-1]
    tests = [group["tests"][-1] | {"mood": 1}]
    return document | {"groups": [group | {"tests": tests}]}


def main():
    problems, checkers, ids = [], {}, set()
    total = 0
    for path, name in files():
        total += 1
        if not (SCHEMAS / f"{name}.schema.json").exists():
            problems.append((path, f"there is no schema {name}"))
            continue
        if name not in checkers:
            checkers[name] = checker(name)
            if checkers[name].is_valid(with_unknown_field(read(path))):
                problems.append((path, "an unknown field does no harm"))
        document = read(path)
        error = best_match(checkers[name].iter_errors(document))
        if error:
            problems.append((path, f"{where(error.absolute_path) or 'the file'}: {error.message[:300]}"))
        elif "groups" in document:
            problems += [(path, problem) for problem in sums(document, name, ids)]
    for path in sorted(SCHEMAS.glob("*.json")):
        name = path.name.removesuffix(".schema.json")
        if name not in checkers and name not in ("common", "conversation"):
            problems.append((path, "no file is of this kind"))
    for path, problem in problems:
        print(f"schemas: {path.relative_to(VECTORS)}: {problem}", file=sys.stderr)
    print(f"schemas: {total} files by {len(checkers)} schemas, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
