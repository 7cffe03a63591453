"""The server's description of itself: serve_openapi.py URL

No package of Debian 12 checks OpenAPI 3.1, so this does: what it must have, that every reference leads
somewhere, that schemas are schemas; then each path is asked for, with what the description says, and the
answer held against it.
"""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema

url = sys.argv[1] + "/api/v1"
failed = 0


def check(condition, what):
    global failed
    if not condition:
        failed += 1
        print("FAILED:", what)


def get(path):
    try:
        with urllib.request.urlopen(url + path) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read()


document = json.loads(get("/openapi.json")[2])
check(document["openapi"].startswith("3.1."), "the version")
check({"title", "version"} <= document["info"].keys(), "info")


def find(reference):
    node = document
    for part in reference[2:].split("/"):
        node = node[part]
    return node


def references(node, inside_schema=False):
    if isinstance(node, dict):
        own = "$id" in node  # references in there are the schema's own
        for key, value in node.items():
            if key == "$ref" and not inside_schema:
                yield value
            yield from references(value, inside_schema or own)
    elif isinstance(node, list):
        for value in node:
            yield from references(value, inside_schema)


for reference in references(document):
    try:
        find(reference)
    except (KeyError, TypeError):
        check(False, f"{reference} leads nowhere")
for name, schema in document["components"]["schemas"].items():
    jsonschema.Draft7Validator.check_schema(schema)

status, _, body = get("/where?name=mapi32.dll&medium=win95-dmf")
answer = json.loads(body)["items"][0]
values = {"name": "mapi32.dll", "hash": "0" * 64, "medium": "win95-dmf", "file_version": ">=4", "match": "exact", "all": "true", "floppy": "B:",
          "cd": "E:", "to": "C:\\X", "left": "win95-cd", "right": "win95-dmf", "show": "left", "ignore_date": "true", "min_size": "1",
          "container": "WIN95_07.CAB", "find": "windows", "limit": "5", "offset": "0", "format": "json"}
ids = {"/media/{id}": "win95-dmf", "/images/{id}/ls": urllib.parse.quote(answer["image"], ""), "/files/{id}": answer["id"],
       "/files/{id}/content": answer["id"]}
# Contents were never read here, so nothing can be found by them.
without = {"hash": [404], "file_version": [404], "min_size": [404]}


def ask(path, operation, parameters):
    query = urllib.parse.urlencode([(name, values[name]) for name in parameters])
    status, kind, body = get(path.replace("{id}", ids.get(operation, "")) + ("?" + query if query else ""))
    expected = [200] + [code for name in parameters for code in without.get(name, [])] + ([404] if operation in ("/id", "/dups") else [])
    check(status in expected, f"{path}?{query}: {status} {body[:200]}")
    responses = document["paths"][operation]["get"]["responses"]
    response = responses.get(str(status), responses.get("default"))
    response = find(response["$ref"]) if "$ref" in response else response
    check(kind in response["content"], f"{path}?{query} is {kind}")
    if kind == "application/json" and operation != "/openapi.json":
        data = json.loads(body)
        schema = response["content"][kind]["schema"]
        top = {key: value for key, value in schema.items() if key != "properties"}
        jsonschema.validate(data, top)
        check(set(data) <= set(schema["properties"]), f"{path}: members {set(data) - set(schema['properties'])}")
        if "items" in schema["properties"]:
            items = find(schema["properties"]["items"]["items"]["$ref"])
            for item in data["items"]:
                try:
                    jsonschema.validate(item, items)
                except jsonschema.ValidationError as error:
                    check(False, f"{path}?{query}: {error.message[:200]}")
    if kind == "application/problem+json":
        jsonschema.validate(json.loads(body), document["components"]["schemas"]["problem"])


for operation, methods in document["paths"].items():
    parameters = [find(p["$ref"]) if "$ref" in p else p for p in methods["get"].get("parameters", [])]
    names = [p["name"] for p in parameters if p["in"] == "query"]
    needed = [p["name"] for p in parameters if p["in"] == "query" and p.get("required")]
    if operation in ("/where", "/versions"):
        needed = ["name"]
    if operation == "/id":
        needed = ["hash"]
    for name in [None] + names:
        ask(operation, operation, needed + ([name] if name and name not in needed else []))
    check(get(operation.replace("{id}", ids.get(operation, "")) + "?no_such=1")[0] == 400 or not names, f"{operation} takes what is not described")
print("the description holds" if failed == 0 else f"{failed} failed")
sys.exit(failed != 0)
