"""Ranks under the real mpirun, of Open MPI or, where a test is told so, of MPICH."""
import os

from support import BIN, children_of, run

MPIRUN = os.environ.get("RINGLAB_MPIRUN", "mpirun")
SUFFIX = os.environ.get("RINGLAB_MPI_SUFFIX", "")  # of programs that were built with MPICH
IS_OPEN_MPI = "Open MPI" in run(MPIRUN, "--version").stdout
# A rank that waits leaves its core to others. One that is ended has more than one second to write
# what it has measured: on a busy machine the launcher would kill it before.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_mpi_yield_when_idle": "1", "OMPI_MCA_odls_base_sigkill_timeout": "3"}


def program(name):
    return os.path.join(BIN, name + SUFFIX)


def words(tool, ranks):
    """More ranks than cores, whoever runs the tests."""
    oversubscribed = ["--oversubscribe", "--bind-to", "none"] if IS_OPEN_MPI else []
    return [*oversubscribed, "-n", str(ranks), tool]


def run_ranks(tool, ranks, *flags):
    return run(MPIRUN, *words(tool, ranks), *flags, env=ENVIRONMENT)


def run_unlike(tool, first, second):
    """Two ranks with flags of their own."""
    return run(MPIRUN, *words(tool, 1), *first, ":", *words(tool, 1)[-3:], *second,
               env=ENVIRONMENT)


def ranks_of(pid, tool):
    """The processes of the ranks: the launcher may have others between itself and them."""
    found = []
    for child in children_of(pid):
        try:
            of_child = os.readlink(f"/proc/{child}/exe")
        except OSError:
            continue
        found += [child] if os.path.samefile(of_child, tool) else ranks_of(child, tool)
    return sorted(found)
