"""The command line as `python -m graphrag_tools`, where the program's folder is not on the shell's path."""

from graphrag_tools.cli.app import main

if __name__ == "__main__":
    main()
