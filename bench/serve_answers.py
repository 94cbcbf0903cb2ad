#!/usr/bin/env python3
"""Whether the service answers as `giemsa predict` does, bit for bit: alone, and with many clients at once.

  bench/serve_answers.py GIEMSA FOLDER [--clients 8] [--model MODEL]

Every picture of FOLDER is asked for alone, as a raw body, and then by each client as forms of 1 to 32 pictures in an
order of its own, some of them raw. Numbers are compared as they were sent: both sides write what reads back to the same
bits.
"""

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import sys
import threading


def predictions(program, folder, model):
    """By name: what `giemsa predict` says, in the words of the service."""
    text = subprocess.run([program, "predict", folder, "--format", "json", *model], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True).stdout
    answers = {}
    for one in json.loads(text)["predictions"]:
        one["name"] = os.path.basename(one.pop("path"))
        answers[one["name"]] = one
    return answers


def differs(answer, said):
    """What of an answer is not what was predicted."""
    abstains = answer["status"] in ("unlike", "unsure")
    expected = dict(said)
    got = {"predicted": "abstain" if abstains else answer["class"], "name": answer["name"],
           "probabilities": answer["probabilities"]}
    for key in ("reason", "set", "novelty"):
        if key in answer:
            got[key] = answer[key]
    largest = max(expected["probabilities"].values())
    if answer["confidence"] != largest or answer["probabilities"][answer["class"]] != largest:
        return "confidence"
    return "" if got == expected else f"{got} instead of {expected}"


class Service:
    def __init__(self, program, model):
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--access-log", "none", *model],
                                        stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"http://([\d.]+):(\d+)/", line)
            if found:
                self.host, self.port = found.group(1), int(found.group(2))
                return
        raise SystemExit("the service did not start")

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)


class Client:
    def __init__(self, service):
        self.connection = http.client.HTTPConnection(service.host, service.port, timeout=120)

    def ask(self, pictures, raw):
        if raw:
            name, data = pictures[0]
            self.connection.request("POST", "/v1/predict?name=" + name, data, {"Content-Type": "image/jpeg"})
        else:
            boundary = "%032x" % random.getrandbits(128)
            parts = [b'--%s\r\nContent-Disposition: form-data; name="p"; filename="%s"\r\n\r\n%s\r\n'
                     % (boundary.encode(), name.encode(), data) for name, data in pictures]
            self.connection.request("POST", "/v1/predict", b"".join(parts) + b"--%s--\r\n" % boundary.encode(),
                                    {"Content-Type": "multipart/form-data; boundary=" + boundary})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"status {answer.status}: {body[:300]!r}")
        return json.loads(body)["answers"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--model", default="")
    args = parser.parse_args()
    model = ["--model", args.model] if args.model else []

    said = predictions(args.program, args.folder, model)
    pictures = []
    for name in sorted(said):
        with open(os.path.join(args.folder, name), "rb") as file:
            pictures.append((name, file.read()))
    service = Service(args.program, model)
    wrong, compared, lock = [], [0], threading.Lock()

    def ask_all(seed, alone):
        order = random.Random(seed)
        mine = list(pictures)
        if not alone:
            order.shuffle(mine)
        client, at = Client(service), 0
        while at < len(mine):
            raw = alone or order.random() < 0.3
            some = mine[at:at + (1 if raw else order.randint(1, 32))]
            at += len(some)
            answers = client.ask(some, raw)
            with lock:
                compared[0] += len(answers)
                if [a["name"] for a in answers] != [name for name, _ in some]:
                    wrong.append("the order")
                wrong.extend(f"{a['name']}: {what}" for a in answers if (what := differs(a, said[a["name"]])))

    ask_all(0, True)
    print(f"alone: {compared[0]} answers, {len(wrong)} different from giemsa predict")
    threads = [threading.Thread(target=ask_all, args=(seed, False)) for seed in range(1, args.clients + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"with {args.clients} clients at once: {compared[0]} answers in all, {len(wrong)} different")
    print("\n".join(wrong[:5]))
    return 1 if wrong or compared[0] != len(pictures) * (1 + args.clients) or service.stop() != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
