Attribute VB_Name = "JxResults"
Option Explicit

' The results file of `jixiao excel`: UTF-8, lines parted by LF, five cells parted by tabs. The first line is the verdict
' (third cell the status, fourth what to say); after an audit a line for each finding follows, after other jobs the
' message again line by line where it has several, and a line for each file written, its path in the fifth cell. No library is needed to read it.

' Reads the file: the findings go to the list; returns how many. The other arguments are set.
Public Function ReadResults(ByVal path As String, ByRef list() As String, ByRef status As String, _
        ByRef message As String, ByRef madeFile As String) As Long
    Dim lines() As String, cells() As String, number As Long, count As Long, told As Long
    ReDim list(1 To FIELDS, 1 To 1)
    count = 0
    told = 0
    status = ""
    message = ""
    madeFile = ""
    lines = Split(Utf8Text(path), vbLf)
    For number = 0 To UBound(lines)
        cells = Split(Replace(lines(number), vbCr, ""), vbTab)
        If UBound(cells) >= 4 Then
            If Len(status) = 0 Then
                status = cells(2)
                message = cells(3)
            ElseIf cells(2) = "file" Then
                madeFile = cells(4)
            ElseIf cells(2) = "line" Then
                told = told + 1
                If told > 1 Then message = message & vbLf & cells(3) Else message = cells(3)
            Else
                AddFinding list, count, cells(0), cells(1), cells(2), cells(3), cells(4), "", "", TextOf("source.program")
            End If
        End If
    Next
    ReadResults = count
End Function

' Returns the text of a UTF-8 file; a mark at its beginning is left out.
Public Function Utf8Text(ByVal path As String) As String
    Dim handle As Integer, size As Long, data() As Byte, place As Long, code As Long, made As String
    handle = FreeFile
    Open path For Binary As #handle
    size = LOF(handle)
    If size = 0 Then
        Close #handle
        Utf8Text = ""
        Exit Function
    End If
    ReDim data(0 To size - 1)
    Get #handle, , data
    Close #handle
    place = 0
    made = ""
    Do While place < size
        code = CodePoint(data, size, place)
        If code <> 65279 Then made = made & CharacterOf(code)
    Loop
    Utf8Text = made
End Function

' Returns the code point that begins at a place and moves the place behind it.
Private Function CodePoint(ByRef data() As Byte, ByVal size As Long, ByRef place As Long) As Long
    Dim code As Long, more As Long
    code = data(place)
    more = 0
    If code >= 240 Then
        code = code - 240
        more = 3
    ElseIf code >= 224 Then
        code = code - 224
        more = 2
    ElseIf code >= 192 Then
        code = code - 192
        more = 1
    End If
    place = place + 1
    Do While more > 0 And place < size
        code = code * 64 + (data(place) - 128)
        place = place + 1
        more = more - 1
    Loop
    CodePoint = code
End Function

' Returns a character; one beyond the first 65536 code points is a pair in VBA's strings.
Private Function CharacterOf(ByVal code As Long) As String
    If code < 65536 Then
        CharacterOf = ChrW(code)
    Else
        CharacterOf = ChrW(55296 + (code - 65536) \ 1024) & ChrW(56320 + (code - 65536) Mod 1024)
    End If
End Function
