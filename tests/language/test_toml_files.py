"""TOML files of every kind are read in one way, as editors save them, or refused by line."""

import pytest

from caresim import read_scenario
from caresim.language import CaresimError, ParameterError, Parameters
from caresim.language.toml_files import DEEPEST, read_toml, toml_kind

KIND = toml_kind("a TOML file of parameters", ParameterError)
RATE = """price_year = "2019-20"

[rate]
meaning = "Rate"
value = 0.5
unit = "1/year"
role = "fixed"
source = "made up – £"
"""
POLICY = """name = "A policy – £"
[[change]]
parameter = "rate"
set = 1
from = 2027-04-01
why = "A test"
source = "assumption"
"""
READERS = {
    "parameters": (Parameters.read, RATE),
    "scenario": (read_scenario, POLICY),
}


@pytest.fixture(params=READERS)
def reader(request, tmp_path):
    """Return a function that reads a content, and a sound one."""
    reading, text = READERS[request.param]

    def read(content):
        path = tmp_path / "own.toml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return reading(path)

    return read, text


AS_EDITORS_SAVE_THEM = {
    "a byte order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "line ends of an old Mac": lambda text: text.replace("\n", "\r").encode(),
}


@pytest.mark.parametrize("kind", AS_EDITORS_SAVE_THEM)
def test_a_file_is_read_as_it_is_meant(reader, kind):
    read, text = reader
    assert "–" in str(vars(read(AS_EDITORS_SAVE_THEM[kind](text))))


