"""Traces: every stage, tool call and model call of an answer as an OpenTelemetry span, to the console or a collector.

python examples/tracing.py "How do I turn on flight mode?"                                  # spans on the console
python examples/tracing.py --endpoint http://127.0.0.1:4318 "How do I turn on flight mode?" # any OTLP collector

--endpoint needs: pip install opentelemetry-exporter-otlp-proto-http

LangSmith itself needs no code at all: export LANGSMITH_TRACING=true and LANGSMITH_API_KEY=..., and every command and
example is traced there. Traces hold questions and the manual's text, so they go only where you send them: here, in
the mode "otel", nothing goes to LangSmith.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from langsmith import Client, tracing_context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult

from graphrag_tools import GraphRAGToolsError, ManualIndex, ask, manual_workflow
from graphrag_tools.manual.graph import PATH_SEPARATOR

SAMPLE = Path(__file__).parent / "sample_manual"


class ConsoleLines(SpanExporter):
    """One line a span; `ConsoleSpanExporter` of the SDK prints all of it, as JSON."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        for span in spans:
            kind = (span.attributes or {}).get("langsmith.span.kind", "")
            milliseconds = ((span.end_time or 0) - (span.start_time or 0)) / 1e6
            print(f"span {kind:<6} {span.name}  {milliseconds:.1f} ms", flush=True)
        return SpanExportResult.SUCCESS


def provider(endpoint: str | None) -> TracerProvider:
    made = TracerProvider(resource=Resource.create({"service.name": "graphrag-tools"}))
    if endpoint is None:
        made.add_span_processor(SimpleSpanProcessor(ConsoleLines()))
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question")
    parser.add_argument("--model", default="none")
    parser.add_argument("--endpoint", help="address of an OTLP collector, such as http://127.0.0.1:4318")
    parser.add_argument("--manual", default=str(SAMPLE))
    parser.add_argument("--index", default="manual-index", help="folder for the index")
    options = parser.parse_args()
    try:
        spans = provider(options.endpoint)
        client = Client(tracing_mode="otel", otel_tracer_provider=spans)
        app = manual_workflow(ManualIndex.build([options.manual], options.index), model=options.model)
        with tracing_context(enabled=True, client=client):
            answer = ask(app, options.question)
        client.flush()
        spans.shutdown()
    except GraphRAGToolsError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(answer.text)
    print("Menu path:", PATH_SEPARATOR.join(answer.menu_path) or "none")
    return 0


if __name__ == "__main__":
    sys.exit(main())
