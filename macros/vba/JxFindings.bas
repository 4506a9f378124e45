Attribute VB_Name = "JxFindings"
Option Explicit

' The findings of a workbook: what the last run of the program reported, else what the workbook's own lists (the live
' self-check, the reviewer's list of a marked copy) say is wrong. A list is an array (field, number), numbered from 1. Lists are
' known by their headings, not by the name of their sheet.

Public Const F_SHEET As Long = 1
Public Const F_CELL As Long = 2
Public Const F_LEVEL As Long = 3
Public Const F_MESSAGE As Long = 4
Public Const F_ADVICE As Long = 5
Public Const F_RULE As Long = 6
Public Const F_PROJECT As Long = 7
Public Const F_SOURCE As Long = 8
Public Const FIELDS As Long = 8

Private Const HEADING_ROWS As Long = 6
Private Const HEADING_COLUMNS As Long = 12

Private reportedBook As String
Private reportedCount As Long
Private reported() As String

' Fills the list with the findings of a workbook and returns how many there are. A reviewer's finding whose check now
' passes in the live self-check is left out, and what both lists say is taken once.
Public Function FindingsOf(ByVal book As Object, ByRef list() As String) As Long
    Dim sheet As Object, count As Long, passed As String, row As Long
    If reportedBook = book.FullName Then
        list = reported
        FindingsOf = reportedCount
        Exit Function
    End If
    count = SelfCheckFindings(book, list, passed)
    For Each sheet In book.Worksheets
        row = HeadingRow(sheet, TextOf("head.problem"), TextOf("head.cell"))
        If row > 0 Then ReadReview sheet, row, list, count, passed
    Next
    FindingsOf = count
End Function

' Fills the list with what fails in the live self-check and returns how many do; the checks that pass are set.
Public Function SelfCheckFindings(ByVal book As Object, ByRef list() As String, ByRef passed As String) As Long
    Dim sheet As Object, count As Long, row As Long
    ReDim list(1 To FIELDS, 1 To 1)
    count = 0
    passed = ""
    For Each sheet In book.Worksheets
        row = HeadingRow(sheet, TextOf("head.result"), TextOf("head.place"))
        If row > 0 Then ReadSelfCheck sheet, row, list, count, passed
    Next
    SelfCheckFindings = count
End Function

' Returns the sheet that lists the live self-check, or Nothing.
Public Function SelfCheckSheet(ByVal book As Object) As Object
    Dim sheet As Object
    Set SelfCheckSheet = Nothing
    For Each sheet In book.Worksheets
        If HeadingRow(sheet, TextOf("head.result"), TextOf("head.place")) > 0 Then
            Set SelfCheckSheet = sheet
            Exit Function
        End If
    Next
End Function

' Keeps what the program reported about a workbook, for as long as Excel is open.
Public Sub KeepReported(ByVal book As Object, ByRef list() As String, ByVal count As Long)
    reportedBook = book.FullName
    reportedCount = count
    reported = list
End Sub

Public Sub ForgetReported()
    reportedBook = ""
    reportedCount = 0
End Sub

Public Sub AddFinding(ByRef list() As String, ByRef count As Long, ByVal sheetName As String, ByVal cell As String, _
        ByVal level As String, ByVal message As String, ByVal advice As String, ByVal rule As String, _
        ByVal project As String, ByVal source As String)
    count = count + 1
    ReDim Preserve list(1 To FIELDS, 1 To count)
    list(F_SHEET, count) = sheetName
    list(F_CELL, count) = cell
    list(F_LEVEL, count) = level
    list(F_MESSAGE, count) = message
    list(F_ADVICE, count) = advice
    list(F_RULE, count) = rule
    list(F_PROJECT, count) = project
    list(F_SOURCE, count) = source
End Sub

Public Function CellText(ByVal cell As Object) As String
    If IsError(cell.Value) Then
        CellText = CStr(cell.Text)
    Else
        CellText = Trim(CStr(cell.Value))
    End If
End Function

Public Function HasSheet(ByVal book As Object, ByVal sheetName As String) As Boolean
    Dim sheet As Object
    HasSheet = False
    For Each sheet In book.Worksheets
        If sheet.Name = sheetName Then HasSheet = True
    Next
