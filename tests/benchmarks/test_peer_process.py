"""What a fresh process is told."""

from benchmarks.peer_process import ROOT, environment


def test_a_process_of_one_thread_says_so_to_every_library():
    one, two = environment(1), environment(2)
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        assert (one[name], two[name]) == ("1", "2")
    assert one["XLA_FLAGS"] == "--xla_cpu_multi_thread_eigen=false"
    assert one["PYTHONPATH"].startswith(str(ROOT))
