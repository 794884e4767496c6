#!/bin/sh
# The demo: secrets of its own, made once; an embedded database; a sample hall; the server.
set -eu

umask 077
mkdir -p var
[ -s var/demo.env ] || .venv/bin/python tools/demo_env.py >var/demo.env
set -a
. var/demo.env
BANGBAN_SERVER__HOST=$HOST
BANGBAN_SERVER__PORT=$PORT
set +a

.venv/bin/bangban migrate
.venv/bin/bangban sample
exec .venv/bin/bangban serve
