"""Indicators and declarations of many departments with what a careful reviewer says of them, and the rules measured on them."""
