"""What the documentation shows is run, one piece after the other."""

import pathlib
import re
import sys

import pytest

import redis_ramp
from made import bundle, module

TOP = pathlib.Path(__file__).parents[3]


@pytest.mark.parametrize("page", ["docs/python.md", "crates/ramp-python/README.md"])
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("mymodule.zip").write_bytes(bundle())
    pathlib.Path("mymodule.so").write_bytes(module())
    pathlib.Path("ramp.yml").write_text("author: me\n")
    pathlib.Path("ramp.toml").write_text('policy = "reference"\n[rules]\nload = "deny"\n[[allow]]\nrule = "schema"\nreason = "known"\nuntil = 2999-03-31\n')
    names, shown = {}, 0
    for found in re.finditer(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", (TOP / page).read_text(), re.DOTALL):
        code, output = found.groups()
        if "import tomllib" in code and sys.version_info < (3, 11):
            continue
        if re.search(r"redis_ramp\.(pack|command)\b", code):
            try:
                redis_ramp.command()
            except FileNotFoundError:
                continue
        capsys.readouterr()
        exec(compile(code, page, "exec"), names)
        if output is not None:
            assert capsys.readouterr().out == output
        shown += 1
    assert shown
    if "policy" in names and "tomllib" in names:
        assert repr(names["policy"]) == '<Policy "reference", deny=["load"]; suppressed: schema>'
