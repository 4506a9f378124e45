@echo off
rem Typed: the command line, as on any other system. A folder dropped on this file: checks it and opens the report.
rem Explorer quotes a path only for its blanks, so an & in it cuts the arguments short; the whole line is in CMDCMDLINE,
rem and toolkit.apps.dropped takes the arguments from there.
setlocal enableextensions disabledelayedexpansion
chcp 65001 >nul
set "HERE=%~dp0"
set "NAME=%~nx0"
setlocal enabledelayedexpansion
set "JIXIAO_COMMAND_LINE=!cmdcmdline!"
if not defined JIXIAO_COMMAND_LINE goto typed
set "PLAIN=!JIXIAO_COMMAND_LINE:"=!"
if "!PLAIN:/c =!"=="!PLAIN!" goto typed
if "!PLAIN:%NAME%=!"=="!PLAIN!" goto typed
"!HERE!python\python.exe" -X utf8 -m toolkit.apps.dropped

rem Not exit /b: what stands behind the & would be run as a command.
exit !ERRORLEVEL!

:typed
endlocal
"%HERE%python\python.exe" -X utf8 -m toolkit.apps.dropped %*
exit /b %ERRORLEVEL%
