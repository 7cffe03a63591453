#!/usr/bin/env python3
"""A server that does wrong: the first part of a path says how, the rest names the file.

    http_liar.py FOLDER LOG

Prints its port.  Each request is a line of LOG: its path and range.
"""
import os
import socket
import socketserver
import sys
import threading
import time

FOLDER, LOG = sys.argv[1:3]
TAG = '"one"'
DAY = "Thu, 24 Aug 1995 09:50:00 GMT"
counts = {}
lock = threading.Lock()


def range_of(headers, size):
    """First and last byte that are asked for; None: no range."""
    text = headers.get("range", "")
    if not text.startswith("bytes="):
        return None
    first, _, last = text[6:].partition("-")
    return int(first), min(int(last), size - 1)


class Liar(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        try:
            while self.one():
                pass
        except OSError:
            pass

    def say(self, status, headers, body=b""):
        lines = ["HTTP/1.1 " + status] + headers
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)

    def one(self):
        line = self.rfile.readline(8192).decode()
        if not line:
            return False
        headers = {}
        while True:
            header = self.rfile.readline(8192).decode().strip()
            if not header:
                break
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        path = line.split()[1]
        with lock:
            counts[path] = counts.get(path, 0) + 1
            number = counts[path]
            with open(LOG, "a") as log:
                log.write(f"{path} {headers.get('range', '-')}\n")
        _, how, name = (path.split("?")[0].split("/", 2) + [""])[:3]
        try:
            with open(os.path.join(FOLDER, os.path.basename(name)), "rb") as file:
                data = file.read()
        except OSError:
            data = b""
        return getattr(self, "do_" + how, self.do_missing)(data, range_of(headers, len(data)), number, headers)

    def part(self, data, asked, tag=TAG, day=DAY, size=None, more=()):
        """A range, as it ought to be but for what the arguments say."""
        first, last = asked
        validators = ([f"ETag: {tag}"] if tag else []) + ([f"Last-Modified: {day}"] if day else [])
        self.say("206 Partial Content",
                 [f"Content-Range: bytes {first}-{last}/{size or len(data)}", f"Content-Length: {last - first + 1}"]
                 + validators + list(more), data[first:last + 1])
        return True

    def whole(self, data, headers=()):
        self.say("200 OK", [f"Content-Length: {len(data)}", f"ETag: {TAG}"] + list(headers), data)
        return True

    # ---- what is right --------------------------------------------------------------------

    def do_good(self, data, asked, number, headers):
        return self.part(data, asked)

    def do_weak(self, data, asked, number, headers):
        return self.part(data, asked, tag='W/"one"', day=None)

    def do_bare(self, data, asked, number, headers):
        return self.part(data, asked, tag=None, day=None)

    def do_norange(self, data, asked, number, headers):
        return self.whole(data)

    def do_chunked(self, data, asked, number, headers):
        self.say("200 OK", ["Transfer-Encoding: chunked"],
                 b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))
        return True

    def do_sometimes(self, data, asked, number, headers):
        if number % 3 == 2:
            self.say("503 Service Unavailable", ["Content-Length: 0"])
            return True
        return self.part(data, asked)

    def do_breaks(self, data, asked, number, headers):
        """Answers break off now and then; what follows is asked for anew."""
        if number % 3 == 2 and asked[1] > asked[0]:
            first, last = asked
            self.say("206 Partial Content",
                     [f"Content-Range: bytes {first}-{last}/{len(data)}", f"Content-Length: {last - first + 1}",
                      f"ETag: {TAG}", f"Last-Modified: {DAY}"], data[first:(first + last) // 2])
            return False
        return self.part(data, asked)

    def do_moved(self, data, asked, number, headers):
        self.say("302 Found", ["Location: /good/disk.iso", "Content-Length: 0"])
        return True

    # ---- what is told ---------------------------------------------------------------------

    def do_missing(self, data, asked, number, headers):
        self.say("404 Not Found", ["Content-Length: 0"])
        return True

    def do_refused(self, data, asked, number, headers):
        self.say("401 Unauthorized", ["WWW-Authenticate: Basic", "Content-Length: 0"])
        return True

    def do_broken(self, data, asked, number, headers):
        self.say("500 Internal Server Error", ["Content-Length: 0"])
        return True

    def do_shifted(self, data, asked, number, headers):
        first, last = asked
        if last == 0:
            return self.part(data, asked)
        self.say("206 Partial Content",
                 [f"Content-Range: bytes {first + 1}-{last + 1}/{len(data)}", f"Content-Length: {last - first + 1}",
                  f"ETag: {TAG}", f"Last-Modified: {DAY}"], data[first + 1:last + 2])
        return True

    def do_unsaid(self, data, asked, number, headers):
        first, last = asked
        self.say("206 Partial Content", [f"Content-Length: {last - first + 1}"], data[first:last + 1])
        return True

    def do_twice(self, data, asked, number, headers):
        return self.part(data, asked, more=["Content-Range: bytes 5-9/10"])

    def do_fewer(self, data, asked, number, headers):
        first, last = asked
        if last == 0:
            return self.part(data, asked)
        return self.part(data, (first, first + (last - first) // 2))

    def do_more(self, data, asked, number, headers):
        first, last = asked
        self.say("206 Partial Content",
                 [f"Content-Range: bytes {first}-{last}/{len(data)}", f"ETag: {TAG}", f"Last-Modified: {DAY}",
                  "Connection: close"], data[first:last + 1] + b"x" * 100000)
        return False

    def do_truncated(self, data, asked, number, headers):
        first, last = asked
        self.say("206 Partial Content",
                 [f"Content-Range: bytes {first}-{last}/{len(data)}", f"Content-Length: {last - first + 1}",
                  f"ETag: {TAG}"], data[first:first + (last - first) // 2])
        return False

    def do_headers(self, data, asked, number, headers):
        self.wfile.write(b"HTTP/1.1 206 Partial Content\r\n")
        while True:
            self.wfile.write(b"X-More: and more\r\n" * 100)

    def do_longheader(self, data, asked, number, headers):
        self.wfile.write(b"HTTP/1.1 206 Partial Content\r\nX-Long: ")
        while True:
            self.wfile.write(b"x" * 4096)

    def do_continue(self, data, asked, number, headers):
        while True:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

    def do_noise(self, data, asked, number, headers):
        self.wfile.write(b"this is no answer at all\r\n" * 10)
        return False

    def do_stalled(self, data, asked, number, headers):
        first, last = asked
        self.say("206 Partial Content",
                 [f"Content-Range: bytes {first}-{last}/{len(data)}", f"Content-Length: {last - first + 1}",
                  f"ETag: {TAG}"], data[first:(first + last) // 2])
        time.sleep(30)
        return False

    def do_silent(self, data, asked, number, headers):
        time.sleep(30)
        return False

    def do_drips(self, data, asked, number, headers):
        for byte in b"HTTP/1.1 206 Partial Content\r\n" + b"X-Slow: very\r\n" * 100:
            self.wfile.write(bytes([byte]))
            time.sleep(0.1)
        return False

    def do_huge(self, data, asked, number, headers):
        self.say("200 OK", ["Content-Length: 1000000000000000", f"ETag: {TAG}"], data)
        return False

    def do_endless(self, data, asked, number, headers):
        self.say("200 OK", ["Transfer-Encoding: chunked"])
        while True:
            self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    def do_larger(self, data, asked, number, headers):
        return self.part(data, asked, size=2 ** 62, tag=None, day=None)

    def do_changed(self, data, asked, number, headers):
        """Another file from the fourth request on, as a server should."""
        if number < 4:
            return self.part(data, asked)
        if headers.get("if-range") == '"two"':
            return self.part(data, asked, tag='"two"')
        self.say("200 OK", [f"Content-Length: {len(data)}", 'ETag: "two"'], data)
        return True

    def do_swapped(self, data, asked, number, headers):
        """Another file from the fourth request on, and If-Range is not looked at."""
        return self.part(data, asked, tag=TAG if number < 4 else '"two"')

    def do_grown(self, data, asked, number, headers):
        return self.part(data, asked, tag=None, day=None, size=len(data) + (0 if number < 4 else 1))

    def do_gone(self, data, asked, number, headers):
        return self.part(data, asked) if number < 4 else self.do_missing(data, asked, number, headers)

    def do_packed(self, data, asked, number, headers):
        return self.part(data, asked, more=["Content-Encoding: gzip"])

    def do_circle(self, data, asked, number, headers):
        self.say("302 Found", ["Location: /circle/disk.iso", "Content-Length: 0"])
        return True

    def do_tofile(self, data, asked, number, headers):
        self.say("302 Found", ["Location: file:///etc/passwd", "Content-Length: 0"])
        return True

    def do_touser(self, data, asked, number, headers):
        self.say("302 Found", [f"Location: http://me:hidden@{headers['host']}/good/disk.iso", "Content-Length: 0"])
        return True

    def do_tonowhere(self, data, asked, number, headers):
        self.say("302 Found", ["Content-Length: 0"])
        return True

    def do_page(self, data, asked, number, headers):
        body = b"<html><a href=/good/disk.iso>disk</a></html>"
        self.say("200 OK", [f"Content-Length: {len(body)}", "Content-Type: text/html"], body)
        return True

    def do_empty(self, data, asked, number, headers):
        self.say("416 Range Not Satisfiable", ["Content-Range: bytes */0", "Content-Length: 0"])
        return True


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 64


with Server(("127.0.0.1", 0), Liar) as server:
    server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(server.server_address[1], flush=True)
    server.serve_forever()
