"""Results as the tools write them, made up but likely: the same ones every time.

`run(seconds, nodes)` is a result of loadgen with every section that a page draws, `gate()` one of
the benchmarks' gate.
"""
import base64
import bisect
import math
import random
import struct
import zlib

KEYS = 100_000
ZIPF_S = 0.99


def hdr_v2(values_ns):
    """Values as HdrHistogram's V2 text: lowest 1, highest 60e9, 3 digits."""
    counts = {}
    for value in values_ns:
        value = max(0, min(int(value), 60_000_000_000))
        bucket = max(0, value.bit_length() - 11)
        index = (bucket << 10) + (value >> bucket)
        counts[index] = counts.get(index, 0) + 1
    payload, at = bytearray(), 0
    for index in sorted(counts):
        for number in ([-(index - at)] if index > at else []) + [counts[index]]:
            zigzag = (number << 1) ^ (number >> 63)
            while zigzag >= 0x80:
                payload.append(zigzag & 0x7f | 0x80)
                zigzag >>= 7
            payload.append(zigzag)
        at = index + 1
    header = struct.pack(">IIIIqqd", 0x1c849313, len(payload), 0, 3, 1, 60_000_000_000, 1.0)
    stream = zlib.compress(header + bytes(payload))
    return base64.b64encode(struct.pack(">II", 0x1c849314, len(stream)) + stream).decode()


def percentiles(values):
    values = sorted(values)
    row = {"count": len(values), "mean": sum(values) / len(values), "min": int(values[0])}
    for name, p, least in (("p50", 50, 7), ("p90", 90, 44), ("p99", 99, 459), ("p999", 99.9, 4603),
                           ("p9999", 99.99, 46050)):
        if len(values) >= least:
            row[name] = int(values[min(len(values) - 1, int(len(values) * p / 100))])
    row["max"] = int(values[-1])
    return row


def of(values, p, least):
    return int(values[min(len(values) - 1, int(len(values) * p / 100))]) \
        if len(values) >= least else None


def latency(rng, level, stalled):
    """One service time: each level has its own, and a stall is over all of them."""
    middle = {"cache": 210e3, "hot": 190e3, "peer": 520e3, "source": 1.7e6}[level]
    slow = 40 if rng.random() < 0.0005 else 1
    return slow * rng.lognormvariate(math.log(middle), 0.32) + stalled * rng.random() * 25e6


def columns(rng, seconds, qps):
    """Every interval's requests: (response, service, send lag) and the level of each."""
    for second in range(seconds):
        stalled = second % 60 == 22 or seconds < 60 and second == seconds * 2 // 3
        asked = max(1, int(rng.gauss(qps, math.sqrt(qps))))
        warm = 1 - math.exp(-(second + 4) / 9)
        requests = []
        for _ in range(asked):
            level = rng.choices(("cache", "hot", "peer", "source"),
                                (30, 20 * warm, 45, 4 + 25 * (1 - warm)))[0]
            service = latency(rng, level, stalled)
            lag = rng.expovariate(1 / 40e3) + (rng.random() * 4e6 if stalled else 0)
            requests.append((service + lag, service, lag, level))
        yield asked, stalled, requests


