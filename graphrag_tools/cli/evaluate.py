"""The commands that measure answers, and that write questions to measure on."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphrag_tools.cli.nearest import check_questions_file
from graphrag_tools.cli.opening import open_index, open_model
from graphrag_tools.cli.options import AskingOptions, Json
from graphrag_tools.cli.output import print_aside, print_data, print_json, print_shown, progress
from graphrag_tools.models.providers import FORMS
from graphrag_tools.workflow.settings import ModelSettings

if TYPE_CHECKING:
    from graphrag_tools.evaluation.measurement import Measurement


@dataclass(frozen=True, slots=True)
class MeasuringOptions:
    """What an evaluation compares, and where it keeps it. Its models stand in place of the one of AskingOptions."""

    questions: Annotated[
        Path,
        typer.Option(
            help="CSV with the columns question, section_path (or section_paths) and answer; or JSONL with these keys."
        ),
    ]
    model: Annotated[
        list[str] | None,
        typer.Option(
            envvar="GRAPHRAG_TOOLS_MODEL",
            help=f"{FORMS}; several times.",
        ),
    ] = None
    way: Annotated[
        list[str] | None,
        typer.Option(
            help="How to answer: none, schema, native, auto, agent, first-section, naive-rag, bare-agent or all; "
            "several times."
        ),
    ] = None
    unanswerable: Annotated[
        Path | None, typer.Option(help="CSV with a column question: what the manual does not answer.")
    ] = None
    out: Annotated[
        Path | None, typer.Option(help="Folder for results and report; a run that was stopped goes on from there.")
    ] = None
    require: Annotated[
        list[str] | None,
        typer.Option(help="A bound such as path_right>=0.8; exit code 1 if no model passes; several times."),
    ] = None
    limit: Annotated[int | None, typer.Option(min=1, help="Ask a sample of so many questions of each file.")] = None
    seed: Annotated[int, typer.Option(help="Seed of the sample and of the intervals.")] = 0
    against: Annotated[
        Path | None, typer.Option(help="The --out folder of an earlier run, to compare with question by question.")
    ] = None


def evaluate(measuring: MeasuringOptions, options: AskingOptions) -> None:
    """Measure how often answers are right, on questions whose answers are known, for one model or several."""
    from graphrag_tools.evaluation.measurement import run_evaluation

    check_questions_file(measuring.questions)
    check_questions_file(measuring.unanswerable)
    with progress() as show:
        outcome = run_evaluation(open_index(options.index), _measurement(measuring, options), show)
    if options.as_json:
        print_json(outcome.document)
    else:
        print_shown(outcome.rendered())
    if outcome.warning:
        print_aside(f"! {outcome.warning}")
    if not outcome.passed:
        raise typer.Exit(1)


def questions(
    options: ModelSettings,
    n: Annotated[int, typer.Option("-n", min=1, help="How many at most.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the draw: another one, other questions.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="File to write: .csv or .jsonl (without it: JSONL is shown).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write questions with known answers for eval from your own manual, with or without a model."""
    from graphrag_tools.evaluation.question_writing import check_ending, make_questions, write_questions

    check_ending(out)
    with progress() as show:
        index, model = open_index(options.index), open_model(options)
        made = make_questions(index, model, n, seed, prompts=options.prompts, progress=show)
    if as_json:
        print_json(made.document)
    else:
        write_questions(made.questions, out) if out else print_data(made.lines, end="")
    print_aside(made.words)


def _measurement(measuring: MeasuringOptions, options: AskingOptions) -> "Measurement":
    import shlex

    from graphrag_tools.evaluation.measurement import Measurement
    from graphrag_tools.evaluation.ways import WaySettings

    return Measurement(
        questions=measuring.questions,
        models=tuple(measuring.model or ["none"]),
        ways=tuple(measuring.way or ["auto"]),
        unanswerable=measuring.unanswerable,
        out=measuring.out,
        require=tuple(measuring.require or ()),
        limit=measuring.limit,
        seed=measuring.seed,
        settings=WaySettings(options.for_workflow(), options.for_model()),
        against=measuring.against,
        command=shlex.join(["graphrag-tools", *sys.argv[1:]]),
    )
