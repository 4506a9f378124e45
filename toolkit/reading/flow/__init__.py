"""Text, of which only the words are known, read as a form; `document` is the way in."""

from toolkit.reading.flow.document import flow_score, is_flow_form, read_flow

__all__ = ["flow_score", "is_flow_form", "read_flow"]
