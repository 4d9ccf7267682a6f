#!/usr/bin/env python3
"""The house rules of STYLE.md that a program can see, over every source file of the repository.

Prints `file:line: rule: message` for each finding, and then exits 1. --map prints the house as
ARCHITECTURE.md shows it; --self-test proves that every rule can fail.
"""
import glob
import os
import pathlib
import re
import sys

import house

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
SKIPPED = {".git", "build", "out", "__pycache__"}
FOLDERS = {"core", "proto", "node", "loadgen", "sim", "results", "tests"}

LINES_MAX, FUNCTION_LINES_MAX, COLUMNS_MAX = {".h": 150, ".cc": 300}, 70, 100
# rule: (which files, pattern over code without comments and strings, why not)
BANNED = {
    "thread": ("pure", r"std::(jthread|thread|this_thread|async)\b|\bpthread_create\b",
               "pure code starts and delays no thread"),
    "clock": ("pure", r"_clock::now\b|\bclock_gettime\b|\btime\s*\(\s*(nullptr|NULL|0)\s*\)",
              "only a Scheduler tells the time"),
    "sleep": ("pure", r"\b\w*sleep\w*\s*\(", "nothing pure blocks; use Scheduler::RunAt"),
    "rpc": ("pure", r"#\s*include\s*<(grpc|google/protobuf)", "RPC lives in node/ alone"),
    "print": ("pure", r"std::(cout|cerr|clog|print)\b|\bf?printf\s*\(|\bfmt::print\b|\bputs\s*\(",
              "return the text; a main prints it"),
    "random": ("all", r"\bs?rand\s*\(|\brandom_device\b|std::\w+_distribution\b|std::mt19937",
               "use Rng: the standard's randomness differs by library"),
    "stream-iterator": ("all", r"\bistreambuf_iterator\b",
                        "it throws where a file cannot be read; use ReadStream"),
    "absl": ("headers", r"\babsl::|#\s*include\s*<absl/", "abseil is no interface of ours"),
    "name": ("all", r"\b(class|struct)\s+(RL_\S+\s+)?\w*(Impl|Manager|Helper|Util)s?\b",
             "name what it is: no Impl, Manager, Helper or Util"),
}
EXEMPT = {"core/base/check.h": {"print"}, "node/h2/calls/reflection_rows.cc": {"rpc"}}

BAD_STEM = re.compile(r"(^|_)(impl|manager|helper|util)s?(_|$)")
MACHINE_PATH = re.compile(r"(?<![\w.}$])/(?:work|root|tmp/bash_jobs)/")
# In a page: `core/x.h`, `results/*/a_b.cc`, also before more words; and [text](a/link.md#part).
NAMED_PATH = re.compile(r"`((?:core|node|loadgen|sim|results|tests|scripts|docs|deploy|proto)/"
                        r"[^\s`]*)[^`]*`")
