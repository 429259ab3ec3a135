"""One tool call at a time, by any model: native, under a schema, or without a model."""
