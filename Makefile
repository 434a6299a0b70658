# At the Kink.  make course: learn.  make test: check everything.  Needs make, git and Python 3.11, 3.12 or 3.13.

PYTHON ?=
VENV ?= .venv
ARGS ?=
WORKERS ?= 2
UV ?= uv
GOAL ?= test

PY := $(VENV)/bin/python
# The Pythons that may make the environment: the one named, else the one it was made with, else what is on the path.
PYTHONS := $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python)
CANDIDATES := $(if $(PYTHON),"$(PYTHON)","$(PY)" $(PYTHONS))
# The first use of matplotlib lists the machine's fonts, which takes a while and says so; do it before any lesson.
WARM_UP := "$(PY)" -c "import matplotlib.font_manager"
PYTEST := "$(PY)" -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=60
QUICK_LESSONS := $(wildcard notebooks/0[0-3]_*.ipynb)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-annotate --custom-compile-command "make requirements" pyproject.toml
ROOT_FLAG := $(shell test "$$(id -u)" != 0 || echo --allow-root)

# They name modules for another Python than the environment's.
unexport PYTHONPATH PYTHONHOME
# The names of folders may have letters that the locale does not have.
export PYTHONUTF8 := 1
# A user whom the machine does not know has no home, and Jupyter wants to know one: it need not exist.
HOME ?= /nonexistent
export HOME

.PHONY: help course test static notebooks frameworks requirements clean environment test-environment \
  test-notebooks test-quick test-matrix

help:
	@echo "make course          open the course in JupyterLab (ARGS=--no-browser prints its address only)"
	@echo "make test            run every check: style, types, tests, notebooks, browser (ARGS=-x: options of pytest)"
	@echo "make test-notebooks  only run the notebooks, and compare their outputs (ARGS='-k 02_': only these)"
	@echo "make test-quick      what needs no browser and takes minutes: style, types, tests but the slow ones, 3 lessons"
	@echo "make test-matrix     make test with each supported Python on this machine (GOAL=test-quick: that instead)"
	@echo "make static          only style, types and the order of imports"
	@echo "make notebooks       build the notebooks from lessons/ (ARGS='01 02': only these)"
	@echo "make frameworks      measure other libraries at the kink (ARGS='jax torch': only these), in .frameworks/"
	@echo "make requirements    pin and hash the requirements anew; needs uv (ARGS=--upgrade: newer versions)"
	@echo "make clean           remove $(VENV), .frameworks, .javascript and the caches"
	@echo "Choose a Python with PYTHON=python3.12, another folder with VENV=folder."

course: environment
	@"$(PY)" -m jupyterlab --config=jupyter_lab_config.py $(ROOT_FLAG) $(ARGS)

test: test-environment
	@$(WARM_UP)
	"$(PY)" -m ruff check .
	"$(PY)" -m mypy
	"$(PY)" -m tools.build_notebooks --check
	$(PYTEST) $(NBVAL) tests course_lib tools notebooks $(ARGS)

test-notebooks: test-environment
	@$(WARM_UP)
	$(PYTEST) $(NBVAL) notebooks $(ARGS)

test-quick: static
	@$(WARM_UP)
	$(PYTEST) -m "not slow" $(NBVAL) --ignore=tests/browser tests course_lib tools $(QUICK_LESSONS) $(ARGS)

# One environment for each: .venv-3.11 and so on.
test-matrix:
	@for version in $(filter-out $(EXCEPT),3.11 3.12 3.13); do \
	  for python in "python$$version" "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/"$$version".*/bin/python; do \
	    if "$$python" -c "import ensurepip, sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$$version')" \
	      >/dev/null 2>&1; then \
	      echo "== make $(GOAL) with $$("$$python" --version) =="; \
	      $(MAKE) $(GOAL) VENV=".venv-$$version" PYTHON="$$python" || exit 1; \
	      continue 2; \
	    fi; \
	  done; \
	  echo "== Python $$version is not on this machine: not checked with it =="; \
	done

static: test-environment
	"$(PY)" -m ruff check .
	"$(PY)" -m mypy
	"$(PY)" -m pytest -q tests/test_import_order.py

notebooks: test-environment
	@$(WARM_UP)
	"$(PY)" -m tools.build_notebooks $(ARGS)

frameworks: environment
	@"$(PY)" -m tools.measure_frameworks $(ARGS)

requirements:
	$(COMPILE) $(ARGS) --extra editable --output-file requirements.txt
	$(COMPILE) $(ARGS) --extra editable --extra test --constraint requirements.txt --output-file requirements-test.txt

clean:
	rm -rf "$(VENV)" .venv-3.11 .venv-3.12 .venv-3.13 .frameworks .javascript .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment test-environment:
	@for candidate in $(CANDIDATES); do \
	  if [ "$$candidate" = "$(PY)" ]; then needs=sys; else needs=ensurepip,venv; fi; \
	  if "$$candidate" -I -S -c "import $$needs, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" \
	    >/dev/null 2>&1; then \
	    exec "$$candidate" -I -S -X utf8 tools/environment.py $(if $(PYTHON),--this-python) $(if $(filter test%,$@),--test) \
	      "$(VENV)"; \
	  fi; \
	done; \
	echo "No fitting Python found (looked for: $(PYTHONS))." >&2; \
	echo "The course needs Python 3.11, 3.12 or 3.13 with its venv module (Debian, Ubuntu: python3-venv)." >&2; \
	echo "Name one that is not on the path with: make course PYTHON=/where/it/is/python3.12" >&2; \
	exit 1
