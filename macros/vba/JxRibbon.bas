Attribute VB_Name = "JxRibbon"
Option Explicit

' The callbacks of the ribbon (customUI14.xml), one for each button.

Public Sub OnAuditWorkbook(control As IRibbonControl)
    AuditWorkbook
End Sub

Public Sub OnAuditFolder(control As IRibbonControl)
    RunJob "audit_folder", "--folder"
End Sub

Public Sub OnNextFinding(control As IRibbonControl)
    ShowNextFinding
End Sub

Public Sub OnClearMarks(control As IRibbonControl)
    ClearMarks
End Sub

Public Sub OnMakeSummary(control As IRibbonControl)
    RunJob "make_summary", "--folder"
End Sub

Public Sub OnImportLastYear(control As IRibbonControl)
    RunJob "import_last_year", "--file"
End Sub

Public Sub OnRemind(control As IRibbonControl)
    RunJob "remind", "--folder"
End Sub

Public Sub OnRefreshSelfCheck(control As IRibbonControl)
    RefreshSelfCheck
End Sub

Public Sub OnExportFindings(control As IRibbonControl)
    ExportFindings
End Sub
