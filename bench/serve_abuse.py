#!/usr/bin/env python3
"""Mixed abuse of the service on loopback, while healthy clients go on: it must neither crash, nor grow, nor turn them away.

  bench/serve_abuse.py GIEMSA PICTURE [--seconds 600] [--connections 10000] [--slow FACTOR]

Overload (more requests than the queue takes), slow clients (a byte now and then; answers that nobody reads), half-open
connections, oversized and malformed heads and bodies, decompression bombs, wrong content types, path tricks, thousands
of connections at once. Every refusal must have its status and a JSON error. At the end: what was asked, what was
answered, the healthy clients' times, the service's memory in the course of it. --slow widens the bounds on time, for
builds with sanitizers.
"""

import argparse
import collections
import json
import multiprocessing
import os
import random
import re
import resource
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import zlib

OPTIONS = ["--max-body", "4000000", "--max-pixels", "4000000", "--max-pictures", "56", "--queue", "64", "--timeout", "5",
           "--access-log", "none"]


def png(width, height, rows=None):
    """A PNG of black pixels: a few kB for gigabytes of them."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * width)
    data = b"".join(packer.compress(row) for _ in range(rows if rows is not None else height)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", data) + chunk(b"IEND", b""))


class Service:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve", "--port", "0", *OPTIONS], stderr=subprocess.PIPE, text=True)
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            found = re.search(r"http://([\d.]+):(\d+)/", line)
            if found:
                self.address = (found.group(1), int(found.group(2)))
                threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()
                return
        raise SystemExit("the service did not start:\n" + "".join(self.said))

    def resident_mb(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


class Tally:
    """What came back, by kind of abuse; and what was wrong with it."""

    def __init__(self):
        self.statuses, self.wrong = collections.Counter(), []

    def add(self, kind, status):
        self.statuses[(kind, status)] += 1

    def fail(self, text):
        if len(self.wrong) < 20:
            self.wrong.append(text)


def connect(address, timeout=30):
    return socket.create_connection(address, timeout=timeout)


def read_answer(connection):
    """Status and body; None where the connection ends without one."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
        if data.startswith(b"HTTP/1.1 100") and b"\r\n\r\n" in data:
            data = data.split(b"\r\n\r\n", 1)[1]
    head, body = data.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            return None
        body += more
    return int(head.split()[1]), body[:length]


def check(tally, kind, answer, allowed):
    """Every refusal has its status and a JSON error."""
    if answer is None:
        tally.add(kind, "closed")
        return
    status, body = answer
    tally.add(kind, status)
    if status not in allowed:
        tally.fail(f"{kind}: status {status}: {body[:200]!r}")
    if status >= 400:
        try:
            error = json.loads(body)["error"]
            assert error["kind"] and error["message"]
        except Exception:
            tally.fail(f"{kind}: status {status} without a JSON error: {body[:200]!r}")


def request(path, body, content_type="image/jpeg", more=""):
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
            f"{more}\r\n").encode() + body


def form(parts, boundary="b"):
    text = b"".join(b'--%s\r\nContent-Disposition: form-data; name="p"; filename="%d.png"\r\n\r\n%s\r\n'
                    % (boundary.encode(), i, part) for i, part in enumerate(parts))
    return text + b"--%s--\r\n" % boundary.encode()


