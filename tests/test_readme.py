"""What the README promises a newcomer holds: its Python lines run, and bring neither Django nor Spark."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from forewatch.synthesis.province import synthesise

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("readme")
    synthesise(300, 7, place / "var" / "province")
    return place


@pytest.mark.parametrize("library", ["pandas as pd", "polars as pd", "pyarrow.parquet as pd"])
def test_the_five_lines_run_on_any_of_the_libraries(folder, library):
    lines = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL).group(1)
    assert len([line for line in lines.splitlines() if line]) == 5
    reader = "pd.read_table" if "pyarrow" in library else "pd.read_parquet"
    script = lines.replace("pandas as pd", library).replace("pd.read_parquet", reader) + (
        "import sys\n"
        "assert not {'django', 'pyspark'} & set(sys.modules)\n"
        "print(results.assessments.num_rows)\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "300"
