"""Text with positions: documents, nodes, spans, edits. Knows nothing of crews."""
