"""Values of forms: amounts (Decimal in 元), dates, target values, Excel's errors, and the text they are written in.

Everything here is pure, knows no files and no form, and imports the standard library only.
"""
