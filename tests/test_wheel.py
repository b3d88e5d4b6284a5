"""What a wheel holds, and that it works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


def test_wheel(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path / "dist"), versions=["standard"])
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert {path.name for path in site.iterdir() if path.suffix != ".dist-info"} == {"summariser"}
    assert (site / "summariser" / "py.typed").exists()
    assert not (site / "summariser" / "evaluation" / "measured").exists()
    # An editable install puts the checkout on sys.path too, so the top-level names are blocked here.
    block = "import sys; sys.modules.update(schemas=None, prompts=None, eval=None, tests=None)"
    code = "import summariser; s = summariser.Summariser(pending=True); print(len(s.ontology.types), s.prompts.system[:8])"
    environ = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", f"{block}; {code}"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, check=True, capture_output=True, text=True)
    assert done.stdout == "17 You turn\n"
    code = "import sys; sys.argv[1:] = ['check']; from summariser.evaluation import main; main()"
    command = [sys.executable, "-c", f"{block}; {code}"]
    done = subprocess.run(command, cwd=tmp_path, env=environ, check=True, capture_output=True, text=True)
    assert done.stdout == "32 fixtures checked, 0 faults\n"


def test_import_is_quick_because_it_imports_nothing_heavy() -> None:
    heavy = "openai", "instructor", "pydantic", "trafilatura", "rich", "jinja2", "httpx2", "aiohttp"
    code = f"import sys, summariser, summariser.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
