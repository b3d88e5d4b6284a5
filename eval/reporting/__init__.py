"""Reports of a run: for a terminal, a browser, a CI summary and a test runner."""
