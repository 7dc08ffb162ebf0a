"""Reports to keep and to send: one crash as Markdown, HTML, PDF or JSON."""
