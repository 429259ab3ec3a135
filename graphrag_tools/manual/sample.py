"""The sample manual that the package brings along: an invented e-reader, to try things on."""

from pathlib import Path

from graphrag_tools.errors import ManualError

SAMPLE_ID = "larkfield"
QUESTIONS = (
    "How do I make the battery last longer?",
    "Where can I turn the front light down at night?",
    "How can I send a book from my computer?",
)
"""What the demonstration asks."""
_PACKAGE = Path(__file__).parent.parent
_PLACES = (_PACKAGE / "_sample_manual", _PACKAGE.parent / "examples" / "sample_manual")


def sample_manual() -> Path:
    """Return the folder of Markdown files, in an installed package or in a clone.

    Raises:
        ManualError: Neither is there; the installation is not whole.
    """
    found = next((folder for folder in _PLACES if folder.is_dir()), None)
    if found is None:
        raise ManualError(f"{_PLACES[0]}: the sample manual is missing. Install graphrag-tools anew.")
    return found
