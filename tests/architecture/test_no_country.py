"""The library serves any model: below England no file names the country or its series."""

import ast

import pytest
from country import PACKAGE, files_that_name_it, named_in


def test_no_file_below_england_names_the_country():
    named = files_that_name_it()
    found = [f"caresim/{file}:{line}: {word}" for file, (line, word) in named.items()]
    assert not found, "let the model declare it, or speak generally: " + "; ".join(found)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('TITLE = "Spending in England"', "England"),
        ("rows = run.looked_after", "looked_after"),
        ("def section_47(): pass", "section_47"),
        ("from caresim.england import model", "england"),
        ("from caresim import england", "england"),
        ('run(name="a protection plan")', "protection plan"),
        ('f"the {word} of the Department for Education"', "Department for Education"),
        ("def f(england): pass", "england"),
        ("f(looked_after=1)", "looked_after"),
        ('def f():\n    """England."""\n    return "section 251"', "section 251"),
    ],
)
def test_the_check_itself_sees_names_and_texts(text, word):
    assert [found for _, found in named_in(text)] == [word]


def test_the_check_itself_passes_docstrings_over():
    assert not list(named_in('"""England."""\ndef f():\n    """Looked after."""\n    return 1'))


def test_the_default_model_is_named_outside_in_one_place():
    """Of the files beside the layers, ``__main__`` alone imports or names England."""
    named = [
        path.name
        for path in sorted(PACKAGE.glob("*.py"))
        if any("england" in word.lower() for _, word in named_in(path.read_text("utf-8")))
    ]
    assert named == ["__main__.py"]


def test_no_model_is_asked_whether_it_has_an_attribute():
    """What other floors read is declared on Model, with a default."""
    asked = []
    for layer in ("engine", "study", "views", "cli"):
        for path in sorted((PACKAGE / layer).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                if is_call and node.func.id in ("getattr", "hasattr") and len(node.args) > 1:
                    whose = ast.unparse(node.args[0])
                    if whose.split(".")[-1] in ("model", "known", "type(model)"):
                        asked.append(f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}")
    assert not asked, f"declare it in language/shown.py: {asked}"
