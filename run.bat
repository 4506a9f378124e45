@echo off
rem run.bat demo, run.bat test: the Windows twin of the Makefile. Makes .venv where there is none, installs the
rem project anew when setup.cfg has changed, then runs. This file is UTF-8; without chcp a Chinese console would show garbage.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
cd /d "%~dp0"

if "%~1"=="demo" goto find
if "%~1"=="test" goto find
echo 用法: run.bat demo 或 run.bat test
exit /b 2

:find
set "PY="
py -3 -c "import sys; sys.exit(sys.version_info < (3, 10))" >nul 2>nul && set "PY=py -3"
if defined PY goto install
python -c "import sys; sys.exit(sys.version_info < (3, 10))" >nul 2>nul && set "PY=python"
if defined PY goto install
echo 需要 Python 3.10 或更新版本: 请从 https://www.python.org/downloads/ 安装, 安装时勾选 Add python.exe to PATH
exit /b 1

:install
fc /b setup.cfg .venv\installed.cfg >nul 2>nul && goto %~1
echo 正在准备 .venv, 首次需要下载依赖, 约一分钟
.venv\Scripts\python.exe -m pip --version >nul 2>nul || %PY% -m venv --clear .venv
.venv\Scripts\python.exe -m pip install --quiet --disable-pip-version-check --editable .[dev]
if errorlevel 1 goto failed
if exist .git git config --local diff.jixiao-form.textconv ".venv/Scripts/jixiao form show" >nul 2>nul
copy /y setup.cfg .venv\installed.cfg >nul
goto %~1

:failed
echo 依赖没有装好: 请看上面的原因. 不能上网时, 用环境变量 PIP_INDEX_URL 或 PIP_FIND_LINKS 指定软件源
exit /b 1

:demo
.venv\Scripts\python.exe -m toolkit demo
exit /b %errorlevel%

:test
.venv\Scripts\python.exe -m pytest -n auto --dist loadfile --no-loadscope-reorder
exit /b %errorlevel%
