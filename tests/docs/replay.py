"""Runs the sessions in a page and compares what comes out with what stands there.

    replay.py PAGE [--write] [--columns N]

A session is a block ```console: `$ COMMAND` in a line, below it what a terminal shows.  Commands run one after the
other in the current folder, in bash, on a terminal of 80 columns without colours.  --write puts what came out into the page.
"""

import argparse
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios


def run(command, columns, colour=False):
    """What a terminal shows of a command; without its carriage returns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = dict(os.environ, TERM="xterm", WHICHCAB_PAGER="cat")
    if not colour:
        environment["NO_COLOR"] = "1"
    process = subprocess.Popen(["bash", "-c", command], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True)
    os.close(theirs)
    pieces = []
    try:
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    except OSError:  # the other end is closed
        pass
    process.wait()
    os.close(ours)
    text = b"".join(pieces).decode("utf-8", "replace").replace("\r\n", "\n")
    return re.sub(r"[^\n]*\r\x1b\[K", "", text)  # a line of progress, and its end


def replay(page, columns):
    """The page as it would be now."""
    made, lines = [], page.split("\n")
    i = inside = 0
    while i < len(lines):
        line = lines[i]
        i += 1
        made.append(line)
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            while i < len(lines) and not lines[i].startswith(("$ ", "```")):
                i += 1
            made += run(line[2:], columns).rstrip("\n").split("\n")
    return "\n".join(made)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--columns", type=int, default=80)
    options = parser.parse_args()
    with open(options.page, encoding="utf-8") as file:
        page = file.read()
    now = replay(page, options.columns)
    if options.write:
        with open(options.page, "w", encoding="utf-8") as file:
            file.write(now)
        return 0
    if page.count("```console") == 0:
        print("there is no session in", options.page)
        return 1
    if now != page:
        process = subprocess.run(["diff", "-u", options.page, "-"], input=now.encode(), stdout=subprocess.PIPE, check=False)
        print(process.stdout.decode()[:4000])
    return now != page


if __name__ == "__main__":
    sys.exit(main())