REFUSED = {
    "the encoding of Windows": (lambda text: text.encode("cp1252"), "not UTF-8 text at byte"),
    "lists in lists": (lambda text: text + "x = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    "tables in tables": (lambda text: text + "x = " + "{a = " * 999 + "1" + "}" * 999, "too deep"),
    "long keys": (lambda text: text + "[" + "a." * 5000 + "a]\nb = 1\n", "nested too deeply"),
    "a few levels too many": (
        lambda text: text + "x = " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
        "nested too deeply",
    ),
    "a key twice": (lambda text: text + 'source = "b"\n', "'source' is given twice"),
    "a key with a turned direction": (lambda text: text + '"a\\u202e" = 1\n', "a key with the inv"),
    "a key with an escape": (lambda text: text + '"\\u001b[31m" = 1\n', "a key with the control"),
    "a text with an escape": (lambda text: text + 'note = "\\u001b[31m"\n', "character U+001B"),
    "a zero byte": (lambda text: text + "\0", "a zero byte"),
    "a workbook": (lambda _: b"PK\x03\x04", "Excel workbook"),
    "a web page": (lambda _: b"<!DOCTYPE html>", "a web page"),
    "nothing": (lambda _: b"", "is empty"),
    "only a mark": (lambda _: b"\xef\xbb\xbf", "is empty"),
    "a table": (lambda _: b"series,year\n1,2\n", "line 1: not TOML"),
    "an open text": (lambda text: text + 'x = "abc\n', "not TOML at"),
    "megabytes": (lambda text: text + "#" * 4_000_001, "bytes) long"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_none_is_refused_in_a_sentence_with_the_line(reader, kind):
    (read, text), (change, said) = reader, REFUSED[kind]
    with pytest.raises(CaresimError) as caught:
        read(change(text))
    message = str(caught.value)
    assert "own.toml" in message
    assert said in message
    assert "\n" not in message
    assert "\x1b" not in message
    assert "\u202e" not in message
    assert len(message) < 500


def test_the_line_of_a_key_given_twice_is_told(tmp_path):
    (tmp_path / "own.toml").write_text(RATE + "value = 1\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="line 9: 'value' is given twice; keep one"):
        Parameters.read(tmp_path / "own.toml")


def test_as_many_levels_as_a_file_needs_are_read(tmp_path):
    deep = "x = " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    (tmp_path / "own.toml").write_text(deep, encoding="utf-8")
    assert list(read_toml(tmp_path / "own.toml", KIND)) == ["x"]


VALUES = {
    "not a number": ("nan", "'value' must be a finite number, not nan"),
    "infinity": ("inf", "'value' must be a finite number, not inf"),
    "beyond all numbers": ("1e999", "'value' must be a finite number, not inf"),
    "a number of 400 digits": ("9" * 400, "'value' must be a finite number, not 9999"),
    "a number of 5,000 digits": ("0x" + "f" * 5000, "not a number of thousands of digits"),
    "true": ("true", "'value' is a number, not true"),
    "a text": ('"0.5"', "'value' is a number, not '0.5'"),
    "a date": ("2020-01-01", "'value' is a number, not 2020-01-01"),
    "a list": ("[1, 2]", "'value' is a number, not [1, 2]"),
    "a table": ("{a = 1}", "'value' is a number, not {'a': 1}"),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_that_no_parameter_has_is_refused(tmp_path, kind):
    value, said = VALUES[kind]
    (tmp_path / "own.toml").write_text(RATE.replace("0.5", value), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        Parameters.read(tmp_path / "own.toml")
    assert said in str(caught.value)
    assert len(str(caught.value)) < 200


KEYS = {
    "a price year that is a number": (
        "price_year = 2019",
        "'price_year': 2019 is not a financial year",
    ),
    "a price year that is none": ('price_year = "2019-21"', "'2019-21' is not a financial year"),
    "a price year out of this world": ('price_year = "9998-99"', "'9998-99' is no year of a run"),
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_price_year_is_a_financial_year(tmp_path, kind):
    text, said = KEYS[kind]
    path = tmp_path / "own.toml"
    path.write_text(RATE.replace('price_year = "2019-20"', text), encoding="utf-8")
    with pytest.raises(ParameterError, match=said):
        Parameters.read(path)


DATED = {
    "long ago": ("1899-12-31", "dates are from 1900 to 2200"),
    "far off": ("2201-01-01", "dates are from 1900 to 2200"),
    "the end of time": ("9999-12-31", "dates are from 1900 to 2200"),
    "no day": ("2019-02-29", "must be a date such as"),
    "a year": ("2019", "must be a date such as"),
    "digits of another script": ("２０１９-２０", "is not a financial year"),
    "a year and a line": ("2019-20\\n", "has a key with the control character"),
}


@pytest.mark.parametrize("kind", DATED)
def test_dated_values_have_dates_from_1900_to_2200(tmp_path, kind):
    day, said = DATED[kind]
    text = RATE.replace("value = 0.5", f'values = {{ "{day}" = 1 }}')
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=said):
        Parameters.read(tmp_path / "own.toml")


def test_all_faults_of_a_file_of_parameters_are_told_at_once(tmp_path):
    other = RATE.split("\n\n")[1]
    text = RATE + "".join(
        other.replace("[rate]", f"[{name}]").replace(*change)
        for name, change in {
            "fine": ("", ""),
            "one": ("0.5", "nan"),
            "two": ("unit", "unti"),
            "three": ('"fixed"', '"lever"'),
        }.items()
    )
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        Parameters.read(tmp_path / "own.toml")
    assert str(caught.value) == (
        "own.toml has 3 faults: (1) [one]: 'value' must be a finite number, not nan; "
        "(2) [two]: unknown key 'unti'; did you mean 'unit'?; (3) [three]: 'three' is a lever and "
        "needs 'bounds', so that absurd values are refused"
    )


@pytest.mark.parametrize(
    "name", ['"a.b"', '"a b"', '"a\'b"', '"="', '"1st"', '"Ünser"', '"class"', '"a-b"', '""']
)
def test_a_name_that_equations_cannot_hold_is_refused_or_read(tmp_path, name):
    (tmp_path / "own.toml").write_text(RATE.replace("[rate]", f"[{name}]"), encoding="utf-8")
    if name == '"Ünser"':
        assert list(Parameters.read(tmp_path / "own.toml")) == ["Ünser"]
        return
    with pytest.raises(ParameterError, match="cannot name a parameter"):
        Parameters.read(tmp_path / "own.toml")
