"""Figures of a day or of many: asked for, summed, shown as tables, charts and files."""
