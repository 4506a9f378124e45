"""The Word 汇总表: a template compiled once, written as a stream of prepared pieces."""
