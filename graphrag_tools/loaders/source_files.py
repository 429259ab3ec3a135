"""Reading a source file, with errors that name the file and the place."""

from pathlib import Path

from graphrag_tools.errors import ManualError


def read_text(path: Path) -> str:
    """Return the file's text (UTF-8, byte order mark allowed).

    Raises:
        ManualError: The file is missing, cannot be read, is empty or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ManualError(f"{path}: no such file. Give the path of a manual.") from error
    except OSError as error:
        raise ManualError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if not raw.strip():
        raise ManualError(f"{path}: the file is empty; expected a manual with text.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ManualError(
            f"{path}, line {line}: byte 0x{raw[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        ) from error