End Function

Private Sub ReadSelfCheck(ByVal sheet As Object, ByVal heading As Long, ByRef list() As String, _
        ByRef count As Long, ByRef passed As String)
    Dim row As Long, owner As Long, rule As Long, result As Long, good As String, source As String
    owner = ColumnOf(sheet, heading, TextOf("head.sheet"))
    rule = ColumnOf(sheet, heading, TextOf("head.rule"))
    result = ColumnOf(sheet, heading, TextOf("head.result"))
    If owner = 0 Or rule = 0 Then Exit Sub
    good = TextOf("mark.passed")
    source = sheet.Name
    row = heading + 1
    Do While Len(CellText(sheet.Cells(row, rule))) > 0
        If CellText(sheet.Cells(row, result)) = good Then
            passed = passed & CellText(sheet.Cells(row, owner)) & "!" & CellText(sheet.Cells(row, rule)) & vbLf
        Else
            AddFinding list, count, CellText(sheet.Cells(row, owner)), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.place"))), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.level"))), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.message"))), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.advice"))), _
                CellText(sheet.Cells(row, rule)), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.title"))), source
        End If
        row = row + 1
    Loop
End Sub

Private Sub ReadReview(ByVal sheet As Object, ByVal heading As Long, ByRef list() As String, _
        ByRef count As Long, ByVal passed As String)
    Dim row As Long, owner As Long, rule As Long, place As Long, owned As String, known As Long, own As Long
    owner = ColumnOf(sheet, heading, TextOf("head.sheet"))
    rule = ColumnOf(sheet, heading, TextOf("head.rule"))
    place = ColumnOf(sheet, heading, TextOf("head.cell"))
    If owner = 0 Or rule = 0 Then Exit Sub
    known = count
    row = heading + 1
    Do While Len(CellText(sheet.Cells(row, rule))) > 0
        owned = CellText(sheet.Cells(row, owner))
        own = IndexOf(list, known, owned, CellText(sheet.Cells(row, place)), CellText(sheet.Cells(row, rule)))
        If own = 0 And InStr(vbLf & passed, vbLf & owned & "!" & CellText(sheet.Cells(row, rule)) & vbLf) = 0 Then
            AddFinding list, count, owned, CellText(sheet.Cells(row, place)), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.level"))), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.problem"))), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.advice"))), _
                CellText(sheet.Cells(row, rule)), _
                TextAt(sheet, row, ColumnOf(sheet, heading, TextOf("head.project"))), sheet.Name
        End If
        row = row + 1
    Loop
End Sub

' Returns the number of a finding among the first of the list, 0 if it is not there.
Private Function IndexOf(ByRef list() As String, ByVal count As Long, ByVal sheetName As String, _
        ByVal cell As String, ByVal rule As String) As Long
    Dim number As Long
    IndexOf = 0
    For number = 1 To count
        If list(F_SHEET, number) = sheetName And list(F_CELL, number) = cell And list(F_RULE, number) = rule Then
            IndexOf = number
            Exit Function
        End If
    Next
End Function

' Returns the row that holds both headings, 0 if there is none near the top.
Private Function HeadingRow(ByVal sheet As Object, ByVal one As String, ByVal other As String) As Long
    Dim row As Long
    HeadingRow = 0
    For row = 1 To HEADING_ROWS
        If ColumnOf(sheet, row, one) > 0 And ColumnOf(sheet, row, other) > 0 Then
            HeadingRow = row
            Exit Function
        End If
    Next
End Function

Private Function ColumnOf(ByVal sheet As Object, ByVal row As Long, ByVal heading As String) As Long
    Dim column As Long
    ColumnOf = 0
    For column = 1 To HEADING_COLUMNS
        If CellText(sheet.Cells(row, column)) = heading Then
            ColumnOf = column
            Exit Function
        End If
    Next
End Function

Private Function TextAt(ByVal sheet As Object, ByVal row As Long, ByVal column As Long) As String
    TextAt = ""
    If column > 0 Then TextAt = CellText(sheet.Cells(row, column))
End Function
