"""Reports: what came of a session, as a PDF in its thread."""
