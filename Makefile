# One command each: make demo | quick | test | coverage | check | docs | pictures | bench | drawings | roundtrips | forms | truth | judges | mutants | fuzz | faults | oldest | audit | lock | clean.
# Nothing is needed but Python and make.
# PYTHON=… names the Python to build .venv with; otherwise the first suitable one is taken.

ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11 python3.10
else
PYTHONS := "$(PYTHON)"
endif

# Compiled modules and read templates are kept, whatever the machine is told: without them every command begins from nothing.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.installed
# A process for each core; the tests of one file stay together, for they share what is slow to make.
PARALLEL := -n auto --dist loadfile --no-loadscope-reorder
DOCS := README.md CONTRIBUTING.md $(wildcard docs/*.md)

.PHONY: demo quick test coverage lint check docs pictures bench same drawings roundtrips forms selfchecks truth judges mutants fuzz faults oldest audit lock macros windows-package linux-package clean

demo: $(READY)
	@$(BIN)/python -m toolkit demo

# Before each commit: without LibreOffice and without what takes its time.
quick: $(READY) lint
	@$(BIN)/python -m pytest $(PARALLEL) -q -m "not office and not slow"

test: $(READY)
	@$(BIN)/python -m pytest $(PARALLEL)

# The same, with what of toolkit/ they reach; takes about twice as long.
coverage: $(READY)
	@$(BIN)/python -m pytest $(PARALLEL) --cov=toolkit --cov-branch --cov-report=term:skip-covered

lint: $(READY)
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --check --quiet .
	@$(BIN)/python -m mypy
	@$(BIN)/python -m cogapp --check -n UTF-8 $(DOCS)

check: lint test

# Writes the generated parts of the documents anew (`make check` only compares them).
docs: $(READY)
	$(BIN)/python -m cogapp -r -n UTF-8 $(DOCS)

# The pictures of README and the handbook, made anew from the examples by LibreOffice, poppler and Chromium.
pictures: $(READY)
	$(BIN)/python docs/_pictures.py

# The peers that are measured against are installed only here. Fails where a ratio falls short, and names it; writes docs/性能.md.
# For a part of it, or a trial that does not count: make bench BENCH='batch clerk', make bench BENCH='--scale 0.05'
BENCH ?= --docs --json .bench.json
bench: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@$(BIN)/python -m benchmarks $(or $(BENCH),--docs)

# Whether anything a user sees differs between a commit and the files here; SAME='--only check' for a part of it.
BASE ?= HEAD
same: $(READY)
	@$(BIN)/python -m benchmarks.same --base '$(BASE)' $(SAME)

# A thousand arrangements of the form, written by every program, read back and compared; needs LibreOffice.
# For less: make drawings DRAWINGS='--count 100 --writers openpyxl合并'
drawings: $(READY)
	@$(BIN)/python -m tests.drawings $(DRAWINGS)

# Forms nobody has seen, made up from a number: through the whole year, with mistakes, recalculated by LibreOffice. FORMS=100 for more.
FORMS ?= 40
forms: $(READY)
	@JIXIAO_FORMS=$(FORMS) $(BIN)/python -m pytest -q -n auto tests/forms/test_any_form.py

# Workbooks of each shipped form changed in all ways: 自检 recalculated by LibreOffice and `check` say the same. SELFCHECKS=50 for less.
SELFCHECKS ?= 200
selfchecks: $(READY)
	@JIXIAO_SELFCHECKS=$(SELFCHECKS) $(BIN)/python -m pytest -q -s tests/oracle/test_selfcheck_shipped.py

# How much the rules find and how often they are right, on indicators written apart from them; writes docs/规则的把握.md.
truth: $(READY)
	@$(BIN)/python -m tests.truth $(TRUTH)

# 200 declarations made up for every shipped form, written as workbook, Word and PDF, and read back; needs LibreOffice. For less:
# make roundtrips ROUNDTRIPS='--count 20 --ways 工作簿 Word'
roundtrips: $(READY)
	@$(BIN)/python -m tests.roundtrips $(ROUNDTRIPS)

# Damaged files and random formulas at every place where something of a stranger comes in; for less, or from another seed:
# make fuzz FUZZ='公式 工作簿 --count 200 --seed 7'
fuzz: $(READY)
	@$(BIN)/python -m tests.fuzz $(FUZZ)

# Kills, full disks, vanishing files and the like, over every command; for less: make faults FAULTS='--count 1 --commands check'
faults: $(READY)
	@$(BIN)/python -m tests.faults $(FAULTS)

# The tests without LibreOffice, with the oldest packages that setup.cfg allows.
oldest: $(READY)
	@$(BIN)/python packaging/oldest.py > .venv/oldest.txt
	@$(BIN)/python -m venv --clear .oldest
	@.oldest/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint .venv/oldest.txt
	@.oldest/bin/python -m pytest $(PARALLEL) -q -m "not office and not slow"

# Whether a known weakness is in what is shipped; pip-audit asks the registry.
audit: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	@$(BIN)/python -m pip freeze --exclude-editable > .venv/audit.txt
	@$(BIN)/python -m pip_audit --strict --disable-pip --no-deps --requirement .venv/audit.txt

# The engine, the rules and the self-check recalculated by LibreOffice, Gnumeric, IronCalc and formualizer; takes an hour.
# For less: make judges JUDGES='--workbooks 20'
judges: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[judges]'
	@$(BIN)/python -m tests.judges $(JUDGES)

# Whether the tests notice a wrong line: 400 mutants of one package, each judged by the tests that reach it; some minutes.
# For less, or another one: make mutants MUTANTS='values --count 50 --seed 2'; --near asks only the tests beside the package, which is quick.
MUTANTS ?= values
mutants: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	@$(BIN)/python -m tests.mutants $(MUTANTS)

# Writes packaging/lock.txt anew: the newest packages that setup.cfg allows, with the digest of every file that is shipped.
lock: $(READY)
	@$(BIN)/python packaging/lock.py

# The Excel add-in dist/绩效工具.xlam; see macros/README.md.
macros: $(READY)
	@$(BIN)/python -m macros.build

# For machines without internet; see docs/安装.md.
windows-package: macros
	@$(BIN)/python packaging/build.py windows

linux-package: $(READY)
	@$(BIN)/python packaging/build.py linux --machine x86_64
	@$(BIN)/python packaging/build.py linux --machine aarch64

# The stamp is written last, so that an installation cut short is taken up again.
$(READY): setup.cfg pyproject.toml
	@python=; found=; \
	for each in $(PYTHONS); do \
	  "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1 || continue; \
	  found=$${found:-$$each}; \
	  "$$each" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue; \
	  python=$$each; break; \
	done; \
	if [ -z "$$found" ]; then \
	  echo '需要 Python 3.10 或更新版本：请先安装（Debian、Ubuntu、UOS 上：sudo apt-get install python3 python3-venv），或用 make PYTHON=路径 指定。' >&2; exit 1; \
	fi; \
	if [ -z "$$python" ]; then \
	  echo "$$found 缺少 venv 模块：请先安装（Debian、Ubuntu、UOS 上：sudo apt-get install python3-venv），再运行一次 make。" >&2; exit 1; \
	fi; \
	echo '正在准备 .venv（首次需要下载依赖，约一分钟）……' >&2; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  "$$python" -m venv --clear .venv || { echo '.venv 没有建成：请看上面的原因（磁盘已满或当前文件夹不可写？）。' >&2; exit 1; }; \
	fi; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' || \
	  { echo '依赖没有装好：请看上面的原因；上次装到一半被打断的，先 make clean 再来；不能上网时，用环境变量 PIP_INDEX_URL 或 PIP_FIND_LINKS 指定软件源。' >&2; exit 1; }; \
	if [ -e .git ]; then git config --local diff.jixiao-form.textconv '$(BIN)/jixiao form show' 2>/dev/null || true; fi; \
	touch $(READY)

clean:
	rm -rf .venv .oldest .same build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