class Abuse:
    def __init__(self, address, picture, stop, tally):
        self.address, self.picture, self.stop, self.tally = address, picture, stop, tally
        self.bombs = [png(30000, 30000, 200), png(20000, 2000), png(60000, 1, 1), png(1900, 2000)]
        # A gzip of 200 MB of zeros, as a content coding.
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        self.gzip = b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(200)) + packer.flush()

    def ask(self, kind, data, allowed):
        try:
            with connect(self.address) as connection:
                try:
                    connection.sendall(data)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # refused before all was sent; the answer is there
                check(self.tally, kind, read_answer(connection), allowed)
        except (ConnectionResetError, BrokenPipeError):
            self.tally.add(kind, "reset")
        except socket.timeout:
            self.tally.fail(f"{kind}: no answer in 30 s")

    def every(self, seconds, what):
        while not self.stop.is_set():
            what()
            self.stop.wait(seconds)

    # Each of these runs in a process of its own until the end.

    def overload(self):
        """More pictures than the queue takes; answered or 503."""
        body = form([self.picture] * 40)
        self.every(0, lambda: self.ask("overload", request("/v1/predict", body, "multipart/form-data; boundary=b"),
                                       {200, 503}))

    def malformed(self):
        many = {400, 408, 411, 413, 414, 415, 417, 422, 431, 501, 503}
        cases = [
            b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nbroken\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length : 5\r\n\r\n",
            b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /" + b"a" * 90000,
            b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\nhello",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n0\r\n\r\n",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 5000,
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nContent-Length: 5\r\n\r\n",
            b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n\r\n",
            request("/v1/predict", b"", "image/png"),
            request("/v1/predict", b"hello", "image/png"),
            request("/v1/predict", b"x" * 5000, "multipart/form-data"),
            request("/v1/predict", b"x" * 5000, "multipart/form-data; boundary=b"),
            request("/v1/predict", b"--b--\r\n", "multipart/form-data; boundary=b"),
            request("/v1/predict", form([b""] * 65), "multipart/form-data; boundary=b"),
            request("/v1/predict", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
            request("/v1/predict", b"--b\r\n" + b"A: b\r\n" * 5000, "multipart/form-data; boundary=b"),
            request("/v1/predict", self.picture[:len(self.picture) // 2]),
            request("/v1/explain", form([self.picture] * 2), "multipart/form-data; boundary=b"),
            request("/v1/explain?class=unicorn", self.picture),
        ]

        def all_of_them():
            for data in cases:
                self.ask("malformed", data, many)
            for _ in range(20):
                self.ask("noise", os.urandom(random.randint(1, 4000)) + b"\r\n\r\n", {400, 431, 414})
            broken = bytearray(self.picture)
            for _ in range(20):
                broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
            self.ask("broken picture", request("/v1/predict", bytes(broken)), {200, 422, 503})
        self.every(0.5, all_of_them)

    def oversized(self):
        def both():
            self.ask("oversized", request("/v1/predict", b"x" * 6_000_000), {413})
            head = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            # Their length shows only as they come; 503 where the queue is full at that time.
            self.ask("oversized chunks", head + (b"100000\r\n" + b"x" * 0x100000 + b"\r\n") * 6, {413, 503})
        self.every(0.7, both)

    def bombs_of_pixels(self):
        def all_of_them():
            for bomb in self.bombs:
                self.ask("bomb", request("/v1/predict", bomb, "image/png"), {200, 422, 503})
            self.ask("bombs in a form", request("/v1/predict", form(self.bombs), "multipart/form-data; boundary=b"),
                     {200, 503})
            self.ask("gzip bomb", request("/v1/predict", self.gzip, more="Content-Encoding: gzip\r\n"), {415})
        self.every(0.5, all_of_them)

    def wrong_types(self):
        def all_of_them():
            for kind in ("text/html", "application/json", "application/x-www-form-urlencoded", "multipart/mixed; boundary=b",
                         "video/mp4", "a" * 4000):
                self.ask("wrong type", request("/v1/predict", self.picture, kind), {415})
        self.every(0.3, all_of_them)

    def paths(self):
        tricks = ["/../../etc/passwd", "/assets/../../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
                  "/assets/index.html%00.png", "/assets//etc/passwd", "/assets/..%5c..%5cetc", "/v1/samples/../../etc/passwd",
                  "/v1/samples/%2e%2e%2fmodel", "/.git/config", "/assets/", "/v1/", "http://elsewhere/v1/model", "*",
                  "/%", "/%zz", "/%ff%fe", "/v1/model/", "/V1/MODEL"]

        def all_of_them():
            for path in tricks:
                self.ask("path", f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), {404, 400})
            for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PRI", "BREW", "POST"):
                self.ask("method", f"{method} /v1/model HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode(), {405, 400})
        self.every(0.5, all_of_them)

    def slow_senders(self):
        """Hundreds of clients that send a byte now and then: heads, and bodies."""
        whole = [b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 500, request("/v1/predict", self.picture)]
        while not self.stop.is_set():
            clients = []
            for i in range(400):
                try:
                    clients.append([connect(self.address), whole[i % 2], 0 if i % 2 == 0 else 120])
                except OSError:
                    pass
            for client in clients:
                if client[2]:
                    try:
                        client[0].sendall(client[1][:120])
                    except OSError:
                        pass
            end = time.monotonic() + 8
            while time.monotonic() < end and not self.stop.is_set():
                for client in clients:
                    try:
                        client[0].send(client[1][client[2]:client[2] + 1])
                        client[2] += 1
                    except OSError:
                        pass
                self.stop.wait(0.5)
            for connection, _, _ in clients:
                try:
                    connection.settimeout(5)
                    check(self.tally, "slow sender", read_answer(connection), {408, 503, 422})
                except socket.timeout:
                    self.tally.fail("slow sender: neither refused nor closed")
                except OSError:
                    self.tally.add("slow sender", "reset")
                connection.close()

    def slow_readers(self):
        """Ask for much and take nothing of it."""
        while not self.stop.is_set():
            connections = []
            for _ in range(100):
                try:
                    connection = socket.socket()
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    connection.settimeout(10)
                    connection.connect(self.address)
                    connection.sendall(b"GET /v1/samples/neutrophil.png HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5)
                    connections.append(connection)
                except OSError:
                    pass
            self.stop.wait(7)
            for connection in connections:
                connection.close()
                self.tally.add("slow reader", "left")

    def half_open(self):
        """Connect, send some, and vanish: with a reset, with a half-close, or silently."""
        data = request("/v1/predict", self.picture)

        def one():
            try:
                connection = connect(self.address)
                connection.sendall(data[:random.randrange(len(data))])
                kind = random.randrange(3)
                if kind == 0:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif kind == 1:
                    connection.shutdown(socket.SHUT_WR)
                    check(self.tally, "half-closed", read_answer(connection), {400, 503})
                connection.close()
                self.tally.add("half-open", "left")
            except OSError:
                self.tally.add("half-open", "reset")
            # Asked and gone before the answer.
            try:
                connection = connect(self.address)
                connection.sendall(data)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
            except OSError:
                pass
        self.every(0.005, one)

    def crowd(self, count):
        """Thousands of connections at once, held for a while."""
        while not self.stop.is_set():
            connections = []
            for _ in range(count):
                try:
                    connections.append(connect(self.address, 10))
                except OSError:
                    self.tally.add("crowd", "not connected")
                if self.stop.is_set():
                    break
            self.tally.add("crowd", f"{len(connections)} open")
            self.stop.wait(3)
            for connection in connections:
                connection.close()


class Healthy:
    """A client as it should be: it asks, and asks again when it is told to."""

    def __init__(self, address, picture, stop, tally):
        self.address, self.picture, self.stop, self.tally = address, picture, stop, tally
        self.times, self.health, self.busy, self.lost = [], [], 0, 0

    def run(self):
        while not self.stop.is_set():
            try:
                began = time.monotonic()
                with connect(self.address) as connection:
                    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    answer = read_answer(connection)
                    if not answer or answer[0] != 200:
                        self.tally.fail(f"/healthz said {answer}")
                self.health.append(time.monotonic() - began)
                began = time.monotonic()
                while not self.stop.is_set():
                    with connect(self.address) as connection:
                        connection.sendall(request("/v1/predict", self.picture))
                        answer = read_answer(connection)
                    if answer and answer[0] == 503:
                        self.busy += 1
                        self.stop.wait(0.1)
                        continue
                    if not answer or answer[0] != 200:
                        self.tally.fail(f"a healthy client got {answer}")
                    self.times.append(time.monotonic() - began)
                    break
            except OSError as error:
                self.lost += 1
                self.tally.fail(f"a healthy client lost its connection: {error!r}")
            self.stop.wait(0.02)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("picture")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--connections", type=int, default=10000)
    parser.add_argument("--slow", type=float, default=1)
    args = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with open(args.picture, "rb") as file:
        picture = file.read()

    service, tally, stop, results = Service(args.program), Tally(), multiprocessing.Event(), multiprocessing.Queue()

    def run(name, nice, *arguments):
        """What each process does: one kind of abuse, or a healthy client."""
        os.nice(nice)
        mine = Tally()
        if name == "healthy":
            client = Healthy(service.address, picture, stop, mine)
            client.run()
            results.put((mine, client.times, client.health, client.busy, client.lost))
        else:
            getattr(Abuse(service.address, picture, stop, mine), name)(*arguments)
            results.put((mine, [], [], 0, 0))

    jobs = [("overload", 5)] * 4 + [(name, 5) for name in (
        "malformed", "oversized", "bombs_of_pixels", "wrong_types", "paths", "slow_senders", "slow_readers", "half_open")]
    jobs += [("crowd", 5, args.connections), ("healthy", 0), ("healthy", 0)]
    processes = [multiprocessing.Process(target=run, args=job) for job in jobs]
    for process in processes:
        process.start()
    memory, end = [], time.monotonic() + args.seconds
    while time.monotonic() < end and service.process.poll() is None:
        time.sleep(min(1, args.seconds / 20))
        if service.process.poll() is None:
            memory.append(service.resident_mb())
    stop.set()
    times, health, busy, lost = [], [], 0, 0
    for _ in processes:
        part, some_times, some_health, some_busy, some_lost = results.get(timeout=120)
        tally.statuses += part.statuses
        tally.wrong += part.wrong
        times, health, busy, lost = times + some_times, health + some_health, busy + some_busy, lost + some_lost
    for process in processes:
        process.join()
    crashed = service.process.poll() is not None
    if not crashed:
        time.sleep(1)
        print(f"memory afterwards: {service.resident_mb():.0f} MB")
        service.process.send_signal(signal.SIGTERM)
        code = service.process.wait(60)
    else:
        code = service.process.returncode

    kinds = sorted({kind for kind, _ in tally.statuses})
    for kind in kinds:
        print(f"{kind}: " + ", ".join(f"{status} × {count}" for (k, status), count in
                                      sorted(tally.statuses.items(), key=str) if k == kind))
    times, health = sorted(times), sorted(health)
    for name, some in (("healthy predict", times), ("healthy /healthz", health)):
        if some:
            print(f"{name}: {len(some)} answered, median {statistics.median(some) * 1000:.1f} ms, "
                  f"p99 {some[int(len(some) * 0.99)] * 1000:.0f} ms, longest {some[-1] * 1000:.0f} ms")
    print(f"healthy: told to come again {busy} times, lost {lost}")
    tenths = [max(memory[i * len(memory) // 10:(i + 1) * len(memory) // 10] or [0]) for i in range(10)]
    print("memory by tenths of the time, MB: " + " ".join(f"{m:.0f}" for m in tenths))
    if not times or not health or health[-1] > 2 * args.slow:
        tally.fail("healthy clients were not served in time")
    if tenths[-1] > 1.25 * max(tenths[1:4]) + 20:
        tally.fail("memory grew")
    if crashed or code != 0:
        tally.fail(f"the service ended with {code}:\n" + "".join(service.said[-60:]))
    print("\n".join(tally.wrong) if tally.wrong else "nothing was wrong")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