def zipf_shares():
    weights = [1 / rank ** ZIPF_S for rank in range(1, KEYS + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]


def popularity(rng, sent):
    shares = zipf_shares()
    ranks, first = [], 1
    while first <= KEYS:
        to = min(KEYS, max(first, int(first * 1.22)))
        share = sum(shares[first - 1:to])
        requests = max(0, round(rng.gauss(share * sent, math.sqrt(share * sent))))
        ranks.append({"rank": first, "to": to, "expected_share": share, "requests": requests})
        first = to + 1
    hottest = [{"rank": rank, "key": f"key-{rng.randrange(KEYS):06}",
                "owner": f"n{rng.randrange(3)}", "expected_share": shares[rank - 1],
                "requests": round(rng.gauss(shares[rank - 1] * sent,
                                            math.sqrt(shares[rank - 1] * sent)))}
               for rank in range(1, 11)]
    return {"ranks": ranks, "hottest": hottest}


def balance(rng, nodes, sent):
    def shares(alpha):
        draws = [rng.gammavariate(alpha, 1) for _ in range(nodes)]
        return [draw / sum(draws) for draw in draws]
    arcs, tilt = shares(160), shares(20)
    expected = [(a + t) / 2 for a, t in zip(arcs, tilt)]
    rows = []
    for i in range(nodes):
        requests = round(rng.gauss(expected[i] * sent, math.sqrt(expected[i] * sent)))
        rows.append({"name": f"n{i}", "arc_share": arcs[i], "expected_share": expected[i],
                     "measured_share": requests / sent, "requests": requests,
                     "p50_ns": int(rng.gauss(6e5, 3e4)), "p99_ns": int(rng.gauss(3e6, 2e5)),
                     "cpu_cores": round(rng.gauss(0.36, 0.01), 3), "resident_bytes": 24_000_000})
    loads = [row["measured_share"] * nodes for row in rows]
    return {"peak_to_mean": max(loads), "min_to_mean": min(loads),
            "cv": math.sqrt(sum((x - 1) ** 2 for x in loads) / nodes), "nodes": rows}


def series_of(rng, seconds, qps):
    bounds = [round(2 ** (k / 4)) for k in range(4 * 15, 4 * 26 + 1)]
    names = ("at_s", "scheduled", "sent", "ok", "not_found", "failed", "skipped", "late",
             "response_p50_ns", "response_p90_ns", "response_p99_ns", "response_max_ns",
             "service_p50_ns", "service_p99_ns")
    series = {"interval_s": 1.0, **{name: [] for name in names},
              "levels": {name: [] for name in ("cache", "hot", "peer", "source")}}
    heat, everything = [], []
    for second, (asked, stalled, requests) in enumerate(columns(rng, seconds, qps)):
        responses = sorted(r[0] for r in requests)
        services = sorted(r[1] for r in requests)
        skipped = asked // 25 if stalled else 0
        failed = asked // 50 if stalled else 0
        row = (second, asked, asked - skipped, asked - skipped - failed, 0, failed, skipped,
               sum(r[2] > 1e6 for r in requests), of(responses, 50, 7), of(responses, 90, 44),
               of(responses, 99, 459), int(responses[-1]), of(services, 50, 7),
               of(services, 99, 459))
        for name, value in zip(names, row):
            series[name].append(value)
        for level, column in series["levels"].items():
            column.append(sum(r[3] == level for r in requests))
        counts = [0] * (len(bounds) - 1)
        for response in responses:
            counts[min(len(counts) - 1, max(0, bisect.bisect_right(bounds, response) - 1))] += 1
        heat.append(counts)
        everything += requests
    series["heat"] = {"bounds_ns": bounds, "counts": heat}
    return series, everything


def run(seconds=60, nodes=3, qps=800, seed=1, slower=1.0):
    rng = random.Random(seed)
    series, everything = series_of(rng, seconds, qps)
    values = {name: [r[i] * slower for r in everything]
              for i, name in enumerate(("response", "service", "send_lag"))}
    totals = {name: sum(series[name]) for name in ("scheduled", "sent", "ok", "not_found",
                                                   "skipped")}
    failed = sum(series["failed"])
    totals |= {"errors": failed - failed // 3, "timeouts": failed // 3, "wrong_values": 0,
               "elapsed_s": float(seconds), "achieved_qps": totals["sent"] / seconds}
    by_level = {level: [r[1] for r in everything if r[3] == level] for level in series["levels"]}
    return {
        "schema_version": 1, "tool": "loadgen", "verdict": "FAILED",
        "reasons": ["threshold p99<5ms: measured 14.2 ms"], "started_at": "2026-11-21T09:54:52Z",
        "interrupted": False,
        "command": f"loadgen --nodes {nodes} --qps {qps} --duration {seconds}s "
                   "--threshold 'p99<5ms'",
        "config": {"seed": seed, "cluster": f"{nodes} child processes on loopback", "nodes": nodes,
                   "requested_qps": qps, "duration_s": seconds, "zipf_s": ZIPF_S, "keys": KEYS,
                   "ring": "xx64", "replicas": 160, "plan_hash": "5bc02ba713ce61f4"},
        "totals": totals,
        "thresholds": [{"threshold": "p99<5ms", "passed": False, "measured_ns": 14.2e6},
                       {"threshold": "hit_ratio>0.5", "passed": True, "measured": 0.8724}],
        "latency_ns": {name: percentiles(each) for name, each in values.items()},
        "operations": {"get": {"requests": totals["sent"], "failed": failed,
                               "service_ns": percentiles(values["service"])}},
        "levels": {level: {"keys": len(each), "share": len(each) / len(everything),
                           "service_ns": percentiles(each)} for level, each in by_level.items()},
        "balance": balance(rng, nodes, totals["sent"]),
        "cache": {"gets": totals["sent"], "hits": int(totals["sent"] * 0.8724), "joined": 199,
                  "peer_loads": int(totals["sent"] * 0.45), "source_loads": len(by_level["source"]),
                  "evicted": 0, "used_bytes": 9_650_000, "budget_bytes": 201_326_592,
                  "hit_ratio": 0.8724},
        "series": series,
        "histograms": {name: {"hdr_v2": hdr_v2(each)} for name, each in values.items()},
        "popularity": popularity(rng, totals["sent"]),
        "environment": {"cpu": "AMD EPYC", "cores": 2, "kernel": "6.18", "compiler": "g++ 12.2.0",
                        "build": "optimised", "version": "0.1.0"}}


def search():
    """A search of loadgen whose edge is at 9,079/s: the p99 of a queue that serves 10,000/s."""
    def probe(qps, purpose, seconds=5):
        p99 = 4.605e9 / (10_000 - qps) if qps < 9_900 else 400e6 * qps / 10_000
        passed = p99 < 5e6
        return {"qps": qps, "purpose": purpose, "duration_s": seconds,
                "verdict": "VALID" if passed else "FAILED",
                "standing": "holds" if passed else "broken", "holds": passed,
                "bounds": [{"threshold": "p99<5ms", "passed": passed, "measured_ns": p99}],
                "achieved_qps": qps, "lost_share": 0.0, "p50_ns": p99 / 6.6, "p99_ns": p99,
                "hit_ratio": 0.93, "limit": {"what": "none"}}

    probes = [probe(1000 * 2 ** i, "climb") for i in range(5)] + [probe(16_000, "climb")]
    probes += [probe(qps, "narrow") for qps in (9_500, 8_720, 9_100, 8_870, 9_300, 8_900)]
    probes += [probe(8_950, "confirm", 30), probe(13_430, "overload"), probe(8_950, "way-down")]
    return {"end": "found", "bounds": ["p99<5ms"], "range_qps": [1000, 1e6], "probe_s": 5,
            "confirm_s": 30, "rate_qps": 8_950, "edge_qps": 9_079, "low_qps": 8_900,
            "high_qps": 9_190, "binding": "p99<5ms", "growth": 1.6, "boundary": "smooth",
            "limit": {"what": "machine-cpu", "why": "this machine had no CPU left"},
            "way_down": {"from_qps": 13_430, "qps": 8_950, "holds": True}, "probes": probes}



def gate():
    rng = random.Random(7)
    rows = []
    for name, measure, ratio, exact, verdict in (
            ("cache_hit_lru", "instructions", 1.104, True, "FAIL"),
            ("node1_saturation", "us/request", 1.029, False, "WARN"),
            ("ring_lookup", "ns/op", 1.004, False, "OK"),
            ("cache_put_evict", "instructions", 1.0, True, "OK"),
            ("wire_decode", "ns/op", 0.89, False, "IMPROVED")):
        base = rng.uniform(100, 900)
        row = {"name": name, "measure": measure, "against": "base", "base": base,
               "head": base * ratio, "verdict": verdict, "limit": "+1.0 %" if exact else "+3.0 %"}
        if not exact:
            row |= {"ratio": ratio, "low": ratio - 0.014, "high": ratio + 0.015,
                    "base_samples": [base * rng.gauss(1, 0.02) for _ in range(30)],
                    "head_samples": [base * ratio * rng.gauss(1, 0.02) for _ in range(30)]}
        rows.append(row)
    return {"schema_version": 1, "tool": "gate", "verdict": "FAIL",
            "reasons": ["cache_hit_lru: instructions +10.4 %, limit +1.0 %"], "base": "1a2b3c4",
            "head": "9f8e7d6", "pairs": 30, "steal_share": 0.004, "rows": rows,
            "remarks": ["base and head were built by the same compiler"],
            "functions": {"cache_hit_lru": [
                {"function": "Shard::Touch", "instructions_per_op": 31},
                {"function": "HashKey", "instructions_per_op": 9}]},
            "reproduce": "results ab --base 1a2b3c4 --only cache_hit_lru",
            "accept": "results baseline update --reason '…'"}


def history():
    rng = random.Random(3)
    series = []
    for metric, level in (("cache_hit_lru/instructions", 412), ("ring_lookup/ns", 5.8)):
        values = [level * rng.gauss(1, 0.01) * (1.08 if run >= 25 else 1) for run in range(40)]
        series.append({"metric": metric,
                       "points": [{"commit": f"{7919 * run + 4096:07x}", "at": "2026-11-21",
                                   "value": value} for run, value in enumerate(values)],
                       "changes": [{"at": 25, "before": level, "after": level * 1.08,
                                    "p": 0.005}]})
    return {"schema_version": 1, "tool": "history", "series": series}
