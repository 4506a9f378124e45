@echo off
rem Installs for this user alone: no administrator, no network. All that is said in Chinese is said by setup\setup.py or
rem typed from a text file: cmd reads a batch file in the console's code page, so this one is ASCII.
setlocal
chcp 65001 >nul
set "HERE=%~dp0"
if exist "%HERE%python\python.exe" goto ready

rem A package built without Python: the archive from python.org lies beside this file.
set "ARCHIVE=%HERE%@ARCHIVE@"
if not exist "%ARCHIVE%" goto missing
certutil -hashfile "%ARCHIVE%" SHA256 | findstr /i /c:"@SHA256@" >nul
if errorlevel 1 goto missing
tar -xf "%ARCHIVE%" -C "%HERE%python" --exclude "*._pth"
if errorlevel 1 goto missing

:ready
"%HERE%python\python.exe" -X utf8 "%HERE%setup\setup.py" install
set "CODE=%ERRORLEVEL%"
pause
exit /b %CODE%

:missing
type "%HERE%setup\no-python.txt"
pause
exit /b 1
