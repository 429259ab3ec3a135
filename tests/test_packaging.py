"""The wheel and the source archive: what is in them, and that the installed package works without the clone."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from support.places import REPOSITORY
from support.processes import HANG_SECONDS

ROOT = REPOSITORY


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel built from it, as a user who builds gets them."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel in it; only what it requires comes from this environment."""
    environment = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=HANG_SECONDS)
    python = environment / "bin" / "python"
    install = ["-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run([sys.executable, *install], check=True, timeout=HANG_SECONDS)
    (packages,) = environment.glob("lib/python*/site-packages")
    # Editable packages of this environment, this one too, are found by its own .pth files, which are not read again.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment / "bin"


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(archive.read(name).decode())


def test_wheel_holds_prompts_sample_licence_and_type_marker(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    prompts = {f"graphrag_tools/_prompts/{file.name}" for file in (ROOT / "prompts").glob("*.md")}
    sample = {f"graphrag_tools/_sample_manual/{file.name}" for file in (ROOT / "examples/sample_manual").glob("*.md")}
    assert len(prompts) >= 7
    assert len(sample) == 6
    assert prompts | sample | {"graphrag_tools/py.typed"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/", "examples/", "docs/")) for name in names)


def test_source_archive_holds_what_building_and_testing_need(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.split("/", 1)[-1] for name in opened.getnames()}
    for needed in ("pyproject.toml", "README.md", "LICENSE", "prompts/system.md", "tests/conftest.py", "Makefile"):
        assert needed in names


def test_metadata_is_what_an_index_shows(wheel: Path) -> None:
    found = _metadata(wheel)
    assert found["Name"] == "graphrag-tools"
    assert found["License-Expression"] == "MIT"
    assert found["Description-Content-Type"] == "text/markdown"
    classifiers = found.get_all("Classifier") or []
    assert "Typing :: Typed" in classifiers
    assert {"gguf", "eval", "pdf", "sqlite"} <= set(found.get_all("Provides-Extra") or [])


def test_twine_finds_no_fault(built: Path) -> None:
    pytest.importorskip("twine", reason="needs the package twine")
    command = [sys.executable, "-m", "twine", "check", "--strict", *built.iterdir()]
    checked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_installed_package_runs_the_demo(installed: Path, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [installed / "graphrag-tools", "demo"]
    shown = subprocess.run(
        command, cwd=tmp_path, env=kept, capture_output=True, text=True, check=False, timeout=HANG_SECONDS
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.count("✓ ") == shown.stdout.count("From the manual: ") == 3
    where = "import graphrag_tools.manual.sample as s; print(s.__file__, s.sample_manual())"
    places = subprocess.run(
        [installed / "python", "-c", where],
        cwd=tmp_path,
        env=kept,
        capture_output=True,
        text=True,
        check=True,
        timeout=HANG_SECONDS,
    )
    assert all(place.startswith(str(installed.parent)) for place in places.stdout.split())
