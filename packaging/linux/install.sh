#!/bin/sh
# Installs for this user alone: no root, no network. JIXIAO_PREFIX, JIXIAO_BIN and JIXIAO_PYTHON name other places.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
prefix=${JIXIAO_PREFIX:-$data/jixiao}
bin=${JIXIAO_BIN:-$HOME/.local/bin}
pythons='@PYTHONS@'
machine='@MACHINE@'

fail() {
  printf '没有装成：%s\n' "$*" >&2
  exit 1
}

[ "$(uname -m)" = "$machine" ] || fail "这个安装包适用于 $machine，本机是 $(uname -m)。请换对应的安装包。"
damaged=$(cd "$here" && awk -F '\t' 'NF == 3 { print $1 "  " $3 }' 清单.txt | LC_ALL=C sha256sum --check --quiet 2>/dev/null) ||
  fail "安装包不完整，请重新解压或重新拷贝。有问题的文件：
$(printf '%s\n' "$damaged" | sed 's/: FAILED.*//')"

# A folder that is not ours is left alone.
for each in "$prefix" "$prefix.old"; do
  if [ -e "$each" ] && [ ! -e "$each/卸载.sh" ]; then
    fail "$each 已经存在，里面不是绩效工具。请把它改名或移走，或用 JIXIAO_PREFIX=别的文件夹 指定安装位置。"
  fi
done

suits() {
  version=$("$1" -c 'import sys, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || return 1
  case " $pythons " in *" $version "*) ;; *) return 1 ;; esac
}

python=
if [ ! -e "$here/python/python.tar.gz" ] || [ -n "${JIXIAO_PYTHON:-}" ]; then
  set -- "${JIXIAO_PYTHON:-python3}"
  [ -n "${JIXIAO_PYTHON:-}" ] || for each in $pythons; do set -- "$@" "python$each"; done
  for each in "$@"; do
    if suits "$each"; then
      python=$each
      break
    fi
  done
  [ -n "$python" ] || fail "需要 Python $pythons 之一，本机没有（麒麟 V10、统信 UOS 20 自带的是 3.7）。
请改用自带 Python 的安装包，或装好 Python 后用 JIXIAO_PYTHON=/路径/python3 再运行一次。"
fi

# The earlier installation comes back unless the new one is whole.
mkdir -p "$(dirname "$prefix")"
rm -rf "$prefix.old"
[ ! -e "$prefix" ] || mv "$prefix" "$prefix.old"
restore() {
  rm -rf "$prefix"
  [ ! -e "$prefix.old" ] || mv "$prefix.old" "$prefix"
}
trap restore EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$prefix"
cp "$here/卸载.sh" "$here/清单.txt" "$prefix/"
cp -R "$here/表样" "$prefix/"

if [ -z "$python" ]; then
  tar -xzf "$here/python/python.tar.gz" -C "$prefix"
  python=$prefix/python/bin/python3
fi
"$python" -m venv --without-pip "$prefix/venv" || fail "$python 建不成虚拟环境，请看上面的原因。"

# Debian's Python has no pip of its own; a wheel runs as it is.
pip=$(ls "$here"/wheels/pip-*.whl | head -n 1)
PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 "$prefix/venv/bin/python" "$pip/pip" \
  install --quiet --no-compile --no-index --find-links "$here/wheels" jixiao-toolkit==@VERSION@ || fail "程序没有装好，请看上面的原因。"
"$prefix/venv/bin/jixiao" --version >/dev/null || fail "程序装好了但运行不起来，请看上面的原因。"

# In a place of one's own choosing the users may not write, and Python would compile everything at each start.
[ -z "${JIXIAO_PREFIX:-}" ] || "$prefix/venv/bin/python" -m compileall -q "$prefix/venv/lib" >/dev/null || true

mkdir -p "$bin" "$data/applications"
ln -sfn "$prefix/venv/bin/jixiao" "$bin/jixiao"
escaped=$(printf '%s' "$prefix" | sed 's/[&|\]/\\&/g')
sed "s|@PREFIX@|$escaped|g" "$here/jixiao.desktop" >"$data/applications/jixiao.desktop"
trap - EXIT
rm -rf "$prefix.old"

printf '安装完成：%s\n程序在 %s，卸载用 %s/卸载.sh\n' "$("$prefix/venv/bin/jixiao" --version)" "$prefix" "$prefix"
case ":$PATH:" in
  *":$bin:"*) printf '试一试：jixiao demo\n' ;;
  *) printf '试一试：%s/jixiao demo（把 %s 加进 PATH 后，直接写 jixiao）\n' "$bin" "$bin" ;;
esac
