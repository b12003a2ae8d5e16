"""How fast the endpoint answers each saved query under several clients, and whether it holds over many requests.

    python tests/benchmarks/endpoint.py STORE [--clients 8] [--each 50] [--requests 10000]

Starts ``kg serve`` on the store. Prints, for each saved query with its default parameters, the median and the 95th
percentile of the time from request to answer with all clients asking at once, without pause: as people ask it, and
with a comment that makes every request a new question, so that none is answered from what was kept. Then memory
(proportional set size) and open files of the endpoint and its processes before and after so many requests of all kinds.
"""

import argparse
import http.client
import json
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from kg.ontology import load
from kg.query import prepare

ONTOLOGY = load()
WARM = 2000
MOST = 50.0


class Client(threading.Thread):
    """Asks one path after another over one connection and keeps the times in milliseconds."""

    def __init__(self, port: int, paths: list[str]) -> None:
        super().__init__()
        self.port = port
        self.paths = paths
        self.times: list[float] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for path in self.paths:
            begun = time.perf_counter()
            link.request("GET", path)
            reply = link.getresponse()
            reply.read()
            self.times.append((time.perf_counter() - begun) * 1000)
            if reply.status != 200:
                self.wrong.append(f"{reply.status} {path}")
        link.close()


def all_at_once(port: int, shares: list[list[str]]) -> list[float]:
    clients = [Client(port, share) for share in shares]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    wrong = [w for client in clients for w in client.wrong]
    if wrong:
        raise SystemExit(f"{len(wrong)} requests failed: {wrong[:3]}")
    return [t for client in clients for t in client.times]


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for child in children for p in family(int(child)))]


def held(pid: int) -> tuple[float, int]:
    """Return the memory in MB and the open files of a process and those it started."""
    kib = files = 0
    for one in family(pid):
        kib += int(re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.M)[1])
        files += len([*Path(f"/proc/{one}/fd").iterdir()])
    return kib / 1024, files


def fetched(port: int, path: str) -> bytes:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    link.request("GET", path)
    return link.getresponse().read()


def saved(port: int) -> dict[str, str]:
    """Return the path that asks each saved query with its defaults."""
    paths = {}
    for query in json.loads(fetched(port, "/queries")):
        values = {p["name"]: p["default"] for p in query["parameters"] if p["default"] is not None}
        paths[query["name"]] = f"/queries/{query['name']}?{urlencode(values)}"
    return paths


def anew(name: str, client: int, each: int) -> list[str]:
    """Return paths that ask a saved query with its defaults, each in another text."""
    sparql = prepare(name, {}, ONTOLOGY)
    return ["/sparql?" + urlencode({"query": f"{sparql}\n# {client}.{i}"}) for i in range(each)]


def quickness(port: int, paths: dict[str, str], clients: int, each: int) -> int:
    slow = 0
    print(f"{clients} clients, {each} requests each{'':4} {'as asked':>17} {'evaluated':>21}")
    print(f"{'query':20} {'median ms':>16} {'p95 ms':>10} {'median ms':>10} {'p95 ms':>10}")
    for name, path in paths.items():
        times = all_at_once(port, [[path] * each] * clients)
        fresh = all_at_once(port, [anew(name, client, each) for client in range(clients)])
        p95 = statistics.quantiles(times, n=20)[-1]
        slow += p95 >= MOST
        print(f"{name:20} {statistics.median(times):16.1f} {p95:10.1f} {statistics.median(fresh):10.1f} "
              f"{statistics.quantiles(fresh, n=20)[-1]:10.1f}{'   SLOW' if p95 >= MOST else ''}")
    return slow


def endurance(pid: int, port: int, paths: list[str], clients: int, requests: int) -> None:
    def asking(count: int) -> Callable[[], list[float]]:
        share = [paths[i % len(paths)] for i in range(count // clients)]
        return lambda: all_at_once(port, [share] * clients)

    asking(WARM)()
    before, begun = held(pid), time.perf_counter()
    asking(requests)()
    took, after = time.perf_counter() - begun, held(pid)
    print(f"{requests} requests in {took:.1f} s; memory {before[0]:.1f} -> {after[0]:.1f} MB "
          f"({(after[0] / before[0] - 1) * 100:+.1f} %), open files {before[1]} -> {after[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=50, help="requests of each client for each query")
    arguments = parser.parse_args()
    served = subprocess.Popen([sys.executable, "-m", "kg", "serve", "--store", arguments.store, "--port", "0"],
                              stderr=subprocess.PIPE, text=True)
    try:
        port = int(re.search(r":(\d+)/ ", served.stderr.readline())[1])
        paths = saved(port)
        slow = quickness(port, paths, arguments.clients, arguments.each)
        others = ["/results?metric=throughput", "/search?q=serving", "/sparql?query=ASK%20%7B%7D", "/about"]
        endurance(served.pid, port, [*paths.values(), *others], arguments.clients, arguments.requests)
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(20)
    print(f"{len(paths)} saved queries, {slow} with a p95 of {MOST:g} ms or more")


if __name__ == "__main__":
    main()
