# Hall kiosk. `make` alone lists what can be done.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FONTS  := build/fonts
ROUNDS  ?= 100
JOBS    ?= 2
KIOSKS  ?= 1000
ROWS    ?= 50
WORKERS ?= 2
SECONDS ?= 600
VISITS  ?= 2000
# Of the package prometheus only promtool is wanted: a masked unit is not started. `systemctl unmask prometheus` undoes it.
UNIT   := /etc/systemd/system/prometheus.service
SUDO   := $(if $(filter 0,$(shell id -u)),,sudo)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: demo
demo: setup ## play one whole visit over the simulated hall, by real touches; results in demo-output/
	$(BIN)/python -m simulator demo

.PHONY: run
run: setup ## open the kiosk and the simulated hall for a person, with the bench page
	$(BIN)/python -m simulator run

.PHONY: test
test: setup ## all tests, over the simulated hall
	$(BIN)/pytest -n 3 --dist worksteal

.PHONY: check
check: setup ## style, types and architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	systemd/check

.PHONY: bench
bench: setup ## measurements, as JSON in build/bench.json
	mkdir -p build
	$(BIN)/pytest -o addopts= tests/bench --benchmark-json=build/bench.json -q

.PHONY: touches
touches: setup ## play every matter by real touches; count them, and the seconds: docs/touches.md
	$(BIN)/python -m tests.touches

.PHONY: fleet
fleet: setup ## KIOSKS=1000 with ROWS=50 each come back after an outage, WORKERS=2; figures in build/fleet.json
	mkdir -p build
	$(BIN)/python -m tests.fleet --kiosks $(KIOSKS) --rows $(ROWS) --workers $(WORKERS)

.PHONY: crash
crash: setup ## kill kiosks in ROUNDS=100 and at every write, JOBS=2; SEED=n or AT='pwrite64 9' repeats one; build/crash.json
	$(BIN)/python -m tests.crash --rounds $(ROUNDS) --jobs $(JOBS) $(if $(SEED),--seed $(SEED)) $(if $(AT),--at '$(AT)')

.PHONY: soak
soak: setup ## VISITS=2000 at one kiosk while its devices come and go, for hours; SEED=n; build/soak.json
	$(BIN)/python -m tests.soak --visits $(VISITS) $(if $(SEED),--seed $(SEED))

.PHONY: fuzz
fuzz: setup ## made-up bytes from every device and the gateway, SECONDS=600 for each entry; TARGET=name; build/fuzz.json
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(TARGET),--target $(TARGET))

.PHONY: gallery
gallery: setup ## draw every screen in every look, layout and language; open build/gallery/index.html
	xvfb-run -a -s "-screen 0 1920x1920x24" $(BIN)/kiosk gallery build/gallery

.PHONY: deb
deb: setup build/.builders ## build the Debian package: build/deb/hall-kiosk_VERSION_amd64.deb
	rm -rf build/deb && mkdir -p build/deb/source
	git ls-files | tar -c -T - | tar -x -C build/deb/source
	cp -r systemd/package/debian build/deb/source/debian
	$(BIN)/python systemd/package/pinned.py requirements.lock > build/deb/source/kiosk.lock
	cd build/deb/source && dpkg-buildpackage -b -us -uc --no-pre-clean

.PHONY: deb-test
deb-test: deb ## install the package in a fresh Debian tree, play a visit there, upgrade, remove, purge; needs root
	systemd/package/test

.PHONY: image
image: deb ## a bootable disk, read-only and in two copies, and the bundle for updates; UPDATE_KEYS=, VERSION=
	$(SUDO) systemd/image/build

.PHONY: boot-test
boot-test: setup build/.builders ## boot the disk of `make image` in qemu under software emulation as far as the start screen; picture in build/image/test
	PYTHONPATH=. $(BIN)/python systemd/image/boot_test.py start

.PHONY: update-test
update-test: image ## in qemu: an update that stays, one whose kiosk cannot start, one without a system; build/image/test
	$(SUDO) env ONLY_BUNDLE=1 VERSION=trial-good systemd/image/build
	$(SUDO) env ONLY_BUNDLE=1 VERSION=trial-bad SPOIL='rm -r "$$root/opt/hall-kiosk/lib/python3.11/site-packages/kivy"' systemd/image/build
	$(SUDO) env ONLY_BUNDLE=1 VERSION=trial-dead SPOIL='rm -rf "$$root"/opt "$$root"/usr/bin "$$root"/usr/lib/systemd/systemd' systemd/image/build
	PYTHONPATH=. $(BIN)/python systemd/image/boot_test.py dead build/image/hall-kiosk-trial-dead.raucb
	PYTHONPATH=. $(BIN)/python systemd/image/boot_test.py update $(addprefix build/image/hall-kiosk-,trial-good.raucb trial-bad.raucb)

.PHONY: pictures
pictures: demo test gallery ## draw the pictures of README, handbook and docs/design.md anew: from demo, visits, gallery
	$(BIN)/python docs/pictures/from_demo.py
	$(BIN)/python docs/pictures/from_gallery.py

.PHONY: contract
contract: setup ## write docs/gateway.yaml, docs/faults.md and docs/faults.zh-CN.md anew from the code
	$(BIN)/python -m simulator.gateway.contract > docs/gateway.yaml
	$(BIN)/python -m kiosk.cli faults > docs/faults.md
	$(BIN)/python -m kiosk.cli faults --language zh_CN > docs/faults.zh-CN.md

.PHONY: sbom
sbom: setup ## what it is made of: build/sbom.cdx.json (CycloneDX) and docs/licences.md, from the lock
	$(BIN)/python -m tests.security.materials build/sbom.cdx.json docs/licences.md

.PHONY: lock
lock: setup ## resolve the dependencies anew into requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --python-platform x86_64-manylinux_2_36 --all-extras \
		--generate-hashes --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock

.PHONY: setup
setup: $(VENV)/.ready $(FONTS)/.ready ## install what is needed: Debian packages, .venv, fonts

define demand_python
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	{ echo "Wanted is Python 3.11, and $(PYTHON) is none; name one that is: make PYTHON=python3.11 ..." >&2; exit 1; }
endef

# The Debian packages of the list $<, as far as they are missing.
define install_missing
@mkdir -p build
@missing=$$(for p in $$(grep -v '^#' $<); do \
	dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
case " $$(echo $$missing) " in *" prometheus "*) [ -e $(UNIT) ] || \
	{ $(SUDO) mkdir -p $(dir $(UNIT)) && $(SUDO) ln -sfn /dev/null $(UNIT); };; esac; \
if [ -n "$$missing" ]; then \
	$(SUDO) apt-get update -q && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
fi
@touch $@
endef

build/.debian: debian-packages.txt
	$(demand_python)
	$(install_missing)

build/.builders: systemd/package/builders.txt
	$(install_missing)

$(VENV)/.ready: build/.debian requirements.lock pyproject.toml
	$(demand_python)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(FONTS)/.ready: $(VENV)/.ready config/fonts.py
	$(BIN)/python -m config.fonts $(FONTS)
	@touch $@

.PHONY: clean
clean: ## remove what was built here
	rm -rf $(VENV) build demo-output run tests/output *.egg-info \
		.mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks .pytest_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
