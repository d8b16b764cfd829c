"""The C kernel: the same for any batch and any number of threads, and clear about what it needs."""

import c_kernel
import numpy as np
import pytest
import reference_model as reference


@pytest.fixture(scope="module", autouse=True)
def _kernel():
    try:
        c_kernel.run(reference.matrix(reference.draws(1)))
    except c_kernel.NoCompilerError as fault:
        pytest.skip(str(fault))


@pytest.mark.parametrize("runs", [1, 7, 8, 9, 24])
def test_a_run_depends_on_its_batch_by_no_more_than_rounding(runs):
    params = reference.matrix(reference.draws(24))
    whole = c_kernel.run(params)
    np.testing.assert_allclose(c_kernel.run(params[:, :runs]), whole[:, :, :runs], rtol=1e-15)


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_share_the_runs_and_leave_none_out(threads):
    params = reference.matrix(reference.draws(21))
    np.testing.assert_allclose(c_kernel.run(params, threads), c_kernel.run(params), rtol=1e-15)


def test_it_saves_the_start_and_each_31_march():
    saved = c_kernel.run(reference.matrix(reference.draws(2)))
    assert saved.shape == (32, 11, 2)
    np.testing.assert_array_equal(saved[0, :9].T, [list(reference.STARTS.values())] * 2)


def test_parameters_laid_out_otherwise_are_read_right():
    params = reference.matrix(reference.draws(5))
    np.testing.assert_array_equal(c_kernel.run(np.asfortranarray(params)), c_kernel.run(params))


def test_a_wrong_number_of_parameters_is_refused():
    with pytest.raises(ValueError, match="a row for each of 15 parameters, not 4"):
        c_kernel.run(np.ones((4, 15)))


def test_without_a_compiler_it_says_so(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(c_kernel.NoCompilerError, match="neither cc nor gcc nor clang"):
        c_kernel.compiler()


def test_source_that_no_compiler_takes_is_shown_with_its_fault(monkeypatch, tmp_path):
    source = tmp_path / "broken.c"
    source.write_text("int run_columns(")
    monkeypatch.setattr(c_kernel, "SOURCE", source)
    with pytest.raises(c_kernel.NoCompilerError, match=r"does not take broken\.c"):
        c_kernel._compiled(tmp_path)


def test_it_leaves_subnormal_numbers_to_the_rest_of_python():
    c_kernel.run(np.ones((15, 1)))
    assert np.float64(2.0**-1074) * 1.0 > 0, "loading it has switched on flushing to zero"
    assert 2.0**-1022 / 4 > 0
