Attribute VB_Name = "JxBridge"
Option Explicit

' From a button to Python: through the add-in of xlwings where that is loaded, else through the program jixiao, run hidden
' and waited for, which answers in a results file (see JxResults). All objects are bound late.

Private Const XLWINGS As String = "xlwings.xlam"
Private Const FOLDER_PICKER As Long = 4
Private Const FILE_PICKER As Long = 3
Private Const TEMPORARY_FOLDER As Long = 2
Private Const HIDDEN_WINDOW As Long = 0

' A message box shows about a thousand characters.
Private Const MOST_CHARACTERS As Long = 900

' Audits the workbook at hand as it is now, saved or not.
Public Sub AuditWorkbook()
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        Say TextOf("none.open")
    ElseIf HasXlwings() Then
        RunPython "audit_workbook"
    Else
        AuditCopy ActiveWorkbook
    End If
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Tells how the findings at the selected cell came about.
Public Sub ExplainFinding()
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing Then
        Say TextOf("none.open")
    ElseIf HasXlwings() Then
        RunPython "explain_finding"
    Else
        ExplainCopy ActiveWorkbook, ActiveSheet.Name, ActiveCell.Address(False, False)
    End If
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Runs a job on a folder ("--folder") or a file ("--file") that the user chooses; with another title on a second folder too.
Public Sub RunJob(ByVal action As String, ByVal kind As String, ByVal title As String, Optional ByVal otherTitle As String = "")
    Dim chosen As String, other As String, arguments As String, status As String, message As String, madeFile As String
    On Error GoTo Failed
    If HasXlwings() Then
        RunPython action
        Exit Sub
    End If
    If Len(ProgramPath()) = 0 Then
        Say TextOf("none.program")
        Exit Sub
    End If
    chosen = ChosenPath(kind, title)
    If Len(chosen) = 0 Then Exit Sub
    arguments = kind & " " & Quoted(chosen)
    If Len(otherTitle) > 0 Then
        other = ChosenPath("--folder", otherTitle)
        If Len(other) = 0 Then Exit Sub
        arguments = arguments & " --other " & Quoted(other)
    End If
    status = JobStatus(action, arguments, message, madeFile)
    If status = "failed" And InStr(message, "--force") > 0 Then
        If Not Confirmed(TextOf("ask.replace")) Then Exit Sub
        status = JobStatus(action, arguments & " --force", message, madeFile)
    End If
    If status = "done" And LCase(Right(madeFile, 5)) = ".xlsx" Then Workbooks.Open madeFile
    Say message
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Goes to the next finding; without xlwings that needs no Python.
Public Sub ShowNextFinding()
    On Error GoTo Failed
    If HasXlwings() Then
        RunPython "next_finding"
    Else
        NextFinding
    End If
    Exit Sub
Failed:
    SayError Err.Description
End Sub

' Takes marks away; without xlwings there are none in the workbook, and only the list of the last audit is forgotten.
Public Sub ClearMarks()
    On Error GoTo Failed
    If HasXlwings() Then
        RunPython "clear_marks"
    Else
        ForgetReported
        Say TextOf("marks.forgotten")
    End If
    Exit Sub
Failed:
    SayError Err.Description
End Sub

Private Sub AuditCopy(ByVal book As Object)
    Dim list() As String, count As Long, status As String, message As String
    If Len(ProgramPath()) = 0 Then
        Say TextOf("none.program")
        Exit Sub
    End If
    count = CopyResults(book, "audit_workbook", "", list, status, message)
    If status = "passed" Or status = "needs_changes" Then KeepReported book, list, count
    Say message
    If count > 0 Then NextFinding
End Sub

Private Sub ExplainCopy(ByVal book As Object, ByVal sheetName As String, ByVal cell As String)
    Dim list() As String, status As String, message As String
    If Len(ProgramPath()) = 0 Then
        Say TextOf("none.program")
        Exit Sub
    End If
    CopyResults book, "explain_finding", " --sheet " & Quoted(sheetName) & " --cell " & cell, list, status, message
    If Len(message) > MOST_CHARACTERS Then message = Left(message, MOST_CHARACTERS) & vbLf & TextOf("explain.more")
    Say message
End Sub

' Runs the program on a copy of a workbook as it is now; returns how many lines it answers, which go to the list. Status and
' message are set.
Private Function CopyResults(ByVal book As Object, ByVal action As String, ByVal more As String, ByRef list() As String, _
        ByRef status As String, ByRef message As String) As Long
    Dim files As Object, folder As String, results As String, copied As String, code As Long, madeFile As String
    Set files = CreateObject("Scripting.FileSystemObject")
    folder = NewFolder(files)
    results = files.BuildPath(folder, "results.txt")
    copied = files.BuildPath(folder, CopyName(book.Name))
    book.SaveCopyAs copied
    code = RunProgram(action, "--workbook " & Quoted(copied) & more, results)
    CopyResults = 0
    If files.FileExists(results) Then
        CopyResults = ReadResults(results, list, status, message, madeFile)
    Else
        message = FilledText("program.silent", CStr(code), "", "")
    End If
    files.DeleteFolder folder, True
