"""PDF files for tests: pages drawn word by word, and files put together object by object to be wrong in one way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

LINE = 12
PAGE = (400, 600)


@dataclass
class Sheet:
    """Draws lines on the pages of a PDF, from the top down."""

    canvas: Canvas
    top: float = 60
    size: float = 10

    def line(self, text: str, x: float = 40, *, bold: bool = False, size: float = 0, down: float = LINE) -> None:
        self.at(text, x, self.top, bold=bold, size=size)
        self.top += down

    def at(self, text: str, x: float, top: float, *, bold: bool = False, size: float = 0) -> None:
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size or self.size)
        self.canvas.drawString(x, PAGE[1] - top, text)

    def lines(self, texts: Iterable[str], x: float = 40) -> None:
        for text in texts:
            self.line(text, x)

    def gap(self, down: float = LINE) -> None:
        self.top += down

    def next_page(self) -> None:
        self.canvas.showPage()
        self.top = 60


def drawn(file: Path, draw: Callable[[Sheet], None], page: tuple[float, float] = PAGE, **how: object) -> Path:
    """Write a PDF that a function draws, and return its path."""
    canvas = Canvas(str(file), pagesize=page, invariant=1, **how)
    draw(Sheet(canvas))
    canvas.save()
    return file


@dataclass
class RawPdf:
    """A PDF put together by hand. Object 1 is the catalog, 2 the page tree, 3 the font; pages come next."""

    texts: Sequence[str]
    outline: Callable[[Sequence[int], int], tuple[int, list[bytes]]] | None = None
    """Given the pages' numbers and the first free one: the number of the outline and the objects from there."""
    objects: list[bytes] = field(default_factory=list)
    font: bytes = b""
    """What the font says beside its name."""

    def write(self, file: Path) -> Path:
        count = len(self.texts)
        pages = [4 + 2 * at for at in range(count)]
        catalog = b"<< /Type /Catalog /Pages 2 0 R"
        extra: list[bytes] = []
        if self.outline:
            root, extra = self.outline(pages, 4 + 2 * count)
            catalog += b" /Outlines %d 0 R" % root
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        self.objects = [
            catalog + b" >>",
            b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica %s >>" % self.font,
        ]
        for page, text in zip(pages, self.texts, strict=True):
            content = b"BT /F 10 Tf 40 500 Td (%s) Tj ET" % text.encode("latin-1")
            self.objects += [
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents %d 0 R "
                b"/Resources << /Font << /F 3 0 R >> >> >>" % (page + 1),
                b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            ]
        self.objects += extra
        file.write_bytes(self._bytes())
        return file

    def _bytes(self) -> bytes:
        out = bytearray(b"%PDF-1.7\n")
        offsets: list[int] = []
        for number, body in enumerate(self.objects, start=1):
            offsets.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        size = len(self.objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
        return bytes(out)
