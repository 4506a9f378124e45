#!/bin/sh
# Removes what install.sh put there; what the user made stays. Works from the installed folder and from the package.
set -eu
data=${XDG_DATA_HOME:-$HOME/.local/share}
prefix=${JIXIAO_PREFIX:-$data/jixiao}
bin=${JIXIAO_BIN:-$HOME/.local/bin}

if [ ! -e "$prefix/卸载.sh" ]; then
  printf '没有可卸载的：%s 里没有绩效工具。\n' "$prefix" >&2
  exit 1
fi
cd /
[ "$(readlink "$bin/jixiao" 2>/dev/null || true)" != "$prefix/venv/bin/jixiao" ] || rm -f "$bin/jixiao"
rm -f "$data/applications/jixiao.desktop"
rm -rf "$prefix"
printf '绩效工具已经卸载。申报表和审核结果没有动。\n'
