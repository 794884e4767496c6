#!/bin/sh
# What the tests need and Python cannot bring: a MariaDB server, a browser, a Chinese font.
set -eu

missing=
PATH="$PATH:/usr/sbin"
command -v mariadbd >/dev/null || missing="$missing mariadb-server"
command -v chromium >/dev/null || missing="$missing chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk fontconfig"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "正在安装测试要用的$missing（apt）……"
    apt-get update -qq
    # shellcheck disable=SC2086  # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "✗ 测试还需要：请先运行 sudo apt-get install$missing" >&2
    exit 1
fi
