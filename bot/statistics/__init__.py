"""Statistics of one day or of many: fetched, added up, shown as tables, charts and files."""
