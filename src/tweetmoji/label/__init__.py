"""Label tables with emoji: files of any size, and data frames in memory.

A reader cuts a file into parts by position, `label_rows` answers the texts of one, a renderer makes its bytes, and a
journal remembers the finished ones. ``docs/decisions.md`` says why.
"""
