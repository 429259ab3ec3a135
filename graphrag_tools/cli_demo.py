"""The demo command: an index of the sample manual, and three questions asked of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphrag_tools.cli_opening import open_workflow
from graphrag_tools.cli_options import AskingOptions, BaseUrl, Json, ModelName
from graphrag_tools.cli_output import print_answer, print_aside, print_json, progress
from graphrag_tools.errors import ConfigError, IndexNotFound

if TYPE_CHECKING:
    from graphrag_tools.answer import Answer

# Not --index: an own index that the environment or the config file names is never replaced.
Folder = Annotated[Path, typer.Option("--folder", help="Folder for the index of the sample manual.")]


def demo(
    model: ModelName = "none",
    base_url: BaseUrl = None,
    folder: Folder = Path(".demo"),
    as_json: Json = False,
) -> None:
    """Try it: build an index of the sample manual (an invented e-reader) and ask three questions."""
    import asyncio

    from graphrag_tools.sample_manual import QUESTIONS
    from graphrag_tools.workflow import aask

    index = folder / "index"
    _build(index)
    workflow = open_workflow(AskingOptions(index=index, model=model, base_url=base_url))
    answers: list[Answer] = []
    for question in QUESTIONS:
        if not as_json:
            print_aside(f'\n$ graphrag-tools ask "{question}" --index {index} --model {model}')
        answers.append(asyncio.run(aask(workflow, question)))
        if not as_json:
            print_answer(answers[-1], as_json=False)
    if as_json:
        print_json([answer.model_dump(mode="json") for answer in answers])
    else:
        print_aside(f"\nNext: graphrag-tools chat --index {index}; of your own: graphrag-tools build my-manual.pdf")


def _build(index: Path) -> None:
    from graphrag_tools.building import build_index
    from graphrag_tools.manifest import read_manifest
    from graphrag_tools.sample_manual import SAMPLE_ID, sample_manual

    try:
        others = [info.id for info in read_manifest(index).manuals if info.id != SAMPLE_ID]
    except IndexNotFound:
        others = []
    if others:
        raise ConfigError(f"{index} is an index of {', '.join(others)}, which the demo would replace. Give a --folder.")
    with progress() as report:
        build_index([f"{SAMPLE_ID}={sample_manual()}"], index, "wordllama", report)
