"""Writes what each block of docs/questions.md prints below it anew, when it is run."""

import re
import tempfile
from pathlib import Path

from pages import Page

BLOCK = re.compile(r"^```(\w*)\n.*?^```\n(?:\n```text\n.*?^```\n)?", re.DOTALL | re.MULTILINE)


def written(page, printed):
    """Return the text of a page with what its blocks of code print, by place, below them."""
    shown = (printed[i] for i in page.code)

    def again(found):
        if found[1] != "python":
            return found[0]
        code, lines = found[0].split("\n```text\n")[0], next(shown)
        return "\n".join([code, "```text", *lines, "```", ""]) if lines else code

    return BLOCK.sub(again, page.path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    questions = Page("questions.md")
    with tempfile.TemporaryDirectory() as folder:
        text = written(questions, questions.run(Path(folder)))
    questions.path.write_text(text, encoding="utf-8")
