"""The command line: parse, call, print. The only package that prints."""


def main() -> None:
    """Run the command line; an error becomes one line on standard error."""
    from graphrag_tools.cli.app import main as run

    run()