End Function

' Runs a job and returns its status; the message and the last file it made are set.
Private Function JobStatus(ByVal action As String, ByVal arguments As String, ByRef message As String, _
        ByRef madeFile As String) As String
    Dim files As Object, folder As String, results As String, list() As String, status As String, code As Long
    Set files = CreateObject("Scripting.FileSystemObject")
    folder = NewFolder(files)
    results = files.BuildPath(folder, "results.txt")
    code = RunProgram(action, arguments, results)
    If files.FileExists(results) Then
        ReadResults results, list, status, message, madeFile
    Else
        status = "failed"
        message = FilledText("program.silent", CStr(code), "", "")
    End If
    files.DeleteFolder folder, True
    JobStatus = status
End Function

' Runs the program hidden, waits for it and returns its exit code.
Private Function RunProgram(ByVal action As String, ByVal arguments As String, ByVal results As String) As Long
    Dim shell As Object, command As String, number As Long, description As String
    command = Quoted(ProgramPath()) & " excel " & action & " " & arguments & " --results " & Quoted(results)
    If LCase(Right(ProgramPath(), 4)) <> ".exe" Then command = "cmd.exe /s /c " & Quoted(command)
    Application.StatusBar = TextOf("program.busy")
    On Error GoTo Finished
    Set shell = CreateObject("WScript.Shell")

    ' Run puts the values of variables for their names, and %X% may be part of a folder's name.
    shell.Environment("PROCESS").Item("JIXIAO_PERCENT") = "%"
    RunProgram = shell.Run(Replace(command, "%", "%JIXIAO_PERCENT%"), HIDDEN_WINDOW, True)
Finished:
    number = Err.Number
    description = Err.Description
    Application.StatusBar = False
    If number <> 0 Then Err.Raise number, "jixiao", description
End Function

' Returns where the program is: where the offline package puts it, in a folder of PATH, beside this add-in or in the folder
' above; "" where it is not found. What is installed comes first: anybody may put a file beside a workbook.
Private Function ProgramPath() As String
    Dim files As Object, folders() As String, number As Long, program As Variant
    Set files = CreateObject("Scripting.FileSystemObject")
    ProgramPath = ""
    folders = Split(Environ("LOCALAPPDATA") & "\Programs\jixiao;" & Environ("PATH") & ";" & _
        ThisWorkbook.Path & ";" & files.GetParentFolderName(ThisWorkbook.Path), ";")
    For number = 0 To UBound(folders)
        For Each program In Array("jixiao.exe", "jixiao.bat")
            If Len(folders(number)) > 0 Then
                If files.FileExists(files.BuildPath(folders(number), CStr(program))) Then
                    ProgramPath = files.BuildPath(folders(number), CStr(program))
                    Exit Function
                End If
            End If
        Next
    Next
End Function

Private Function NewFolder(ByVal files As Object) As String
    Dim folder As String
    folder = files.BuildPath(files.GetSpecialFolder(TEMPORARY_FOLDER).Path, files.GetTempName())
    files.CreateFolder folder
    NewFolder = folder
End Function

' Returns a workbook's name for its copy: characters that cmd.exe takes for its own become _, one never saved gets a suffix.
Private Function CopyName(ByVal bookName As String) As String
    Dim made As String
    made = Replace(Replace(Replace(bookName, "%", "_"), "^", "_"), "&", "_")
    If InStr(made, ".") = 0 Then made = made & ".xlsx"
    CopyName = made
End Function

Private Function ChosenPath(ByVal kind As String, ByVal title As String) As String
    Dim picker As Object
    If kind = "--folder" Then
        Set picker = Application.FileDialog(FOLDER_PICKER)
    Else
        Set picker = Application.FileDialog(FILE_PICKER)
        picker.AllowMultiSelect = False
    End If
    picker.Title = title
    ChosenPath = ""
    If picker.Show = -1 Then ChosenPath = picker.SelectedItems(1)
End Function

Private Function HasXlwings() As Boolean
    Dim book As Object
    Set book = Nothing
    On Error Resume Next
    Set book = Workbooks(XLWINGS)
    HasXlwings = Not (book Is Nothing)
End Function

Private Sub RunPython(ByVal action As String)
    Application.Run XLWINGS & "!RunPython", "from toolkit.apps import excel; excel.main('" & action & "')"
End Sub

' A backslash before the closing quote (a drive's root) is doubled, or it would take the quote with it.
Private Function Quoted(ByVal text As String) As String
    If Right(text, 1) = "\" Then text = text & "\"
    Quoted = Chr(34) & text & Chr(34)
End Function
