"""Reads formulas back: what they are worth, and whether MathJax and KaTeX would take them."""

import math
import re

# what both take, and GitHub, which refuses \operatorname, \phantom, \mbox and all definitions
COMMANDS = {
    "begin", "end", "exp", "frac", "ge", "gt", "in", "le", "left", "ln", "lt", "max", "min", "ne",
    "qquad", "quad", "right", "sum", "text", "textit", "times", "to", "dots",
}  # fmt: skip
IN_WORDS = re.compile(r"\\text(?:it)?\{([^{}]*)\}")
WORDS = {
    r"\left(": "(", r"\right)": ")", r"\left[": "(", r"\right]": ")", r"\times": "*", "{,}": "",
    r"\lt": "<", r"\le": "<=", r"\gt": ">", r"\ge": ">=",
    r"\max": "max", r"\min": "min", r"\exp": "exp", r"\ln": "log",
}  # fmt: skip


def faults(latex):
    """Return what a reader of LaTeX would stumble over."""
    plain = latex.replace("\\\\", " ")
    outside = re.sub(r"\\begin\{(aligned|cases)\}.*\\end\{\1\}", "", latex, flags=re.DOTALL)
    kinds = {
        "braces do not balance": not balanced(latex),
        r"\left without \right": latex.count(r"\left") != latex.count(r"\right"),
        r"\begin without \end": latex.count(r"\begin") != latex.count(r"\end"),
        "a backslash before nothing that it goes with": re.search(r"\\(?![a-zA-Z, ])", plain),
        "& outside an array": "&" in outside,
    }
    unknown = set(re.findall(r"\\([a-zA-Z]+)", plain)) - COMMANDS
    odd = [text for text in IN_WORDS.findall(latex) if re.search(r"[\\_#$%&~^]", text)]
    return [
        *(words for words, holds in kinds.items() if holds),
        *(f"\\{name} is not a command that every reader has" for name in unknown),
        *(f"a sign with a meaning in the words '{text}'" for text in odd),
    ]


def balanced(latex):
    """Return True when no brace closes before it opens, and all are closed."""
    depth = 0
    for brace in re.findall(r"[{}]", latex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def value_of(latex, values):
    """Return what the right-hand side of a formula without dates and elements is worth."""
    names = {"max": max, "min": min, "exp": math.exp, "log": math.log, "V": values}
    return float(eval(_python(latex), names))  # noqa: S307


def _python(latex):
    latex = re.sub(r"\\begin\{aligned\}|\\end\{aligned\}|\\q?quad", "", latex)
    while (start := latex.rfind(r"\begin{cases}")) >= 0:  # the innermost first
        end = latex.index(r"\end{cases}", start)
        inner = latex[start + len(r"\begin{cases}") : end]
        first, other = inner.split(r"\\")
        a, condition = first.split(r"& \text{if }")
        b = other.split(r"& \text{otherwise}")[0]
        chosen = f"(({a}) if ({condition}) else ({b}))"
        latex = latex[:start] + chosen + latex[end + len(r"\end{cases}") :]
    latex = latex.replace(r"\\", " ").replace("&", " ").replace(r",\ ", ", ")
    latex = IN_WORDS.sub(lambda found: f"V['{found[1]}']", latex)
    while (start := latex.rfind(r"\frac{")) >= 0:
        above, rest = _group(latex[start + len(r"\frac") :])
        below, rest = _group(rest)
        latex = f"{latex[:start]}(({above})/({below})){rest}"
    for word, meaning in WORDS.items():
        latex = latex.replace(word, meaning)
    while (start := latex.rfind("^{")) >= 0:
        power, rest = _group(latex[start + 1 :])
        latex = f"{latex[:start]}**({power}){rest}"
    return " ".join(latex.split())


def _group(text):
    """Return what stands in the braces at the start of a text, and what follows them."""
    depth = 0
    for i, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return text[1:i], text[i + 1 :]
    message = f"braces do not balance: {text}"
    raise AssertionError(message)
