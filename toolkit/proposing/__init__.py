"""A printed form without names → a proposed template: its workbook and its Word template, every guess marked for the clerk.

The one place where labels and places are recognised without a form. It stands between `reading` and `workflow`: it looks at files of
strangers through `sources`, and what it makes is declared as `forms` reads it; nothing of reading or checking needs it.
"""
