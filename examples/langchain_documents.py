"""A manual from LangChain documents: any loader or splitter feeds the index, and the tools answer from it.

python examples/langchain_documents.py "How do I turn on flight mode?"
python examples/langchain_documents.py --loader community --model gguf:smollm2 "How do I turn on flight mode?"

Needs: pip install langchain-text-splitters (and langchain-community for its loader).

`headers` splits the sample manual at its headings (langchain-text-splitters): the headings become the tree.
`community` reads it with a loader of langchain-community, which knows files and nothing of headings: the same
splitter then gives them back. `pages` stands for a loader that knows pages alone, whose text marks its headings.
"""

import argparse
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from langchain_core.documents import Document

from graphrag_tools import GraphRAGToolsError, ManualIndex, ask, load_documents, manual_workflow
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"
HEADERS = [("#" * level, f"Header {level}") for level in range(1, 5)]


def by_headers(folder: Path) -> list[Document]:
    files = sorted(folder.glob("*.md"))
    return split_at_headings([Document(file.read_text("utf-8"), metadata={"source": str(file)}) for file in files])


def by_community_loader(folder: Path) -> list[Document]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # langchain-community says that it is at its end
        from langchain_community.document_loaders import TextLoader
    files = sorted(folder.glob("*.md"))
    return split_at_headings([document for file in files for document in TextLoader(str(file), "utf-8").load()])


def by_pages(folder: Path) -> list[Document]:
    pages = enumerate(sorted(folder.glob("*.md")))
    return [Document(file.read_text("utf-8"), metadata={"source": "manual.pdf", "page": at}) for at, file in pages]


def split_at_headings(files: list[Document]) -> list[Document]:
    """Split each file; the splitter knows nothing of sources, which links between files need."""
    from langchain_text_splitters import MarkdownHeaderTextSplitter

    splitter = MarkdownHeaderTextSplitter(HEADERS)
    return [
        Document(piece.page_content, metadata=file.metadata | piece.metadata)
        for file in files
        for piece in splitter.split_text(file.page_content)
    ]


LOADERS: dict[str, Callable[[Path], list[Document]]] = {
    "headers": by_headers,
    "community": by_community_loader,
    "pages": by_pages,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question")
    parser.add_argument("--loader", choices=LOADERS, default="headers")
    parser.add_argument("--model", default="none")
    parser.add_argument("--manual", type=Path, default=SAMPLE, help="folder of Markdown files")
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        manual = load_documents(LOADERS[options.loader](options.manual), "larkfield", "Larkfield Page 7")
        index = ManualIndex.build([manual], options.index)
        answer = ask(manual_workflow(index, model=options.model), options.question)
    except (GraphRAGToolsError, ImportError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{len(manual.sections)} sections")
    print(answer.text)
    print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
    print("On the device:", PATH_SEPARATOR.join(answer.taps) or "the manual does not say")
    return 0


if __name__ == "__main__":
    sys.exit(main())
