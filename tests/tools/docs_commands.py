"""The commands of a page of documentation: what they are, and how a test plays them.

As a program it stands in for `scripts/run TOOL …`: the tool of RINGLAB_BIN, with less to do.
"""
import dataclasses
import os
import re
import sys

MARK = re.compile(r"<!-- (run|not run)(?:: (.+))? -->")
FENCE = re.compile(r"```(\w*)")
COMMAND_FENCES, OTHER_FENCES = {"sh"}, {"text", "toml", "json", "cpp"}
INLINE = re.compile(r"`(scripts/run [^`]+)`")
CACHENODE, LOADGEN, SIM = (f"scripts/run {tool} " for tool in ("cachenode", "loadgen", "sim"))
COMPARE = "scripts/run results compare "

MEASURING = (LOADGEN, SIM, "scripts/run results merge ", "mpirun ")

# What a tool is told in a test, in place of what the page says: enough to see that the flags are
# right. (flag, value, whether it is added where the page lacks it, by the flags that are given.)
SMALLER = {
    "cachenode": [("--drain", "10ms", lambda given: True)],
    "loadgen": [("--qps", "200", lambda given: not given & {"--search", "--trace", "--profile"}),
                ("--duration", "500ms", lambda given: not given & {"--search", "--profile"}),
                ("--profile", "ramp:100..400@2s", lambda given: False),
                ("--search-range", "1k..2k", lambda given: "--search" in given),
                ("--search-probe", "500ms", lambda given: "--search" in given),
                ("--search-confirm", "500ms", lambda given: "--search" in given),
                ("--warmup", "0s", lambda given: True),
                ("--repeat", "2", lambda given: False),
                ("--until", "p50+-50%", lambda given: False),
                ("--live", "127.0.0.1:0", lambda given: False),
                ("--metrics", "127.0.0.1:0", lambda given: False),
                ("--source-fill", "1000,size=64-4KiB", lambda given: False)],
    "sim": [("--requests", "2000",
             lambda given: not given & {"--ring-only", "--script", "--sweep", "--profile",
                                        "--swarm", "--map"}),
            ("--profile", "spike:100,500@500ms+200ms", lambda given: False),
            ("--qps", "300", lambda given: False),
            ("--swarm", "2", lambda given: False),
            ("--map", "load=0.3;shock=flush:1;defence=none;keys=300;ttl=5s;work=5ms;horizon=5s;"
             "hold=2s", lambda given: False),
            ("--seeds", "4", lambda given: "--sweep" in given)],
    "loadgen-mpi": [("--qps", "200", lambda given: True), ("--duration", "1s", lambda given: True),
                    ("--warmup", "0s", lambda given: True)],
    "sim-mpi": [("--seeds", "4", lambda given: True)],
    "results": [("--only", "response_p50", lambda given: False)],
}

# Before the commands. `curl` fails with its request; `measured` takes any verdict; `serving` waits
# for the nodes in the background, and `end` stops them as an operator would.
PRELUDE = """
set -u
trap 'kill -KILL $(jobs -p) 2>/dev/null' EXIT
curl() { command curl -fsS "$@"; }
measured() { case $? in 0 | 1 | 3 | 4) ;; *) exit 9 ;; esac; }
serving() {
  for node in $(jobs -p); do
    until grep -qs ^serving node-"$node".out; do
      if ! kill -0 "$node" || ((SECONDS > 60)); then
        echo "node $node does not serve" >&2
        exit 8
      fi
      sleep 0.1
    done
  done
}
end() {
  for node in $(jobs -p); do kill -TERM "$node"; done
  for node in $(jobs -p); do wait "$node" || { echo "node $node ended badly" >&2; exit 7; }; done
}
"""


@dataclasses.dataclass
class Block:
    """Commands that belong together, and the mark before them: (how, words), None for none."""
    place: str
    mark: tuple | None
    commands: list

    @property
    def runs(self):
        return self.mark is not None and self.mark[0] == "run"

    @property
    def loads(self):
        """How many of its commands send requests and report of them."""
        return sum(command.startswith(LOADGEN) and "--help" not in command and
                   "--write-trace" not in command for command in self.commands)

    def script(self, places):
        """The commands for bash, with the addresses of `places` in place of the page's."""
        lines = [PRELUDE]
        known = "|".join(map(re.escape, sorted(places, key=len, reverse=True)))
        for command in self.commands:
            command = re.sub(known, lambda here: places[here[0]], command)
            if command.startswith(CACHENODE):  # on a page it may stay in the foreground
                lines.append(command.removesuffix("&") + " &")
            else:
                failed = "measured" if command.startswith((*MEASURING, COMPARE)) else "exit 9"
                lines += ["serving", f"{command} || {failed}"]
        return "\n".join([*lines, "serving", "end", ""])


def blocks_of(path, name):
    """Every block with commands, in order. ValueError for a fence that says not what it holds."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    found, mark, here = [], None, 0
    while here < len(lines):
        first, here = here, here + 1
        line, place, commands = lines[first].strip(), f"{name}:{first + 1}", []
        if not line:
            continue
        if seen := MARK.fullmatch(line):
            mark = seen.groups()
            continue
        if fence := FENCE.match(line):
            end = next(i for i in range(here, len(lines)) if lines[i].strip() == "```")
            text, here = "\n".join(lines[here:end]), end + 1
            if fence[1] not in COMMAND_FENCES | OTHER_FENCES:
                raise ValueError(f"{place}: a fence of {fence[1] or 'nothing'}; known: "
                                 f"{sorted(COMMAND_FENCES | OTHER_FENCES)}")
            if fence[1] in COMMAND_FENCES:
                commands = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
        else:  # a paragraph or a table
            while here < len(lines) and lines[here].strip() and not lines[here].startswith("<!--"):
                here += 1
            commands = INLINE.findall("\n".join(lines[first:here]))
        if commands:
            found.append(Block(place, mark, commands))
        mark = None
    return found


def with_less_to_do(tool, arguments):
    given = set(arguments)
    for flag, value, is_added in SMALLER[tool]:
        if flag in given:
            arguments[arguments.index(flag) + 1] = value
        elif is_added(given):
            arguments += [flag, value]
    return arguments


def main():
    tool, *arguments = sys.argv[1:]
    if tool == "cachenode":
        out = os.open(f"node-{os.getpid()}.out", os.O_WRONLY | os.O_CREAT)
        os.dup2(out, 1)
    program = os.path.join(os.environ["RINGLAB_BIN"], tool)
    os.execv(program, [program, *with_less_to_do(tool, arguments)])


if __name__ == "__main__":
    main()
