"""jixiao: Excel-centric tools for 绩效目标申报表, driven by the template workbook of each form.

Importing this package costs nothing and imports nothing; `toolkit.workflow` holds one function per job, and
`toolkit.apps` what a person starts.
"""

__version__ = "0.1.0"
