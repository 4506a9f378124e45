"""Office files as packages of parts: safe opening with limits, reading a workbook's parts, addresses, atomic writing.

Nothing is imported here, so that a command that needs one module of it does not pay for lxml.
"""