LINK = re.compile(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)")
TASK = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b(?!\([^)]+\))")
NOISE = re.compile(r'R"(?P<tag>\w*)\(.*?\)(?P=tag)"|//[^\n]*|/\*.*?\*/'
                   r'|"(?:\\.|[^"\\\n])*"' r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
MAP = re.compile(r"<!-- map: [^\n]* -->\n```\n(.*?)```\n<!-- end of map -->", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)


def line_of(text, match):
    return text.count("\n", 0, match.start()) + 1


def blank(match):
    """What replaces a comment or a string: as many lines, and nothing that a rule could see."""
    return ('""' if match[0][0] in "\"R'" else "") + "\n" * match[0].count("\n")


def functions(code):
    """(first line, lines) of each outermost brace block whose head has an argument list."""
    code = DIRECTIVE.sub(blank, code)
    line, head, stack = 1, "", []
    for char in code:
        line += char == "\n"
        if char == "{":
            head = head.strip()
            scope = re.search(r"(?:^|>\s*)(?:class|struct|union|enum|namespace|extern)\b", head)
            inside = any(is_function for is_function, _ in stack)
            stack.append((not inside and not scope and "(" in head, line - head.count("\n")))
        elif char == "}" and stack:
            is_function, first = stack.pop()
            if is_function:
                yield first, line - first + 1
        head = "" if char in "{};" else head + char


def check_cpp(path, text, say):
    unit, suffix = os.path.splitext(path)
    folder = path.split("/")[0]
    length = len(text.splitlines())
    if length > LINES_MAX[suffix]:
        say(1, "file-length", f"{length} lines, at most {LINES_MAX[suffix]}")
    if BAD_STEM.search(os.path.basename(unit)):
        say(1, "file-name", "name what it is: no impl, manager, helper or util")
    if suffix == ".h" and not text.startswith("//"):
        say(1, "header-contract", "a header opens with a comment: what it is")
    if suffix == ".h" and not re.search(r"^#pragma once$", text, re.M):
        say(1, "pragma-once", "missing")
    for include in house.INCLUDE.finditer(text):
        number = line_of(text, include)
        to = "proto/." if include[1].endswith(".pb.h") else house.room_of(include[1])
        if to.split("/")[0] not in FOLDERS:
            say(number, "include-root", f'"{include[1]}" does not start at the root')
        elif folder != "tests" and (why := house.may_include(house.room_of(path), to)):
            say(number, "include-direction", why)
    code = NOISE.sub(blank, text)
    pure = house.is_pure(house.room_of(path))
    for rule, (where, pattern, why) in BANNED.items():
        applies = {"all": True, "pure": pure, "headers": suffix == ".h"}[where]
        if applies and rule not in EXEMPT.get(path, ()):
            for match in re.finditer(pattern, code):
                say(line_of(code, match), rule, f"{match[0]}: {why}")
    for first, length in functions(code):
        if length > FUNCTION_LINES_MAX:
            say(first, "function-length", f"{length} lines, at most {FUNCTION_LINES_MAX}")


def check_page(path, text, say):
    """Paths from the root that a page names, and links from where it is, lead somewhere."""
    folder = os.path.dirname(path)
    for number, line in enumerate(text.splitlines(), 1):
        links = [os.path.join(folder, link) for link in LINK.findall(line)]
        for target in NAMED_PATH.findall(line) + links:
            if not glob.glob(os.path.join(ROOT, target)):
                say(number, "dead-path", f"{target} does not exist")


def check(path, text):
    """The findings in one file, as (path, line, rule, message)."""
    findings = []
    say = lambda line, rule, message: findings.append((path, line, rule, message))
    for number, line in enumerate(text.splitlines(), 1):
        if not path.endswith((".md", ".json")) and len(line) > COLUMNS_MAX:
            say(number, "columns", f"{len(line)} columns, at most {COLUMNS_MAX}")
        if line != line.rstrip():
            say(number, "trailing-space", "white space at the end of the line")
        if MACHINE_PATH.search(line):
            say(number, "machine-path", "a path of one machine")
        if TASK.search(line):
            say(number, "task", "say why in the form TO" "DO(reason)")
    if path.split("/")[0] in FOLDERS and path.endswith((".h", ".cc")):
        check_cpp(path, text, say)
    if path.endswith(".md"):
        check_page(path, text, say)
    return findings


def sources():
    """Every text file of ours, by name from the root."""
    wanted = (".h", ".cc", ".py", ".md", ".cmake", ".proto", ".sh", ".txt", "Presets.json")
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if f not in SKIPPED)
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), ROOT)
            if name.endswith(wanted) or (path.startswith(("scripts/", ".ci/")) and "." not in name):
                yield path


# --self-test: texts that break one rule each, and it alone; then texts that break none.
GOOD = '// A thing.\n#pragma once\n#include "core/base/a.h"\n' \
    'int F(int x) {  // time(0), "printf("\n}\n'
