Attribute VB_Name = "JxRibbon"
Option Explicit

' The callbacks of the ribbon (customUI14.xml), one for each button.

Public Sub OnAuditWorkbook(control As IRibbonControl)
    AuditWorkbook
End Sub

Public Sub OnAuditFolder(control As IRibbonControl)
    RunJob "audit_folder", "--folder", TextOf("choose.returns")
End Sub

Public Sub OnNextFinding(control As IRibbonControl)
    ShowNextFinding
End Sub

Public Sub OnExplainFinding(control As IRibbonControl)
    ExplainFinding
End Sub

Public Sub OnClearMarks(control As IRibbonControl)
    ClearMarks
End Sub

Public Sub OnIssue(control As IRibbonControl)
    RunJob "issue", "--file", TextOf("choose.roster")
End Sub

Public Sub OnIssueFrom(control As IRibbonControl)
    RunJob "issue_from", "--file", TextOf("choose.roster"), TextOf("choose.lastyear")
End Sub

Public Sub OnAnnotate(control As IRibbonControl)
    RunJob "annotate_returns", "--folder", TextOf("choose.returns")
End Sub

Public Sub OnRemind(control As IRibbonControl)
    RunJob "remind", "--folder", TextOf("choose.returns")
End Sub

Public Sub OnTidy(control As IRibbonControl)
    RunJob "tidy_returns", "--folder", TextOf("choose.returns")
End Sub

Public Sub OnMakeSummary(control As IRibbonControl)
    RunJob "make_summary", "--folder", TextOf("choose.returns")
End Sub

Public Sub OnExportData(control As IRibbonControl)
    RunJob "export_data", "--folder", TextOf("choose.returns")
End Sub

Public Sub OnCompareYears(control As IRibbonControl)
    RunJob "compare_years", "--folder", TextOf("choose.now"), TextOf("choose.before")
End Sub

Public Sub OnImportLastYear(control As IRibbonControl)
    RunJob "import_last_year", "--file", TextOf("choose.published")
End Sub

Public Sub OnStartSeason(control As IRibbonControl)
    RunJob "start_season", "--folder", TextOf("choose.start")
End Sub

Public Sub OnShowSeason(control As IRibbonControl)
    RunJob "show_season", "--folder", TextOf("choose.season")
End Sub

Public Sub OnJoinSeasons(control As IRibbonControl)
    RunJob "join_seasons", "--folder", TextOf("choose.seasons")
End Sub

Public Sub OnArchiveSeason(control As IRibbonControl)
    RunJob "archive_season", "--folder", TextOf("choose.season")
End Sub

Public Sub OnVerifyArchive(control As IRibbonControl)
    RunJob "verify_archive", "--folder", TextOf("choose.archive")
End Sub

Public Sub OnNewForm(control As IRibbonControl)
    RunJob "new_form", "--file", TextOf("choose.printed")
End Sub

Public Sub OnLintForm(control As IRibbonControl)
    RunJob "lint_form", "--file", TextOf("choose.form")
End Sub

Public Sub OnRefreshSelfCheck(control As IRibbonControl)
    RefreshSelfCheck
End Sub

Public Sub OnExportFindings(control As IRibbonControl)
    ExportFindings
End Sub
