# At the Kink.  make course: learn.  make test: check everything.  Needs make, git and Python 3.11, 3.12 or 3.13.

PYTHON ?=
VENV ?= .venv
ARGS ?=
WORKERS ?= 2
UV ?= uv

PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
HASHED := $(INSTALL) --require-hashes --only-binary :all: --requirement
EDITABLE := $(INSTALL) --no-deps --no-build-isolation --editable .
# The first use of matplotlib lists the machine's fonts, which takes a while and says so; do it before any lesson.
WARM_UP := $(PY) -c "import matplotlib.font_manager"
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-annotate --custom-compile-command "make requirements" pyproject.toml
ROOT_FLAG := $(shell test "$$(id -u)" != 0 || echo --allow-root)

# An environment notes its folder: in a copy or after a move the course is installed again.
ifneq ($(shell cat "$(VENV)/.folder" 2>/dev/null),$(CURDIR))
  $(shell rm -f "$(VENV)/.course" "$(VENV)/.test")
endif

.PHONY: help course test static notebooks frameworks requirements clean

help:
	@echo "make course        open the course in JupyterLab (ARGS=--no-browser prints its address only)"
	@echo "make test          run every check: style, types, tests, notebooks, browser (ARGS=-x: options of pytest)"
	@echo "make static        only style, types and the order of imports"
	@echo "make notebooks     build the notebooks from lessons/ (ARGS='01 02': only these)"
	@echo "make frameworks    measure other libraries at the kink (ARGS='jax torch': only these), in .frameworks/"
	@echo "make requirements  pin and hash the requirements anew; needs uv (ARGS=--upgrade: newer versions)"
	@echo "make clean         remove $(VENV), .frameworks and the caches"
	@echo "Choose a Python with PYTHON=python3.12, another folder with VENV=folder."

course: $(VENV)/.course
	@$(PY) -m jupyterlab --config=jupyter_lab_config.py $(ROOT_FLAG) $(ARGS)

test: $(VENV)/.test
	@$(WARM_UP)
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m tools.build_notebooks --check
	$(PY) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder \
	  --nbval --nbval-current-env --nbval-cell-timeout=60 tests course_lib tools notebooks $(ARGS)

static: $(VENV)/.test
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -q tests/test_import_order.py

notebooks: $(VENV)/.test
	@$(WARM_UP)
	$(PY) -m tools.build_notebooks $(ARGS)

frameworks: $(VENV)/.course
	@$(PY) -m tools.measure_frameworks $(ARGS)

requirements:
	$(COMPILE) $(ARGS) --extra editable --output-file requirements.txt
	$(COMPILE) $(ARGS) --extra editable --extra test --constraint requirements.txt --output-file requirements-test.txt

clean:
	rm -rf "$(VENV)" .frameworks .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	  if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	    >/dev/null 2>&1; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "No fitting Python found (looked for: $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python))." >&2; \
	  echo "The course needs Python 3.11, 3.12 or 3.13 with its venv module (Debian, Ubuntu: python3-venv)." >&2; \
	  echo "Name one that is not on the path with: make course PYTHON=/where/it/is/python3.12" >&2; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv "$(VENV)"

$(VENV)/.course: requirements.txt pyproject.toml | $(PY)
	@echo "Installing the course's pinned requirements (a minute or two, once)"
	@$(HASHED) requirements.txt
	@$(EDITABLE)
	@$(WARM_UP)
	@printf '%s' "$(CURDIR)" > "$(VENV)/.folder"
	@touch "$@"

$(VENV)/.test: requirements.txt requirements-test.txt pyproject.toml | $(PY)
	@echo "Installing the pinned requirements and test tools (a minute or two, once)"
	@$(HASHED) requirements-test.txt
	@$(EDITABLE)
	@printf '%s' "$(CURDIR)" > "$(VENV)/.folder"
	@touch "$(VENV)/.course" "$@"
