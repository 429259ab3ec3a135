"""The container and compose files: linted, and their steps run as far as that goes without a daemon."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml
from conftest import free_port
from support.api_servers import TOKEN, served_api
from support.index_fixtures import small_manual
from support.places import REPOSITORY
from support.processes import HANG_SECONDS

from graphrag_tools.cli.app import app
from graphrag_tools.cli.settings import known_settings
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.stores.place import StoreAddress, place_of

FOLDER = REPOSITORY / "examples" / "deployment"
CONTAINERFILE, COMPOSE = FOLDER / "Containerfile", FOLDER / "compose.yaml"
COMPOSE_WITH_ENGINE = FOLDER / "compose.opensearch.yaml"
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
_OWN_VARIABLES = {"GRAPHRAG_TOOLS_CACHE", "GRAPHRAG_TOOLS_MODEL", "GRAPHRAG_TOOLS_SERVE_TOKEN"}
"""Those that are no option's, or that an option names itself."""


def instructions() -> Iterator[tuple[str, str]]:
    lines = [line for line in CONTAINERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line:
            name, _, rest = line.partition(" ")
            yield name, rest


def of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def test_container_file_passes_its_linter() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    command = [hadolint, CONTAINERFILE]
    linted = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_compose_file_follows_the_specification() -> None:
    import compose_spec

    read = compose_spec.PyOptions().from_yaml(COMPOSE.read_text(encoding="utf-8"))
    read.validate()
    assert sorted(read.service_names()) == sorted(SERVICES)


def test_compose_file_with_opensearch_changes_the_index_alone() -> None:
    import compose_spec

    written = COMPOSE_WITH_ENGINE.read_text(encoding="utf-8")
    compose_spec.PyOptions().from_yaml(written).validate()
    services = yaml.safe_load(written)["services"]
    (of_image,) = (json.loads(rest) for rest in of("CMD"))
    command = services["answers"]["command"]
    address = place_of(command[command.index("--index") + 1])
    assert isinstance(address, StoreAddress)
    assert [("/srv/index" if word == str(address) else word) for word in command] == of_image
    (host, port), search = address.hosts[0], services[address.hosts[0][0]]
    assert services["answers"]["depends_on"] == {host: {"condition": "service_healthy"}}
    assert "healthcheck" in search
    # It has no users: nobody but this machine reaches it.
    assert search["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "opensearch" in " ".join(of("RUN"))
    version = re.search(r"<opensearch.version>(.*?)<", (REPOSITORY / ".ci/opensearch/pom.xml").read_text("utf-8"))
    assert version
    assert search["image"] == f"opensearchproject/opensearch:{version[1]}"


def test_services_wait_for_health_and_hold_no_secret() -> None:
    assert SERVICES["answers"]["deploy"]["replicas"] == 2
    for name, waits in SERVICES["answers"]["depends_on"].items():
        assert waits == {"condition": "service_healthy"}
        assert "healthcheck" in SERVICES[name]
    for service in SERVICES.values():
        assert not service["image"].endswith(":latest")
        assert ":" in service["image"]
        set_here = service.get("environment", {})
        secrets = [value for key, value in set_here.items() if key.endswith(("PASSWORD", "TOKEN"))]
        assert all(value.startswith("${") and ":?" in value for value in secrets), secrets
    assert SERVICES["answers"]["environment"]["GRAPHRAG_TOOLS_SERVE_REMEMBER"] == "postgresql://desk@chats/chats"


def test_variables_are_those_that_the_program_reads() -> None:
    known = known_settings(app)
    variables = {f"GRAPHRAG_TOOLS_{key}".upper().replace("-", "_") for key in known.shared}
    variables |= {f"GRAPHRAG_TOOLS_SERVE_{key}".upper().replace("-", "_") for key in known.tables["serve"]}
    set_here = {name for rest in of("ENV") for name, _, _ in (word.partition("=") for word in shlex.split(rest))}
    set_here |= set(SERVICES["answers"]["environment"])
    assert {name for name in set_here if name.startswith("GRAPHRAG_TOOLS_")} <= variables | _OWN_VARIABLES


def test_what_is_copied_and_installed_is_there_and_builds(tmp_path: Path) -> None:
    for rest in of("COPY"):
        *sources, target = shlex.split(rest)
        if not sources[0].startswith("--from"):
            for source in sources:
                place = tmp_path / source if (REPOSITORY / source).is_file() else tmp_path / target
                copy = shutil.copytree if (REPOSITORY / source).is_dir() else shutil.copyfile
                copy(REPOSITORY / source, place)
    (extras,) = re.findall(r'"\.\[(.*?)\]"', " ".join(of("RUN")))
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "--wheel-dir", tmp_path / "wheels", tmp_path], check=True, timeout=HANG_SECONDS)
    assert len([*(tmp_path / "wheels").glob("graphrag_tools-*.whl")]) == 1


def test_command_of_the_image_serves_and_its_health_check_passes(sample_index: ManualIndex, chats: str) -> None:
    ((entry,),), (command,) = ([json.loads(rest) for rest in of(name)] for name in ("ENTRYPOINT", "CMD"))
    (check,) = (json.loads(rest.partition("CMD ")[2]) for rest in of("HEALTHCHECK"))
    assert entry in PROJECT["scripts"]
    port = str(free_port())
    here = {"/srv/index": str(sample_index.folder), "0.0.0.0": "127.0.0.1", "8010": port}
    assert set(here) <= set(command)
    name, *arguments = [here.get(word, word) for word in command]
    assert name == "serve"
    variables = {"GRAPHRAG_TOOLS_SERVE_TOKEN": TOKEN, "GRAPHRAG_TOOLS_SERVE_REMEMBER": chats}
    assert set(variables) <= set(SERVICES["answers"]["environment"])
    with served_api(sample_index.folder, *arguments, **variables) as api:
        assert api.url.endswith(f":{port}")
        program = [sys.executable, *(word.replace("8010", port) for word in check[1:])]
        subprocess.run(program, check=True, timeout=HANG_SECONDS)
        asked = {"question": "How long does the battery last?", "thread": "desk"}
        assert api.post("/ask", json=asked).status_code == 401
        assert api.post("/ask", json=asked, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_index_that_is_copied_to_a_replica_as_the_page_says_is_followed(tmp_path: Path) -> None:
    built, replica = tmp_path / "my-index", tmp_path / "replica"
    ManualIndex.build([small_manual("lamp")], built).close()
    shutil.copytree(built, replica)
    with closing(ManualIndex.open(replica)) as index:
        assert [info.id for info in index.manuals] == ["lamp"]
        ManualIndex.build([small_manual("lamp"), small_manual("clock")], built).close()
        for generation in (built / "generations").iterdir():
            shutil.copytree(generation, replica / "generations" / generation.name, dirs_exist_ok=True)
        assert [info.id for info in index.manuals] == ["lamp"]
        shutil.copyfile(built / "index.json", replica / "new.json")
        (replica / "new.json").replace(replica / "index.json")
        assert sorted(info.id for info in index.manuals) == ["clock", "lamp"]
        assert index.search("colour", manual="clock")
