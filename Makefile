# Two commands: `make demo` to try it, `make check` for everything CI does. The rest are their parts.
# Needs python >= 3.11 and nothing else; what is missing is installed (apt, as root) or named in one line.

HOST ?= 127.0.0.1
PORT ?= 8000
TESTS ?= tests
UV := .venv/bin/uv
# --inexact leaves what a developer added with another group (bench, node) where it is.
SYNC := UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --inexact --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo check needs static format formatted lint types imports test bench weights meanings second-look

help:
	@echo "make demo   装好并打开示例大厅：http://$(HOST):$(PORT)/try（HOST=… PORT=… 可改）"
	@echo "make check  格式、静态检查、类型、分层、全部测试（CI 跑的就是它）"
	@echo "另有：make setup format lint types imports test bench；make test TESTS=tests/kit 只跑一部分"
	@echo "make weights   重算检索的权重（knowledge/data/weights.toml）；make meanings 重做词义表，make second-look 重算语言模型的权重"

setup: .venv/.synced node_modules/.package-lock.json

.venv/.uv: pyproject.toml tools/prepare.sh
	@sh tools/prepare.sh
	@touch $@

.venv/.synced: .venv/.uv pyproject.toml uv.lock
	@echo "正在按 uv.lock 安装……"
	@$(SYNC)
	@touch $@

node_modules/.package-lock.json: .venv/.synced package.json package-lock.json
	@command -v npm >/dev/null || $(SYNC) --group node
	@PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $@

demo: setup
	@HOST=$(HOST) PORT=$(PORT) sh tools/demo.sh

check: setup needs
	@failed=; \
	$(MAKE) --no-print-directory -s -j2 -k -Otarget static || failed="静态检查（make static）"; \
	$(MAKE) --no-print-directory -s test || failed="$$failed 测试（make test）"; \
	if [ -n "$$failed" ]; then echo "✗ 没有通过：$$failed" >&2; exit 1; fi

needs:
	@sh tools/needs.sh

static: types imports formatted lint

format:
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only --quiet .

formatted:
	@.venv/bin/ruff format --check --quiet . || { .venv/bin/ruff format --check .; echo "→ make format 可以改好"; exit 1; }

lint:
	@.venv/bin/ruff check .

types:
	@.venv/bin/mypy

imports:
	@said=$$(.venv/bin/lint-imports) || { echo "$$said"; exit 1; }; echo "$$said" | tail -1

test:
	@.venv/bin/pytest -v $(TESTS)  # -v takes back the -q of pyproject.toml: CI reads the closing line

bench: setup
	@$(SYNC) --group bench
	@.venv/bin/python bench/callback.py
	@.venv/bin/python bench/retrieval.py
	@.venv/bin/python bench/seed.py
	@.venv/bin/python bench/live.py
	@.venv/bin/python bench/boards.py
	@.venv/bin/python bench/staff.py

weights: setup
	@.venv/bin/python tools/weights.py

meanings: setup
	@$(SYNC) --extra semantic
	@.venv/bin/python tools/meanings.py

second-look: setup
	@$(SYNC) --extra semantic
	@.venv/bin/python tools/second_look.py
