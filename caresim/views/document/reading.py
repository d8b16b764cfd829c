"""How to read the page of a model: an entry as an example, and what its words and signs mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from caresim.language.model import Model
from caresim.language.pipes import Cloud
from caresim.language.variables import Flow
from caresim.views.equations.listed import Equation
from caresim.views.equations.values import MARKS, mark_of

__all__ = ["how_to_read"]

OPENING = """\
Each quantity of the model has an entry: its name in words, its unit, where it moves from and to if
it is a movement, and in small letters the name that files and tables know it by. Below it stands,
where its author wrote it, what it means and why; and set in, how it follows from other quantities.
An entry looks like this:"""
NOTES = {  # what a page must contain for a note to be needed -> the note
    "= ": "What is set in holds at every moment of a run, with the values of that moment.",
    "*": "Names in *italics* are other quantities of this page, under the same name.",
    "(": (
        "What stands upright before a bracket is a number given to the model; the bracket has "
        "its value and unit. The table at the end of each part has its range, its evidence and "
        "its source, once, in the first part that uses it."
    ),
    " × ": "× and ÷ come before + and −, unless brackets say otherwise.",
    "Rises by": (
        "What is counted on a day *rises by* and *falls by* the movements named, which are "
        "numbers a year, and by nothing else. *Starts at* gives its value on the first day."
    ),
    "% a year": (
        "*3 % a year* is that share of those who could move. A number such as *2 a year, after "
        "6 months on average* says how long they stay, were it the only way out."
    ),
    "highest with ": (
        "Of many dated values stand the first and the last, the lowest and the highest; those "
        "between are in the files of the model."
    ),
    "a number without unit": (
        "*A number without unit* whose name ends in *2010-11 = 1* is a multiple of what it was "
        "then, or of what the name says is 1."
    ),
    "a share": "*A share* lies between 0 and 1, and its values are said in %.",
    "then moving to": (
        "A value that is *moving to* another leaves slowly, is fastest halfway and settles slowly."
    ),
    "for each 1 % more of it": (
        "*A factor that falls by 0.1 % for each 1 % more* of something does so of what is left, "
        "so that each further pound or case does less."
    ),
    "Average lag": (
        "What follows with a *lag* of 2 years has made up most of a change after 2 years, less "
        "before and the rest later; with more than one step it begins more slowly."
    ),
    "Average stay": (
        "A *stay* of some years *in equal steps* is about as long for everyone, the more so the "
        "more steps there are; *what leaves after its time* is what has passed the last step."
    ),
    " together)": (
        "*All … together* adds up what stands before it; *at* names one of them. Everything "
        "else in a line for each of them is of the same one."
    ),
    "not below": "*Not below* and *not above* are limits that a value is held to.",
    "A notice is given": (
        "A *notice* changes nothing: it tells the reader of a run that its condition held."
    ),
}
LIKELY = (
    "In the tables, *before the fit* gives the values between which a number was thought to lie, "
    "with 19 chances in 20, before it was fitted; *likely* does so for a number that is not fitted."
)


def how_to_read(
    model: Model, written: Sequence[Equation], said: Mapping[str, str]
) -> Iterator[str]:
    """Yield the paragraphs that explain the entries of a page, as far as it has what they name."""
    if not written:
        return
    yield OPENING
    yield "\n".join(f"> {line}".rstrip() for line in _example(model, written, said).splitlines())
    every = "\n".join(said.values())
    notes = [note for needle, note in NOTES.items() if needle in every]
    if model.parameters.price_year:
        notes.append(f"Money is in £ at the prices of {model.parameters.price_year}.")
    if any(entry.prior for entry in model.parameters.values()):
        notes.append(LIKELY)
    used = {mark_of(entry) for entry in model.parameters.values()}
    marks = [f"{mark} {meaning}" for mark, meaning in MARKS.values() if mark in used]
    if marks:
        notes.append(f"A small letter says what kind of number it is: {'; '.join(marks)}.")
    yield "\n".join(f"- {note}" for note in notes)


def _example(model: Model, written: Sequence[Equation], said: Mapping[str, str]) -> str:
    """Return the entry of a movement that shows most, the first of those that show as much."""

    def shows(flow: Flow) -> tuple[bool, ...]:
        entry = said[flow.name or ""]
        ends = (flow.pipe.source, flow.pipe.target)
        has_number = any(mark in entry for mark, _ in MARKS.values())
        return not any(isinstance(end, Cloud) for end in ends), " × " in entry, has_number

    flows = [v for written in model.declared().values() for v in written if isinstance(v, Flow)]
    name = (max(flows, key=shows).name or "") if flows else written[0].name
    return said[name].replace(f'<a id="{name}"></a>', "")
