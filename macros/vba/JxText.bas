Attribute VB_Name = "JxText"
Option Explicit

' Texts for the user, by key. VBA source is kept in ASCII, so the Chinese stands on a sheet of this workbook:
' column A holds the keys, column B the texts; {1}, {2}, {3} are filled in. The sheet's own name is spelt by code points.

Private Const FIRST_ROW As Long = 2

Public Function TextOf(ByVal key As String) As String
    Dim sheet As Object, row As Long
    Set sheet = ThisWorkbook.Worksheets(ChrW(25991) & ChrW(23383))
    row = FIRST_ROW
    Do While Len(CStr(sheet.Cells(row, 1).Value)) > 0
        If CStr(sheet.Cells(row, 1).Value) = key Then
            TextOf = CStr(sheet.Cells(row, 2).Value)
            Exit Function
        End If
        row = row + 1
    Loop
    TextOf = key
End Function

Public Function FilledText(ByVal key As String, ByVal first As String, ByVal second As String, _
        ByVal third As String) As String
    Dim made As String
    made = Replace(TextOf(key), "{1}", first)
    made = Replace(made, "{2}", second)
    FilledText = Replace(made, "{3}", third)
End Function

Public Sub Say(ByVal message As String)
    MsgBox message, vbInformation, TextOf("title")
End Sub

Public Function Confirmed(ByVal question As String) As Boolean
    Confirmed = (MsgBox(question, vbYesNo + vbQuestion, TextOf("title")) = vbYes)
End Function

Public Sub SayError(ByVal description As String)
    MsgBox FilledText("error.unexpected", description, "", ""), vbExclamation, TextOf("title")
End Sub
