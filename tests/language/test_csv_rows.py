"""Tables as people have them: read as they are meant, or refused with the row."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caresim.language import CaresimError, Observed
from caresim.language.cells import DECIMALS, THOUSANDS, UNKNOWN, number_of
from caresim.language.csv_rows import csv_kind, read_table, table_in

KIND = csv_kind("a CSV file of figures")
HEAD = "series,year,value,unit,kind,price_base,status,release,address,tolerance"
PLAIN = f"""{HEAD}
kids,2014-15,1010,child,stock,,final,r,a,0.01
kids,2015-16,1020.5,child,stock,,final,r,a,0.02
"""
LAST = "kids,2015-16,1020.5,child,stock,,final,r,a,0.02"


@pytest.fixture
def read(tmp_path):
    def reading(content):
        path = tmp_path / "figures.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Observed.read(path)

    return reading


@pytest.fixture
def refused(read):
    def refusing(content):
        with pytest.raises(CaresimError) as caught:
            read(content)
        message = str(caught.value)
        assert "\n" not in message
        return message

    return refusing


def semicolons(text):
    return text.replace(",", ";").replace(".", ",")


AS_PEOPLE_HAVE_THEM = {
    "a byte order mark": PLAIN.encode("utf-8-sig"),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16, the other way round": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "UTF-32": PLAIN.encode("utf-32"),
    "line ends of Windows": PLAIN.replace("\n", "\r\n"),
    "line ends of an old Mac": PLAIN.replace("\n", "\r"),
    "no last line end": PLAIN.rstrip("\n"),
    "semicolons and decimal commas": semicolons(PLAIN),
    "semicolons and decimal points": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "bars": PLAIN.replace(",", "|"),
    "what Excel says of the separator": "sep=;\n" + semicolons(PLAIN),
    "capitals and blanks in headings": PLAIN.replace(HEAD, HEAD.title().replace("_", " ")),
    "blanks around headings": PLAIN.replace(HEAD, HEAD.replace(",", " , ")),
    "blanks around cells": PLAIN.replace(",", " , "),
    "blanks that do not break": PLAIN.replace("1010", "\u00a01010\u00a0"),
    "quotes": "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in PLAIN.splitlines()
    ),
    "a blank before a quote": PLAIN.replace(",final,", ', "final",'),
    "empty rows at the end": PLAIN + ",,,,,,,,,\n" * 3 + "\n \n",
    "empty rows between": PLAIN.replace("\nkids,2015", "\n\n,,,,,,,,,\nkids,2015"),
    "empty columns at the end": PLAIN.replace("\n", ",,\n"),
    "more empty cells than headings": PLAIN.replace("0.02\n", "0.02,,,\n"),
    "an empty column between": PLAIN.replace(",stock,", ",,stock,").replace(",kind", ",,kind"),
    "comments": f'# from the office\n{PLAIN}# the end, with an open " quote\n',
    "another order of columns": "tolerance," + HEAD.removesuffix(",tolerance") + "\n"
    "0.01,kids,2014-15,1010,child,stock,,final,r,a\n0.02," + LAST.removesuffix(",0.02") + "\n",
    "thousands in quotes": PLAIN.replace(",1010,", ',"1,010",').replace("1020.5", '"1,020.5"'),
}  # fmt: skip


@pytest.mark.parametrize("kind", AS_PEOPLE_HAVE_THEM)
def test_a_table_is_read_as_it_is_meant(read, kind):
    found = read(AS_PEOPLE_HAVE_THEM[kind])
    assert found.points("kids") == {"2014-15": 1010, "2015-16": 1020.5}
    assert [row.tolerance for row in found.observations] == [0.01, 0.02]
    assert [(row.unit, row.kind, row.release) for row in found.observations] == [
        ("child", "stock", "r")
    ] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_letters_beyond_english_stay_what_they_are(read, encoding):
    found = read(PLAIN.replace(",r,", ",Médecins – £5 “quoted”,").encode(encoding))
    assert found.observations[0].release == "Médecins – £5 “quoted”"


REFUSED = {
    "a quote left open": (PLAIN.replace(",final,", ',"final,', 1), ["row 2", "quote"]),
    "a quote over two lines": (
        PLAIN.replace(",final,", ',"fi\nnal",', 1),
        ["row 2", "closes on line 3"],
    ),
    "a quote with more behind it": (PLAIN.replace(",final,", ',"final"x,', 1), ["row 2", "quote"]),
    "a cell too many": (PLAIN.replace("1010", "1,010"), ["row 2", "11 cells", "heading of 10"]),
    "a cell too few": (PLAIN.replace(",,final", ",final", 1), ["row 2", "9 cells"]),
    "a cell below no heading": (PLAIN.replace("0.02\n", "0.02,,5\n"), ["row 3", "12 cells"]),
    "a heading twice": (
        PLAIN.replace("address", "value"),
        ["'value' stands twice", "'address' is missing"],
    ),
    "a heading twice but for its letters": (
        PLAIN.replace("\n", ",1\n").replace("tolerance,1", "tolerance,Value"),
        ["column 'value' stands twice"],
    ),
    "a misspelt column": (
        PLAIN.replace("tolerance", "tolerence"),
        ["unknown column 'tolerence'; did you mean 'tolerance'?"],
    ),
    "a misspelt column that is needed": (
        PLAIN.replace("value", "vaule"),
        ["unknown column 'vaule'; did you mean 'value'?"],
    ),
    "a column of one's own": (
        PLAIN.replace("tolerance", "region"),
        ["unknown column 'region'; the columns are series, year"],
    ),
    "no headings": (LAST, ["'series' is missing; the first row is 'kids'", "should hold series"]),
    "a title above the headings": (
        "Looked-after children\n" + PLAIN,
        ["'series' is missing; the first row is 'Looked-after children'"],
    ),
    "a zero byte": (PLAIN.replace("final", "fi\0nal"), ["line 2", "zero byte"]),
    "a control character": (PLAIN.replace("final", "fi\x1bnal", 1), ["row 2", "U+001B"]),
    "a turned direction": (PLAIN.replace("final", "fi\u202enal", 1), ["row 2", "U+202E"]),
    "a name that hides a space": (PLAIN.replace("kids", "ki\u200bds"), ["row 2", "U+200B"]),
    "two encodings": (
        PLAIN.replace("final", "é", 1).encode() + LAST.replace("final", "é").encode("cp1252"),
        ["line 4", "not UTF-8"],
    ),
    "half of UTF-16": (PLAIN.encode("utf-16")[:-1], ["not UTF-16"]),
    "UTF-16 that does not say so": (PLAIN.encode("utf-16-le"), ["zero byte"]),
    "nothing": (b"", ["is empty"]),
    "only a byte order mark": (b"\xef\xbb\xbf", ["is empty"]),
    "only blanks": (b" \n\t\r\n", ["is empty"]),
    "only comments": (b"# nothing\n", ["no row"]),
    "a workbook": (b"PK\x03\x04\x14\0\x06\0", ["Excel workbook", "save it as CSV"]),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ["old Excel", "save it as CSV"]),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", ["PDF document", "save it as CSV"]),
    "a web page": (b"\n<!DOCTYPE html><html>", ["web page"]),
    "a compressed table": (b"\x1f\x8b\x08\0", ["gzip"]),
    "a picture": (b"\x89PNG\r\n\x1a\n", ["picture"]),
    "any bytes": (bytes(range(256)) * 4, ["line"]),
    "a cell without end": (PLAIN.replace("final", "x" * 200_000, 1), ["row 2", "131,072"]),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_lose_something_is_refused_with_its_row(refused, kind):
    content, said = REFUSED[kind]
    message = refused(content)
    assert "figures.csv" in message
    for words in said:
        assert words in message


SIGNS = ["c", "x", "z", "k", "low", ":", ".", "..", "...", "n/a", "N/A", "NA", "[c]", "[low]", "*"]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_for_a_suppressed_or_absent_figure_is_a_missing_value(read, sign):
    found = read(PLAIN.replace("1010", sign))
    assert found.points("kids") == {"2015-16": 1020.5}
    assert found.absent == {("kids", "2014-15"): sign}
    assert repr(found) == "<Observed: 1 series, 1 figures, 1 suppressed or absent>"
    assert found.until("2014-15").absent == found.absent


@pytest.mark.parametrize("sign", SIGNS)
def test_a_figure_first_published_or_a_tolerance_may_be_missing_too(read, sign):
    more = PLAIN.replace("tolerance\n", "tolerance,first_published\n").replace("0.02\n", "0.02,5\n")
    row = read(more.replace("0.01\n", f"{sign},{sign}\n")).observations[0]
    assert (row.tolerance, row.first_published) == (0, None)


def test_a_missing_figure_may_not_be_given_a_second_time(refused):
    assert "a second figure for kids 2014-15" in refused(
        PLAIN.replace("1010", ":").replace("2015-16", "2014-15")
    )


def test_nothing_at_all_is_no_sign_that_a_figure_is_missing(refused):
    assert "row 2, column 'value': a figure is needed; write ':'" in refused(
        PLAIN.replace("1010", "")
    )


def test_where_a_number_is_needed_a_sign_is_refused_with_its_row():
    table = table_in("name,value\na,1\nb,:\nc,\n", "fit.csv", ("name", "value"), kind=KIND)
    first, second, third = table
    assert first.needed("value") == 1
    with pytest.raises(CaresimError, match=r"fit.csv, row 3, column 'value': a number.*only ':'"):
        second.needed("value")
    with pytest.raises(CaresimError, match=r"fit.csv, row 4, column 'value': a number is needed"):
        third.needed("value")


def test_all_faults_of_a_table_are_told_at_once(refused):
    lines = PLAIN.splitlines()
    wrong = [*lines, "kids,2016,1,u,k,,s,r,a,", "kids,2017-18,many,u,k,,s,r,a,", "kids,2017-18"]
    assert refused("\n".join(wrong)) == (
        "figures.csv has 3 faults: (1) row 6: 2 cells below a heading of 10; a text with a comma "
        "needs quotes around it, and an empty cell its comma; (2) row 4, column 'year': '2016' is "
        "not a financial year; write it as '2019-20'; (3) row 5, column 'value': 'many' is not a "
        "number"
    )


def test_of_many_faults_ten_are_told_and_the_others_counted(refused):
    message = refused(PLAIN + "".join(
        f"kids,20{year}-{year + 1},many,u,k,,s,r,a,\n" for year in range(20, 45)
    ))  # fmt: skip
    assert "figures.csv has 25 faults: (1) row 4" in message
    assert message.endswith("; and 15 more")
    assert "(11)" not in message


# Numbers

READ = [
    ("1020", THOUSANDS, 1020), ("1,020", THOUSANDS, 1020), ("12,345,678.5", THOUSANDS, 12345678.5),
    ("-1,020", THOUSANDS, -1020), ("\u22125", THOUSANDS, -5), ("1e3", THOUSANDS, 1000),
    ("30_970", THOUSANDS, 30970), (".5", THOUSANDS, 0.5), ("5.", THOUSANDS, 5), ("+5", UNKNOWN, 5),
    ("0,01", DECIMALS, 0.01), ("1,020", DECIMALS, 1.02), ("12,5", DECIMALS, 12.5),
    ("1.020,5", DECIMALS, 1020.5), ("1020", DECIMALS, 1020), ("1.5", UNKNOWN, 1.5),
    ("1,5e3", DECIMALS, 1500),
]  # fmt: skip


@pytest.mark.parametrize(("text", "comma", "number"), READ)
def test_a_number_is_read_as_it_is_written(text, comma, number):
    assert number_of(text, comma=comma) == number


NO_NUMBERS = [
    ("12,5", THOUSANDS, "decimals behind a point"), ("0,015", THOUSANDS, "decimals behind a point"),
    ("1,02", THOUSANDS, "not a number"), ("1,0200", THOUSANDS, "not a number"),
    ("1,020", UNKNOWN, "may be 1020 or 1.020"), ("1.020", DECIMALS, "may be 1.020 or 1020"),
    ("1.020", UNKNOWN, "may be 1.020 or 1020"), ("12,5", UNKNOWN, "decimals behind a point"),
    ("1 020", THOUSANDS, "without blanks"), ("1\u00a0020", THOUSANDS, "without blanks"),
    ("1'020", THOUSANDS, "without blanks"), ("80%", THOUSANDS, "a share as 0.25"),
    ("£1,020", THOUSANDS, "without sign"), ("(5)", THOUSANDS, "without sign or brackets"),
    ("-", THOUSANDS, "write 0 or ':'"), ("inf", THOUSANDS, "not a number"),
    ("1e999", THOUSANDS, "beyond all numbers"), ("9" * 400, THOUSANDS, "beyond all numbers"),
    ("0x10", THOUSANDS, "not a number"), ("１２", THOUSANDS, "not a number"),
    ("#REF!", THOUSANDS, "mend the formula"), ("1_", THOUSANDS, "not a number"),
    ("many", THOUSANDS, "'many' is not a number"), ("1.2.3", THOUSANDS, "not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "comma", "said"), NO_NUMBERS)
def test_what_is_no_number_or_could_be_two_is_refused_with_advice(text, comma, said):
    with pytest.raises(ValueError, match=r"[a-z]") as caught:
        number_of(text, comma=comma)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 150


def english(number):
    return f"{number:,}"


def continental(number):
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


@given(
    st.lists(
        st.integers(-(10**7), 10**7) | st.decimals(-(10**6), 10**6, places=3).map(float),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([english, continental, str]),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_no_number_is_ever_read_as_another(numbers, written, sign):
    """A table parted by commas, as no program of the continent writes one, has decimal points."""
    written = english if (written, sign) == (continental, ",") else written
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter=sign)
    rows.writerows([("name", "value"), *(("a", written(number)) for number in numbers)])
    table = table_in(stream.getvalue(), "t.csv", ("name", "value"), kind=KIND)
    for row, number in zip(table, numbers, strict=True):
        try:
            found = row.needed("value")
        except CaresimError:
            continue
        assert found == number, f"{row['value']} is read as {found}"


cells = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]), max_size=12).map(
    str.strip
)


@given(
    st.lists(st.tuples(cells, cells, cells), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_is_read_as_it_was_written(tmp_path_factory, rows, sign, end, quoting, encoding):
    rows = [row for row in rows if any(row) and not row[0].startswith("#")]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=sign, lineterminator=end, quoting=quoting)
    writer.writerows([("one", "two", "three"), *rows])
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    found = read_table(path, ("one", "two", "three"), kind=KIND)
    found.faults.tell()
    assert [(row["one"], row["two"], row["three"]) for row in found] == rows
