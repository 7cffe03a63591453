"""Holds JSON that the program printed against docs/schema: schema.py FILE, with lines COMMAND<tab>OBJECT.

An object of a shape that was seen before is passed over, so that thousands of lines cost little.  With --strict members
that the schema does not know fail, too: they are to be written into it, and into docs/json.md.
"""

import json
import os
import sys

import jsonschema

SCHEMAS = os.path.join(os.path.dirname(__file__), "../../docs/schema")
WORDS = {"event", "state", "status", "source", "difference", "identity", "role", "method", "unread", "kind", "date", "disks_from"}


def strict(schema):
    """The same, with no member beside those that are named."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if "properties" in made and "required" in made:
        made["additionalProperties"] = False
    return made


def shape(value, key=None):
    """What a schema can tell values apart by, roughly."""
    if isinstance(value, dict):
        return tuple((name, shape(item, name)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(sorted({repr(shape(item, key)) for item in value}))
    if isinstance(value, str) and key in WORDS:
        return value
    return type(value).__name__


def load(command):
    with open(os.path.join(SCHEMAS, command + ".json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(strict(schema) if "--strict" in sys.argv else schema)


def main(path):
    validators, seen, failed, lines = {}, set(), 0, 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            command, text = line.rstrip("\n").split("\t", 1)
            value = json.loads(text)
            lines += 1
            key = (command, shape(value))
            if key in seen:
                continue
            seen.add(key)
            if command not in validators:
                validators[command] = load(command)
            for error in validators[command].iter_errors(value):
                if failed < 5:
                    context = min(error.context, key=lambda e: ("Additional" not in e.message, -len(e.path)), default=error)
                    print(f"{command}: {text[:300]}\n    {'.'.join(map(str, error.path))}: {error.message[:200]}\n    {context.message[:200]}")
                failed += 1
    if "--all" in sys.argv:
        missing = {name[:-5] for name in os.listdir(SCHEMAS)} - set(validators) - {"check", "repair"}  # these take a whole Windows: cli/check, cli/repair
        if missing:
            print("nothing was printed for", ", ".join(sorted(missing)))
            failed += 1
    print(f"{lines} objects, {len(seen)} shapes, {failed} wrong")
    return failed > 0


sys.exit(main(sys.argv[1]))
