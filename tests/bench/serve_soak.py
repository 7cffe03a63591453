"""The load of serve_soak.sh: serve_soak.py PORT SECONDS WHICHCAB FOLDER

Threads ask for all that the API has, cut off in the middle, send a byte at a time, take nothing of long answers; one
indexes, damages, removes and restores the catalog.  Answers are counted by path and status; those that must not be end the run.
"""
import collections
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

port, seconds, program, folder = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]
end = time.monotonic() + seconds
counts = collections.Counter()
wrong = []
ids = []
names = ["mapi32.dll", "user.exe", "setup.exe", "WIN.COM", "no-such.fil", "mapi33.dll", "*.dll", "m*32.d?l", "%F0%9F%92%BE", "a%00b", "%5B"]
images = ["win95-cd.iso", "win95-dmf%2Fdisk07.img", "win95-dmf%2Fdisk01.img", "nothing"]
lists = ["name=mapi32.dll&name=user.exe&all=true", "name=shell32.dll&medium=win95-cd", "name=%5Em.*&match=regex&limit=20", "name=mapi32.dll&hash=" + "0" * 64]


def path():
    name = random.choice(names)
    pages = f"limit={random.choice([0, 1, 50, 10000])}&offset={random.choice([0, 0, 3, 5000])}"
    return random.choice([
        "/", "/page.js", "/nothing", "/api/v1/openapi.json", "/api/v1/status", "/api/v1/wher",
        f"/api/v1/where?name={name}", f"/api/v1/where?name={name}&{pages}", f"/api/v1/where?{random.choice(lists)}",
        f"/api/v1/where?name={name}&format=ndjson", f"/api/v1/versions?name={name}&{pages}", f"/api/v1/media?{pages}",
        "/api/v1/media/win95-dmf", "/api/v1/media/nothing", f"/api/v1/images/{random.choice(images)}/ls?{pages}",
        "/api/v1/dups?limit=20", "/api/v1/unread", "/api/v1/diff?left=win95-cd&right=win95-dmf&limit=50",
        "/api/v1/diff?left=win95-cd&right=nothing&format=ndjson", "/api/v1/id?hash=" + random.choice(["0" * 64, "0" * 8, "xyz"]),
        f"/api/v1/files/{random.choice(ids or ['1.1.1.1'])}", f"/api/v1/files/{random.choice(ids or ['1.1.1.1'])}/content"])


def headers():
    some = [("Range", "bytes=0-99"), ("Range", "bytes=99999999-"), ("If-None-Match", "*"), ("Accept", "application/x-ndjson"),
            ("Host", "evil.example"), ("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")]
    return dict(random.sample(some, 1)) if random.random() < 0.15 else {}


def ask(connection):
    if random.random() < 0.1:
        target = random.choice(["/api/v1/where", "/api/v1/id", "/api/v1/versions"])
        key = "hash" if target.endswith("id") else "name"
        kind, body = random.choice([("application/json", json.dumps({key: ["mapi32.dll", "0" * 64]})), ("text/plain", "mapi32.dll\nuser.exe\n" * 50),
                                    ("application/json", "{\"name\": [\"a\", ]}"), ("application/x-www-form-urlencoded", key + "=user.exe")])
        connection.request("POST", target, body, {"Content-Type": kind})
    else:
        target = path()
        connection.request(random.choice(["GET"] * 9 + ["HEAD"]), target, headers=headers())
    answer = connection.getresponse()
    body = answer.read()
    name = urllib.parse.urlparse(target).path.split("/")[-1]
    counts[("file" if name[:1].isdigit() else name or "page", answer.status)] += 1
    if answer.status not in (200, 206, 304, 400, 403, 404, 405, 410, 413, 414, 416, 421, 502, 503):
        wrong.append((target, answer.status, body[:300]))
    if answer.status == 200 and "where?" in target and answer.getheader("Content-Type") == "application/json" and body:
        ids[:] = (ids + [item["id"] for item in json.loads(body)["items"] if item.get("id")])[-50:]


def client():
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while time.monotonic() < end:
        try:
            ask(connection)
        except (OSError, http.client.HTTPException):  # cut off while it was idle, or an answer that broke off
            counts[("cut off", 0)] += 1
            connection.close()
            time.sleep(0.05)
    connection.close()


def rude():
    long_answer = b"GET /api/v1/where?name=*&all=true&format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n"
    while time.monotonic() < end:
        held = []
        try:
            for _ in range(40):
                held.append(socket.create_connection(("127.0.0.1", port)))
                held[-1].sendall(random.choice([long_answer, long_answer[:30], b"", b"\x16\x03\x01\x02\x00", b"GET " + b"/" * 20000]))
            for byte in long_answer:
                held[0].sendall(bytes([byte]))
                time.sleep(0.01)
        except OSError:
            pass
        time.sleep(random.random())
        for connection in held:
            connection.close()


def run(*arguments):
    subprocess.run([program, "-C", folder + "/catalog", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def writer():
    data = folder + "/catalog/data.mdb"
    while time.monotonic() < end:
        run("index", "--force", folder + "/stack/win95-dmf")
        run("remove", folder + "/stack/win95-dmf/disk03.img")
        run("index", folder + "/stack")
        time.sleep(1)
        shutil.copy(data, folder + "/sound.mdb")
        with open(folder + "/catalog/new.mdb", "wb") as noise:
            noise.write(os.urandom(50000))
        os.rename(folder + "/catalog/new.mdb", data)
        time.sleep(0.5)
        os.remove(data)
        time.sleep(0.2)
        os.rename(folder + "/sound.mdb", data)
        time.sleep(2)


threads = [threading.Thread(target=each) for each in [client] * 8 + [rude, writer]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
answers = sum(counts.values())
print(f"{answers} answers:", ", ".join(f"{what} {status}: {count}" for (what, status), count in sorted(counts.items())))
for each in wrong[:10]:
    print("WRONG:", each)
sys.exit(1 if wrong or not any(status == 503 for _, status in counts) else 0)
