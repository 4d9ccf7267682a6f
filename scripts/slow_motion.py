"""What this machine can do at this moment, and scenarios at a pace that it can keep.

A scenario (results/scenarios) is written for two cores that do nothing else. On a slower or busier
machine it is played in slow motion: its rate is lower and its times are longer by the same factor,
so that its counts and shares stay what they are. Its bounds are such counts and shares alone.
"""
import json
import re
import signal
import subprocess
import time
import tomllib

PACES = (1, 0.7, 0.5, 0.35, 0.25)  # slower takes too long to be worth it
MEASURED_S = 0.6
AT_MOST, WITH_EASE = 0.8, 0.4  # rates, of what the machine does when asked as fast as it answers
IDLE_MIN = 0.08  # less, and the CPUs had more to do than they could
CUT_SHORT = 3  # exit code of a run that was interrupted
TIME = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(ms|s)\b")
TOO_SLOW = re.compile("send lag|fell behind|was the limit|other processes|unanswered to send more|"
                      "had no CPU left|it follows from|the queue grew")


def requests_per_second(sim):
    """What three nodes and their client do here for a moment, each request as soon as it may.

    `sim` is the path of that tool. It is interrupted, so that a slow machine takes no longer.
    """
    command = [sim, "--nodes", "3", "--replicas", "20", "--keys", "1000", "--requests", "1000000",
               "--source", "synthetic:size=100", "--json", "-"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as probe:
        said = ""
        while "traffic" not in said and (line := probe.stderr.readline()):
            said += line
        time.sleep(MEASURED_S)
        probe.send_signal(signal.SIGINT)
        out, rest = probe.communicate()
    if probe.returncode not in (0, CUT_SHORT):
        raise RuntimeError(f"{sim} cannot measure this machine: {said}{rest}")
    return json.loads(out)["loopback"]["totals"]["achieved_qps"]


def pace_for(qps, speed):
    """The fastest pace at which so many requests a second are within a machine's speed, or None."""
    return next((pace for pace in PACES if pace * qps <= AT_MOST * speed), None)


def flags_at(pace, scenario):
    """What to say beside --config, for a scenario (its file as a dict) at this pace."""
    if pace == 1:
        return []

    def longer(text):
        return TIME.sub(lambda time: f"{float(time[1]) / pace:.4g}{time[2]}", text)

    flags = [f"--qps={scenario['qps'] * pace:g}"]
    for name, value in scenario.items():
        texts = [each for each in (value if isinstance(value, list) else [value])
                 if isinstance(each, str)]
        if any(longer(text) != text for text in texts):  # it replaces all that the file says of it
            flags += [f"--{name}={longer(text)}" for text in texts]
    return flags


def cpu_times():
    """All CPUs' time since the machine's start, and how much of it was idle, in ticks."""
    with open("/proc/stat", encoding="ascii") as stat:
        times = [int(time) for time in stat.readline().split()[1:9]]
    return sum(times), times[3] + times[4]


def idle_share(since):
    """Of all CPUs, since cpu_times() said so."""
    whole, idle = (now - then for now, then in zip(cpu_times(), since))
    return idle / max(whole, 1)


def not_up_to_it(result):
    """Why this machine was too slow for a result of play(), or None when it was not."""
    for reason in result["reasons"]:
        if TOO_SLOW.search(reason):
            return reason
    if result["idle_share"] < IDLE_MIN:
        return f"of its CPUs {100 * result['idle_share']:.0f} % were idle"
    return None


def broken(result):
    return [bound for bound in result["thresholds"] if not bound["passed"]]


def play(file, speed, run):
    """Plays a scenario, slower while its bounds break and the machine was not up to it.

    run(flags) plays it once and returns its result. Returns the last one, with the pace in it, and
    why it tells nothing, or None.
    """
    with open(file, "rb") as text:
        scenario = tomllib.load(text)
    # A profile goes beyond what any machine does, and is judged by what comes after.
    first = pace_for(scenario["qps"], speed) if "qps" in scenario else PACES[0]
    why, result = f"{speed:.0f} requests/s are all that it does", None
    paces = PACES if "qps" in scenario else PACES[:1]
    for pace in paces[PACES.index(first):] if first else ():
        since = cpu_times()
        result = run(flags_at(pace, scenario))
        result.update(pace=pace, idle_share=idle_share(since))
        if not broken(result):
            return result, None
        why = not_up_to_it(result)
        if why is None:
            break
    return result, why
