"""The generated source: the same each time, readable, hoisted and shared."""

import linecache
import re

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.operations.program import compile_model
from caresim.engine.python.source import functions_of, source_of
from caresim.language import (
    Aux,
    Flow,
    Model,
    ModelError,
    Parameters,
    Stock,
    cloud,
    exp,
)
from caresim.language.fingerprints import fingerprint


def declared():
    class Care(Model):
        parameters = p = Parameters.of(
            start=(100.0, "child"),
            rate=(0.3, "1/year"),
            share=0.4,
            lift=2.0,
            fee=(5.0, "GBP/child"),
        )
        care = Stock("Care", "child", p.start)
        home = Stock("Home", "child", 0)
        level = Aux("A constant", exp(p.share) * p.lift)
        twice = Aux("Made of a constant", level * 2)
        returned = Flow("Returned", care >> home, care * p.rate * (1 - p.share * p.lift) / twice)
        left = Flow("Left", care >> cloud, care * p.rate * level)
        settled = Flow("Settled", home >> cloud, (home * p.rate + home * p.rate) * p.share)
        bill = Aux("A bill", (care * p.rate) * p.fee)

    return Care


def body_of(source, name):
    """Return the text of one generated function."""
    return re.search(rf"def {name}\(.*?(?=\ndef |\Z)", source, re.DOTALL)[0]


def test_two_classes_with_the_same_equations_have_the_same_source():
    one, other = compile_model(declared()), compile_model(declared())
    assert source_of(one) == source_of(other)
    assert fingerprint(declared()) == fingerprint(declared())


def test_a_change_of_an_equation_changes_the_fingerprint():
    class Other(declared()):
        extra = Aux("Extra", 5)

    assert fingerprint(Other) != fingerprint(declared())


def test_a_program_is_compiled_once():
    model = declared()
    assert compile_model(model) is compile_model(model)
    assert compile_model(model) is not compile_model(model, moving=["rate"])


@pytest.mark.parametrize("target", ["floats", "arrays"])
def test_the_source_is_registered_so_that_a_debugger_shows_it(target):
    program = compile_model(declared())
    for name in ("constants", "given", "initial", "rates", "levels"):
        code = functions_of(program, target)[name].__code__
        line = linecache.getline(code.co_filename, code.co_firstlineno)
        assert line.startswith(f"def {name}("), code.co_filename
    linecache.checkcache()
    assert linecache.getlines(code.co_filename) == source_of(program).splitlines(keepends=True)


def test_constants_are_computed_once_and_not_inside_rates():
    source = source_of(compile_model(declared()))
    constants, rates = body_of(source, "constants"), body_of(source, "rates")
    assert "exp(" in constants
    assert "exp(" not in rates, rates
    assert "1 - share * lift" in constants
    assert "share * lift" not in rates, rates


def test_what_depends_on_a_moving_parameter_is_not_hoisted():
    program = compile_model(declared(), moving=["share"])
    assert program.moving == ("share",)
    assert "share" not in program.still
    assert "exp(share)" not in body_of(source_of(program), "constants")
    assert "exp(share)" in body_of(source_of(program), "given")
    assert "exp(share)" not in body_of(source_of(program), "rates")


def test_a_repeated_subexpression_is_computed_once():
    rates = body_of(source_of(compile_model(declared())), "rates")
    assert rates.count("care * rate") == 1, rates
    assert rates.count("home * rate") == 1, rates


def test_what_was_not_asked_for_is_not_computed():
    rates = body_of(source_of(compile_model(declared(), outputs=["care"])), "rates")
    assert "bill" not in rates
    assert "bill = " in body_of(source_of(compile_model(declared())), "rates")
    assert "return (care, home, level, twice), " in source_of(compile_model(declared()))
    assert "return (care,), " in source_of(compile_model(declared(), outputs=["care"]))


def test_hoisting_and_sharing_change_no_number():
    """Every parameter moves along a level path: nothing is hoisted, the numbers stay."""
    model = declared()
    names = list(model.parameters)
    assert body_of(source_of(compile_model(model, moving=names)), "constants").count("=") == 0
    from caresim.engine.paths import Shift

    plain = execute(model(), Clock(2000, 2003, 8))
    shifts = [Shift(name, "scale", 1.0, 2001.0) for name in names]
    moving = execute(model(), Clock(2000, 2003, 8), shifts)
    for name in plain.outputs:
        np.testing.assert_allclose(
            moving.values(name), plain.values(name), rtol=1e-13, err_msg=name
        )


def test_the_same_source_serves_floats_and_arrays():
    program = compile_model(declared())
    for target in ("floats", "arrays"):
        file = functions_of(program, target)["rates"].__code__.co_filename
        assert "".join(linecache.getlines(file)) == source_of(program)


def test_a_quantity_keeps_its_name_where_it_is_computed_once_a_run():
    constants = body_of(source_of(compile_model(declared())), "constants")
    assert "level = exp(share) * lift\n" in constants
    assert "twice = level * 2\n" in constants


def test_a_quantity_of_the_start_has_a_name_of_its_own():
    model = declared()

    class Started(model):
        begun = Stock("Begun with", "child", model.care * 2)
        both = Aux("Both", model.care + begun)
        late = Stock("Late", "child", both / 2)

    source = source_of(compile_model(Started))
    assert "both_at_start = start + begun_at_start\n" in body_of(source, "constants")
    assert "both = care + begun\n" in body_of(source, "levels")


@pytest.mark.parametrize("length", [80, 200])
def test_a_sum_and_a_chain_of_quantities_may_be_long(length):
    """Python's parser stops at two hundred brackets."""

    def grown(share, a):
        for _ in range(length):
            share = share * a - 1
        return share

    class Long(Model):
        parameters = p = Parameters.of(a=2.0, rate=(0.0, "1/year"), many=(9.0, "child"))
        care = Stock("Care", "child", p.many)
        left = Flow("Left", care >> cloud, care * p.rate)
        result = Aux("The result", grown(care / p.many, p.a))

    run = execute(Long(), Clock(2000, 2001, 1), target="python", outputs=["result"])
    assert run.values("result")[:, 0].tolist() == [1.0, 1.0]


def test_an_unknown_output_is_suggested():
    with pytest.raises(ModelError, match="Care has no 'setled'; did you mean 'settled'"):
        compile_model(declared(), outputs=["setled"])