LONG = "template <class T>\nint F(\n    T x) {\n" + "if (x) {\n}\n" * 33 + "\n}\n"
BAD = [
    ("file-length", "core/a.cc", "\n" * 301), ("file-length", "core/a.h", GOOD + "\n" * 146),
    ("file-name", "core/ring_util.cc", ""), ("include-root", "core/a.cc", '#include "a.h"\n'),
    ("header-contract", "core/a.h", "#pragma once\n"), ("pragma-once", "core/a.h", "// A.\n"),
    ("include-direction", "core/a.cc", '#include "node/wire/wire.h"\n'),
    ("include-direction", "loadgen/plan/zipf.cc", '#include "node/node.h"\n'),
    ("include-direction", "loadgen/main.cc", '#include "sim/a.h"\n'),
    ("include-direction", "core/base/a.cc", '#include "core/ring/ring.h"\n'),
    ("include-direction", "core/ring/a.cc", '#include "core/item/item.h"\n'),
    ("include-direction", "sim/skew/a.cc", '#include "node/node.h"\n'),
    ("include-direction", "sim/main.cc", '#include "tests/support/fake.h"\n'),
    ("function-length", "node/a.cc", LONG), ("name", "node/a.cc", "class RingManager final {};\n"),
    ("thread", "core/a.cc", "std::thread t;\n"), ("sleep", "core/a.cc", "usleep(5);\n"),
    ("clock", "loadgen/plan/a.cc", "auto t = std::chrono::steady_clock::now();\n"),
    ("rpc", "core/a.cc", "#include <grpcpp/grpcpp.h>\n"),
    ("print", "core/a.cc", "const char c = '\"'; std::printf(\"x\");\n"),
    ("random", "tests/core/a.cc", "std::uniform_int_distribution<int> d;\n"),
    ("stream-iterator", "node/a.cc", "std::string(std::istreambuf_iterator<char>(file), {});\n"),
    ("absl", "node/a.h", GOOD + "absl::string_view s;\n"),
    ("columns", "core/a.cc", "x" * 101 + "\n"), ("trailing-space", "README.md", "x \n"),
    ("machine-path", "README.md", "see /%s/main\n" % "work"),
    ("task", "core/a.cc", "// TO" "DO: think\n"),
    ("dead-path", "README.md", "see `core/none.h`\n"),
    ("dead-path", "README.md", "`scripts/none --flag`\n"),
    ("dead-path", "results/README.md", "[page](docs/ci.md)\n"),
]
FINE = [
    ("docs/a.md", "`core/types.h`, `core/*/ring.h`, `scripts/run X`, `a/b`, [c](../STYLE.md#x)\n"),
    ("core/a.h", GOOD), ("core/base/check.h", GOOD + "std::fprintf(stderr, x);\n"),
    ("node/daemon/main.cc", "std::thread t; int i = 1'000'000; // '\n"),
    ("loadgen/main.cc", '#include "node/n.h"\nstd::thread t;\n'),
    ("core/a.cc", "std::snprintf(b, n, f); // TO" "DO(the ring): why\n"),
    ("core/a.cc", "class RL_SCOPED(\"a\") A {\n" + "int x;\n" * 90 + "}\n"),
]


# A house with one room too full and one that is on no floor.
CROWD = [f"core/base/a{n}.h" for n in range(house.ROOM_MODULES_MAX + 1)] + ["core/attic/a.h"]


def check_house(paths, read):
    """What no single file shows: rooms, and the page that shows them."""
    findings = []
    say = lambda path, rule, message: findings.append((path, 1, rule, message))
    house.check_rooms(paths, say)
    shown = MAP.search(read("ARCHITECTURE.md"))
    if not shown or shown[1] != house.map_text(paths, read):
        say("ARCHITECTURE.md", "stale-map", "not what `scripts/style.py --map` prints")
    return findings


def self_test():
    failures = [f"{path}: unexpected {found}" for path, text in FINE for found in check(path, text)]
    for rule, path, text in BAD:
        found = {finding[2] for finding in check(path, text)}
        if found != {rule}:
            failures.append(f"{path}: expected {rule}, found {sorted(found)}")
    crowd = {rule for _, _, rule, _ in check_house(CROWD, lambda path: "")}
    if crowd != {"room-size", "unknown-room", "stale-map"}:
        failures.append(f"a crowded house: found {sorted(crowd)}")
    own = pathlib.Path(__file__).read_text(encoding="utf-8")
    rules = set(re.findall(r'say\(\w+, "([a-z-]+)"', own)) | set(BANNED) | crowd
    failures += [f"no text breaks {rule}" for rule in sorted(rules - crowd - {b[0] for b in BAD})]
    print("\n".join(failures) or f"{len(rules)} rules can fail")
    return bool(failures)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    paths, read = list(sources()), lambda path: pathlib.Path(ROOT, path).read_text(encoding="utf-8")
    if sys.argv[1:] == ["--map"]:
        return print(house.map_text(paths, read), end="")
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    findings = check_house(paths, read)
    for path in paths:
        findings += check(path, read(path))
    for finding in findings:
        print("%s:%d: %s: %s" % finding)
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main())
