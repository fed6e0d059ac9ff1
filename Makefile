# run, test, check, bench, soak: the whole tooling. Each sets up what it needs in .venv.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501

.PHONY: run test test-slow soak fashion check bench pictures browser nginx clean

run: .venv/run
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: .venv/dev browser nginx
	$(BIN)/python -m tests.halves

test-slow: .venv/dev .venv/ray browser nginx fashion
	$(BIN)/python -m pytest -q -m slow

# Load and faults against the real app, 50 minutes in all; some: make soak SOAK='viewers steady --minutes 10'
soak: .venv/dev
	$(BIN)/python -m tests.soak $(SOAK)

# One slow test trains on the full Fashion-MNIST as Debian packs it; where that cannot be had, the test says so.
fashion:
	@test -d /usr/share/datasets/fashion-mnist || apt-get install -y -q dataset-fashion-mnist \
		|| echo "dataset-fashion-mnist is not installed: its test is skipped."

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev
	$(BIN)/python -m playground bench

pictures: .venv/dev browser
	$(BIN)/python -m tests.pictures

browser: .venv/dev
	$(BIN)/python -m tests.chromium

nginx: .venv/dev
	$(BIN)/python -m tests.nginx

# PyTorch comes first and from its own line: the pinned build is then there when other packages ask for torch.
.venv/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11 run"; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; apt-get install -y -q python3-venv && $(PYTHON) -m venv .venv; }
	$(BIN)/python -m pip install -q --disable-pip-version-check $$(grep '^torch==' requirements.txt)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	touch $@

.venv/ray: .venv/dev requirements-ray.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-ray.txt
	touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
