# toolchain.py: synthesis and place-and-route tools: where they are, what they say
# SPDX-License-Identifier: Apache-2.0
"""What programs share that call tools. Tools run in ROOT: YoWASP's see nothing else by relative paths."""

import contextlib
import fcntl
import functools
import os
import pathlib
import re
import shutil
import signal as signals
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = pathlib.Path(os.environ.get("IZH_VENV", ROOT / ".venv"))
OLDEST_YOSYS = (0, 40)  # Debian 12's 0.23 costs a quarter of the clock; none between was tried


class ToolError(Exception):
    """One line for the person at the terminal."""


class Endless(ToolError):
    """The tool was still at work when its time was over."""


class Unplaced(ToolError):
    """nextpnr found no place for each cell: of a chip that is nearly full the next seed may find one."""


def on_path(name):
    path = os.environ.get("PATH", "") + os.pathsep + str(VENV / "bin")
    return shutil.which(name, path=path)


def version_option(tool):
    return "-V" if "yosys" in os.path.basename(tool) else "--version"


@functools.cache
def version(tool):
    """Of a tool by its path; the first call of one of YoWASP's compiles it, and says so."""
    said = []
    try:
        asked = subprocess.Popen([tool, version_option(tool)], stdin=subprocess.DEVNULL, cwd=ROOT,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except OSError as error:  # of a script: its first line names what is not there, in a .venv that was moved
        raise ToolError(f"{tool} cannot be run ({error.strerror}): "
                        "if it is in .venv, tools/setup.sh report mends it") from None
    with asked as child:
        for line in child.stdout:
            if line.startswith("Preparing to run"):
                print(f"compiling {os.path.basename(tool)} for this machine, once: "
                      "about half a minute", flush=True)
            elif line.strip():
                said.append(line.strip())
    for line in said:
        found = re.search(r"Yosys [\w.+-]+|nextpnr-[\d][\w.+-]*|Version [\w.+-]+", line)
        if found:
            return found.group(0).replace("Version ", "")
    return said[-1] if said else "of unknown version"


def too_old(yosys):
    found = re.match(r"Yosys (\d+)\.(\d+)", version(yosys))
    return bool(found) and tuple(map(int, found.groups())) < OLDEST_YOSYS


def find_tools(*others):
    """Yosys and the others of one suite: a Yosys of another age would cost a quarter of the clock.
    On PATH a suite is known by its nextpnr-ecp5, which Debian has not."""
    problem = ""
    for prefix in ("", "yowasp-") if on_path("nextpnr-ecp5") else ("yowasp-",):
        names = [prefix + name for name in ("yosys", *others)]
        tools = [on_path(name) for name in names]
        if not all(tools):
            missing = " and ".join(name for name, tool in zip(names, tools) if not tool)
            problem = problem or f"no {missing} on PATH or in .venv"
        elif too_old(tools[0]):
            wanted = ".".join(map(str, OLDEST_YOSYS))
            problem = f"{tools[0]} is too old: {version(tools[0])}, {wanted} is wanted"
        else:
            return tools
    raise ToolError(f"{problem}: tools/setup.sh report, or an OSS CAD Suite first on PATH")


def versions(tools):
    """Of Yosys and nextpnr."""
    suite = " of YoWASP" if "yowasp" in os.path.basename(tools[0]) else ""
    return f"{version(tools[0])} and {version(tools[1])}{suite}"


# ---- Tools at work ---------------------------------------------------------------------------

_at_work = set()  # process numbers
_ending = False


def end_with_this(program):
    """SIGTERM, which reaches a program and not the tools that it called, ends those too."""
    def end(*_):
        global _ending
        _ending = True
        for number in list(_at_work):
            _terminate(number)
        sys.exit(f"{program}: terminated")
    signals.signal(signals.SIGTERM, end)


def _terminate(number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signals.SIGTERM)


def wait_for(process):
    """(exit code, usage), when it has ended: by itself, or because this program is to end."""
    _at_work.add(process.pid)
    try:
        if _ending:
            _terminate(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        _terminate(process.pid)
        process.wait()
        raise
    finally:
        _at_work.discard(process.pid)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def run(command, log, seconds):
    """Output into log; returns the seconds of processor time, which the load of the machine does not
    change."""
    limited = ["sh", "-c", f'ulimit -S -t {seconds}; exec "$@"', "sh", *command]
    with open(ROOT / log, "w") as output:
        code, usage = wait_for(subprocess.Popen(
            limited, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT))
    if code == -signals.SIGXCPU:
        raise Endless(f"stopped after {seconds} s of processor time, see {log}")
    if code < 0:
        raise ToolError(f"{os.path.basename(command[0])} {killed_by(-code)} ({log})")
    if code != 0:
        error = first_error(log)
        kind = Unplaced if "Unable to find legal placement" in error else ToolError
        raise kind(f"{error} ({log})")
    return usage.ru_utime + usage.ru_stime


def killed_by(signal):
    """The kernel takes what has eaten all memory with signal 9, and says so to nobody here."""
    return f"was killed by signal {signal}" + (": out of memory?" if signal == signals.SIGKILL else "")


@contextlib.contextmanager
def alone(stem):
    """Holds STEM.lock: two programs would write each other's files."""
    with open(ROOT / f"{stem}.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ToolError(f"another make is at work on {stem}: wait for it") from None
        yield


def first_error(log):
    lines = (ROOT / log).read_text(errors="replace").splitlines()
    errors = [line for line in lines if "ERROR" in line] or lines[-1:] or ["no output"]
    return errors[0].strip()


# ---- Yosys ----------------------------------------------------------------------------------


def verilog(pattern):
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))


def synthesis(top, sources, defines, parameters, command, then=""):
    """Yosys' arguments. The command is a device family's, without its -top; what is done then."""
    defined = " ".join(f"-D{name}={value}" for name, value in defines.items())
    set_to = " ".join(f"-chparam {name} {value}" for name, value in parameters.items())
    # Yosys 0.70 looks for an instantiated vendor cell a second time and fails; the attribute that
    # sends it there is removed.
    return ["-q", "-e", "Driver-driver conflict", "-p",
            f"read_verilog -defer -Irtl {defined} {' '.join(sources)}; "
            f"hierarchy -top {top} {set_to}; setattr -unset reprocess_after */c:*; "
            f"{command} -top {top}; {then}"]


# ---- nextpnr's report -----------------------------------------------------------------------


def signal(name):
    """A register's name without what synthesis appended to it."""
    name = re.split(r"_(?:TRELLIS_FF|LUT4|CCU2C|PFUMX|L6MUX21|SB_\w+)|\$", name)[0]
    return re.sub(r"^(core\.|(soc\.){2,})", "", name).removesuffix("_LC") or "?"


def delay(path):
    return sum(step["delay"] for step in path)


def paths(report, clock=None):
    """Those between registers; of one clock, or of all."""
    edges = [f"posedge {clock}"] if clock else None
    return [path["path"] for path in report["critical_paths"]
            if path["from"].startswith("posedge") and path["to"].startswith("posedge")
            and (not edges or [path["from"], path["to"]] == edges * 2)]


def describe(path):
    wires = sum(step["delay"] for step in path if step["type"] == "routing")
    source = next(step["net"] for step in path if step["type"] == "routing")
    target = path[-1]["to"]["cell"]
    return f"{signal(source)} to {signal(target)}: {delay(path):.2f} ns, {wires:.2f} of it wires"
