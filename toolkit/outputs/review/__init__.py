"""What the reviewer looks at: 审核报告 as workbook and page, 催报名单."""
