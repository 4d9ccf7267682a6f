"""The house: its folders, their rooms floor by floor, and who may include whom.

A room is a folder that holds sources. It may include the rooms on lower floors of its own folder,
and of other folders what FOREIGN says. STYLE.md states the rule, scripts/style.py applies it, and
`scripts/style.py --map` prints the map that ARCHITECTURE.md shows.
"""
import os
import re

ROOM_MODULES_MAX = 24
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.M)

# folder: (what it is, its floors from the ground up, a floor being {room: what is in it}). "." is
# what stands in the folder itself.
HOUSE = {
    "core": ("pure C++20: no gRPC, protobuf, threads, clocks or I/O", [
        {"base": "time, results, hashes, randomness, locks, histograms"},
        {"ring": "who owns a key: every ring, their shares, the ring of now",
         "item": "one entry: its bytes, its links, its index; values"},
        {"cache/eviction": "who leaves first: the policies",
         "mrc": "hit ratio over memory, from a sample of the keys",
         "source": "the seam of origins, and synthetic ones",
         ".": "the seam of space, and the words of a request"},
        {"cache": "entries within a budget of bytes, until they end",
         "guard": "against too much, and against peers that fail"},
        {"group": "the story of a Get, a Set, a Remove"}]),
    "node": ("the live half: gRPC, HTTP, SQL, etcd and threads live here alone", [
        {"live": "what every main needs: threads, processes, flags, files"},
        {"security": "who may call, and how it is proved",
         "h2/frames": "HTTP/2 by libnghttp2: sessions, limits, messages, gRPC's words (pure)"},
        {"wire": "the seam of engines: servers, links; calls as a table; messages, dialects"},
        {"grpc": "the wire engine on grpc++: server, links",
         "h2/calls": "gRPC on these frames: both sides of a connection, in memory (pure)",
         "h2/loop": "event loops: sockets, time, other threads' tasks",
         "http": "a server, a client, groupcache's peers over HTTP",
         "sql": "rows of a database as the origin"},
        {"h2/stream": "bytes over sockets, in the clear or over TLS"},
        {"h2": "the wire engine on libnghttp2: servers, and links to them",
         "cluster": "who is there: the list, and what nodes tell one another",
         "etcd": "the list kept by etcd: state machines and their client"},
        {".": "a whole node, composed"},
        {"engines": "the wire engines by name; the flags that choose one"},
        {"front": "what a node shows: routes, status page, metrics"},
        {"settings": "what a node can be told"},
        {"daemon": "`cachenode`, the program"}]),
    "results": ("stored results: formats, pages, verdicts on a change", [
        {"text": "JSON and figures as people read them, bounds on them",
         "statistics": "intervals of figures, and whether they move"},
        {"hdr": "HdrHistogram's formats", "html/draw": "drawings: plots, tables, circles"},
        {"html": "pages and their sections"},
        {"format": "the schema, exports, results as text"},
        {"gate": "comparisons, baselines, history"},
        {"commands": "the subcommands, one file each"},
        {".": "`results`, the program"}]),
    "loadgen": ("open-loop load and an honest report of it", [
        {"trace": "recorded requests: readers and writers of their files",
         "ranks": "the processes that mpirun starts together, and what they agree on"},
        {"plan": "what to ask, and when"},
        {"measure": "asking, and what came of it"},
        {"judge": "what was measured, and whether it may be believed"},
        {"search": "which rate to probe next, and what the probes say"},
        {"report": "the result as JSON, text and histograms"},
        {"live": "a run shown while it goes on: page, metrics, rows",
         "shard": "one plan sent by several: their results merged"},
        {"run": "nodes, workers, flags: the live half"},
        {".": "`loadgen`, the program",
         "mpi": "`loadgen-mpi`, the program: shards that mpirun starts"}]),
    "sim": ("ring skew in theory, measured over loopback; hit ratio over memory", [
        {"skew": "what a ring owns, and what luck would give",
         "jobs": "independent jobs, dealt out, their results in order"},
        {"plan": "what is asked of the nodes and done to them",
         "mrc": "hit ratio over memory, by policy and node",
         "sweep": "many rings beside each other"},
        {"report": "the result as JSON and text",
         "virtual": "whole nodes in virtual time, in trouble, and what must hold"},
        {"map": "at which load a cluster in virtual time does not come back from a shock"},
        {"loopback": "nodes in one process, traffic, churn: the live half"},
        {"run": "flags, the timing of lookups"},
        {".": "`sim`, the program",
         "mpi": "`sim-mpi`, the program: jobs of sim dealt over the ranks of mpirun"}]),
}

