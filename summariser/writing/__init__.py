"""Write: summaries and failures → table, JSON, CSV, Markdown.

An exporter takes the results as they come and yields pieces of text. A new one is a function with
`@exporter`, and the command knows it by its name.
"""

from summariser.writing import markdown, table
from summariser.writing.exporters import EXPORTERS, Failure, Page, Result

__all__ = ["EXPORTERS", "Failure", "Page", "Result", "markdown", "table"]
