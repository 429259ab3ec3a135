"""Steps that are written as paragraphs with a label."""

import pytest

from graphrag_tools.loaders.labelled_steps import with_labelled_steps
from graphrag_tools.manual.sections import Block


def paragraphs(*texts: str) -> list[Block]:
    return [Block("paragraph", text) for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        ("Step 1: Lift the lid.", "Step 2: Pour in the beans."),
        ("Schritt 1 – Lift the lid.", "Schritt 2 – Pour in the beans."),
        ("STEP 1. Lift the lid.", "STEP 2. Pour in the beans."),
        ("手順1：Lift the lid.", "手順2：Pour in the beans."),
    ],
)
def test_paragraphs_that_are_labelled_as_steps_are_steps_without_the_labels(texts: tuple[str, ...]) -> None:
    assert with_labelled_steps(paragraphs(*texts)) == (
        Block("step", "Lift the lid."),
        Block("step", "Pour in the beans."),
    )


def test_a_bold_label_needs_no_sign_behind_it_and_is_no_name_of_a_button() -> None:
    steps = with_labelled_steps(
        [
            Block("paragraph", "Step 1 Press Brew.", emphasis=("Step 1", "Brew")),
            Block("option", "Step 2: Wait.", name="Step 2", emphasis=("Step 2:",)),
            Block("paragraph", "Step 3: Rinse it well.", emphasis=("Step 3: Rinse",)),
        ]
    )
    assert steps == (
        Block("step", "Press Brew.", emphasis=("Brew",)),
        Block("step", "Wait."),
        Block("step", "Rinse it well.", emphasis=("Rinse",)),
    )


def test_what_stands_between_steps_stays_and_the_steps_count_on() -> None:
    texts = ("Step 1: Lift the lid.", "It may be hot.", "Step 2: Pour in the beans.", "Step 1: Rinse.", "Step 2: Dry.")
    assert [block.kind for block in with_labelled_steps(paragraphs(*texts))] == [
        *("step", "paragraph", "step", "step", "step")
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ("Step 1: Lift the lid.",),
        ("Step 2: Pour in the beans.", "Step 3: Close the lid."),
        ("Step 1 is the hardest.", "Step 2 takes a minute."),
        ("Stepping 1: slow.", "Stepping 2: fast."),
        ("Step 1.1: Lift the lid.", "Step 2.1: Pour in the beans."),
    ],
)
def test_mentions_of_steps_stay_paragraphs(texts: tuple[str, ...]) -> None:
    assert with_labelled_steps(paragraphs(*texts)) == tuple(paragraphs(*texts))
