@echo off
rem Removes what setup\setup.py put there. Run from the installed folder, it must remove itself: Python cannot delete the
rem python.exe that it runs in, so it answers 3 and the folder goes when Python has ended.
setlocal
chcp 65001 >nul
set "HERE=%~dp0"
if not exist "%HERE%python\python.exe" goto missing
"%HERE%python\python.exe" -X utf8 "%HERE%setup\setup.py" uninstall
set "CODE=%ERRORLEVEL%"
pause
if not "%CODE%"=="3" exit /b %CODE%

rem (goto) ends this file, so that cmd does not look for its next line when it is gone.
(goto) 2>nul & cd /d "%TEMP%" & rmdir /s /q "%HERE%"
exit /b 0

:missing
type "%HERE%setup\no-python.txt"
pause
exit /b 1
