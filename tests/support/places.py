"""Where things are in the repository, from wherever a test stands."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
REPOSITORY = TESTS.parent
SAMPLE_MANUAL = REPOSITORY / "examples" / "sample_manual"
SAMPLE_QUESTIONS = REPOSITORY / "examples" / "sample_questions.csv"
