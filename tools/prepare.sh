#!/bin/sh
# Makes .venv and puts uv in it, from any python >= 3.11; uv installs the rest.
set -eu

refuse() { echo "✗ $1" >&2; exit 1; }

may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt() {
    echo "正在安装 $*（apt）……"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=${PYTHON:-$(find_python)}
    [ -n "$python" ] || refuse "没有找到 Python 3.11 或更新的版本：请先安装（Debian 12：apt-get install python3-venv）"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then  # Debian keeps it in a package of its own
        may_apt || refuse "这个 Python 不能建虚拟环境：请先安装 python3-venv（sudo apt-get install python3-venv）"
        apt python3-venv
    fi
    "$python" -m venv --clear .venv
fi

wanted=$(sed -n 's/^setup = \["\(uv==[^"]*\)"\].*/\1/p' pyproject.toml)
[ -n "$wanted" ] || refuse "pyproject.toml 的 setup 组里没有写明 uv 的版本"
.venv/bin/python -m pip install --quiet --disable-pip-version-check "$wanted"