# What a room may include of other folders: whole folders or single rooms. A folder's entry counts
# for all of its rooms.
FOREIGN = {
    "node": {"core"}, "node/wire": {"proto"}, "node/grpc": {"proto"}, "node/etcd": {"proto"},
    "results": {"core"}, "results/commands": {"node/live", "loadgen/shard"},
    "results/.": {"node/live"},
    "loadgen": {"core", "results/text", "results/hdr", "results/statistics"},
    "loadgen/live": {"node/http", "node/live", "results/html"},
    "loadgen/ranks": {"node/live"},
    "loadgen/run": {"node", "results"}, "loadgen/mpi": {"node", "results"},
    "loadgen/.": {"node", "results"},
    "sim": {"core", "loadgen", "results/text"},
    "sim/loopback": {"node"}, "sim/virtual": {"node"}, "sim/run": {"node", "results"},
    "sim/mpi": {"node"},
    "sim/.": {"node", "results"},
}

# Rooms that start threads, read clocks and print; all others of the folders below are pure.
LIVE = {"loadgen/live", "loadgen/ranks", "loadgen/run", "loadgen/.", "loadgen/mpi",
        "sim/loopback", "sim/run", "sim/mpi", "sim/.", "results/commands", "results/."}
PURE_FOLDERS = {"core", "loadgen", "sim", "results"}
PURE_ROOMS = {"node/h2/frames", "node/h2/calls"}


def room_of(path):
    """"core/cache/eviction" of "core/cache/eviction/lru.h"; "core/." of what stands in front."""
    folder = os.path.dirname(path)
    return folder if "/" in folder else folder + "/."


def floor_of(room):
    folder, _, name = room.partition("/")
    for number, floor in enumerate(HOUSE.get(folder, ("", []))[1], 1):
        if name in floor:
            return number
    return 0


def may_include(room, to):
    """Whether a file of `room` may include one of the room `to`; "" when it may, else why not."""
    folder, other = room.split("/")[0], to.split("/")[0]
    if room == to:
        return ""
    if folder == other:
        return "" if floor_of(to) < floor_of(room) else \
            f"{room} (floor {floor_of(room)}) must not include {to} (floor {floor_of(to)})"
    allowed = FOREIGN.get(folder, set()) | FOREIGN.get(room, set())
    return "" if other in allowed or to in allowed else f"{room} must not include {to}"


def is_pure(room):
    return room in PURE_ROOMS or (room.split("/")[0] in PURE_FOLDERS and room not in LIVE)


def check_rooms(paths, say):
    """Rooms that the house does not know, and rooms that hold too much."""
    modules = {}
    for path in paths:
        if path.split("/")[0] in HOUSE and path.endswith((".h", ".cc")):
            modules.setdefault(room_of(path), set()).add(os.path.splitext(path)[0])
    for room, units in sorted(modules.items()):
        if not floor_of(room):
            say(sorted(units)[0], "unknown-room", f"{room} is on no floor of scripts/house.py")
        if len(units) > ROOM_MODULES_MAX:
            say(sorted(units)[0], "room-size",
                f"{room} holds {len(units)} modules, at most {ROOM_MODULES_MAX}")
    return modules


def map_text(paths, read):
    """The house as ARCHITECTURE.md shows it: each folder from its top floor down."""
    modules, arrows = check_rooms(paths, lambda *_: None), {}
    for path in paths:
        room = room_of(path)
        if room in modules and path.endswith((".h", ".cc")):
            for to in INCLUDE.findall(read(path)):
                if not to.endswith(".pb.h") and room_of(to) != room:
                    arrows.setdefault(room, set()).add(room_of(to))
    lines = []
    for folder, (what, floors) in HOUSE.items():
        lines += [f"{folder + '/':<10} {what}"]
        for number in range(len(floors), 0, -1):
            for name, content in floors[number - 1].items():
                room = f"{folder}/{name}"
                size = len(modules.get(room, ()))
                lines.append(f"  {number}  {name:<15}{size:>3}  {content}")
                inside = sorted(to.split("/", 1)[1] for to in arrows.get(room, ())
                                if to.startswith(folder + "/"))
                outside = sorted(to for to in arrows.get(room, ()) if not to.startswith(folder))
                outside = sorted({to if to.startswith("core") is False else "core"
                                  for to in outside})
                known = " ".join(inside + outside)
                if known:
                    lines.append(f"  {'':<21}-> {known}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
