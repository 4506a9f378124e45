"""What the reviewer looks at: 审核报告 as workbook and page, 催报名单.

A `model.Review` comes in; `workbook.review_workbook` and `page.review_page` print it. `reminders.reminders_workbook` prints
`reminders.Reminders`. Not imported here: whoever only reads a decision back needs the headings in `model`, and no more.
"""
