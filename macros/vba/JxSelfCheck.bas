Attribute VB_Name = "JxSelfCheck"
Option Explicit

' What works without Python: recalculate the live self-check, go to the next finding, export the findings.
' Nothing here changes the workbook at hand; the export goes to a new one.

Private Const SHEET_HIDDEN As Long = 0
Private Const SHEET_VERY_HIDDEN As Long = 2

Private lastBook As String
Private lastSheet As String
Private lastCell As String
Private lastRule As String
Private lastMessage As String
Private lastNumber As Long

' Recalculates everything, then shows the sheet of the self-check and says how many checks fail.
Public Sub RefreshSelfCheck()
    Dim book As Object, sheet As Object, list() As String, count As Long, passed As String
    On Error GoTo Failed
    Set book = ActiveWorkbook
    If book Is Nothing Then
        Say TextOf("none.open")
        Exit Sub
    End If
    Recalculate
    Set sheet = SelfCheckSheet(book)
    If sheet Is Nothing Then
        Say TextOf("none.selfcheck")
        Exit Sub
    End If
    sheet.Activate
    count = SelfCheckFindings(book, list, passed)
    If count = 0 Then
        Say TextOf("selfcheck.passed")
    Else
        Say FilledText("selfcheck.failed", CStr(count), "", "")
    End If
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Selects the cell of the finding after the one shown last, and says what is wrong there and what to do.
Public Sub NextFinding()
    Dim book As Object, list() As String, count As Long, number As Long
    On Error GoTo Failed
    count = FindingsInFront(list)
    If count = 0 Then Exit Sub
    Set book = ActiveWorkbook
    number = NumberAfterLast(book, list, count)
    lastBook = book.FullName
    lastSheet = list(F_SHEET, number)
    lastCell = list(F_CELL, number)
    lastRule = list(F_RULE, number)
    lastMessage = list(F_MESSAGE, number)
    lastNumber = number
    GoToFinding book, lastSheet, lastCell
    Say FilledText("finding.head", CStr(number), CStr(count), list(F_LEVEL, number)) & vbLf & _
        FilledText("finding.place", lastSheet, lastCell, "") & vbLf & _
        list(F_MESSAGE, number) & vbLf & list(F_ADVICE, number)
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Writes all findings to a new workbook, as texts, and leaves it open and unsaved.
Public Sub ExportFindings()
    Dim list() As String, count As Long
    On Error GoTo Failed
    count = FindingsInFront(list)
    If count = 0 Then Exit Sub
    WriteFindings Workbooks.Add.Worksheets(1), list, count
    Say FilledText("export.done", CStr(count), "", "")
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Fills list with the findings of the workbook in front and returns how many; 0 after saying why there are none.
Private Function FindingsInFront(ByRef list() As String) As Long
    Dim count As Long
    If ActiveWorkbook Is Nothing Then
        Say TextOf("none.open")
    Else
        count = FindingsOf(ActiveWorkbook, list)
        If count = 0 Then Say TextOf("none.findings")
    End If
    FindingsInFront = count
End Function

' Writes findings to an empty sheet, every cell as a text, so that none can become a formula.
Public Sub WriteFindings(ByVal sheet As Object, ByRef list() As String, ByVal count As Long)
    Dim number As Long
    sheet.Range(sheet.Cells(1, 1), sheet.Cells(count + 1, 8)).NumberFormat = "@"
    WriteHeadings sheet
    For number = 1 To count
        sheet.Cells(number + 1, 1).Value = list(F_SHEET, number)
        sheet.Cells(number + 1, 2).Value = list(F_CELL, number)
        sheet.Cells(number + 1, 3).Value = list(F_LEVEL, number)
        sheet.Cells(number + 1, 4).Value = list(F_RULE, number)
        sheet.Cells(number + 1, 5).Value = list(F_PROJECT, number)
        sheet.Cells(number + 1, 6).Value = list(F_MESSAGE, number)
        sheet.Cells(number + 1, 7).Value = list(F_ADVICE, number)
        sheet.Cells(number + 1, 8).Value = list(F_SOURCE, number)
    Next
End Sub

Private Sub WriteHeadings(ByVal sheet As Object)
    sheet.Cells(1, 1).Value = TextOf("head.sheet")
    sheet.Cells(1, 2).Value = TextOf("head.cell")
    sheet.Cells(1, 3).Value = TextOf("head.level")
    sheet.Cells(1, 4).Value = TextOf("head.rule")
    sheet.Cells(1, 5).Value = TextOf("head.project")
    sheet.Cells(1, 6).Value = TextOf("head.problem")
    sheet.Cells(1, 7).Value = TextOf("head.advice")
    sheet.Cells(1, 8).Value = TextOf("head.source")
    sheet.Range(sheet.Cells(1, 1), sheet.Cells(1, 8)).Font.Bold = True
    sheet.Columns(5).ColumnWidth = 24
    sheet.Columns(6).ColumnWidth = 60
    sheet.Columns(7).ColumnWidth = 40
End Sub

' Returns the number of the finding to show: the one after the last shown; where that one has been put right, the one
' that took its place; the first again after the end.
Private Function NumberAfterLast(ByVal book As Object, ByRef list() As String, ByVal count As Long) As Long
    Dim number As Long
    number = 1
    If lastBook = book.FullName And lastNumber > 0 Then
        number = LastShown(list, count)
        If number > 0 Then
            number = number + 1
        Else
            number = lastNumber
        End If
        If number > count Then number = 1
    End If
    NumberAfterLast = number
End Function

Private Function LastShown(ByRef list() As String, ByVal count As Long) As Long
    Dim number As Long
    LastShown = 0
    For number = 1 To count
        If list(F_SHEET, number) = lastSheet And list(F_CELL, number) = lastCell And _
                list(F_RULE, number) = lastRule And list(F_MESSAGE, number) = lastMessage Then
            LastShown = number
            Exit Function
        End If
    Next
End Function

' A finding about a sheet that is hidden or gone is only told.
Private Sub GoToFinding(ByVal book As Object, ByVal sheetName As String, ByVal cell As String)
    Dim sheet As Object
    If Not HasSheet(book, sheetName) Then Exit Sub
    Set sheet = book.Worksheets(sheetName)
    If sheet.Visible = SHEET_HIDDEN Or sheet.Visible = SHEET_VERY_HIDDEN Then Exit Sub
    sheet.Activate
    If Len(cell) > 0 Then sheet.Range(cell).Select
End Sub

' CalculateFull is unknown to some programs that run VBA; there a plain calculation must do.
Private Sub Recalculate()
    On Error Resume Next
    Application.CalculateFull
    If Err.Number <> 0 Then
        Err.Clear
        Application.Calculate
    End If
End Sub
