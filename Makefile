# mailprobe: the commands a person needs. `make help` lists them.

CARGO ?= cargo
# Where `make install` puts things; DESTDIR goes before all of it.
PREFIX ?= /usr/local
PLUGIN_DIR ?= $(PREFIX)/lib/nagios/plugins
MAN_DIR ?= $(PREFIX)/share/man/man1

probes := $(patsubst bin/%.rs,%,$(wildcard bin/*.rs))
# Other names of a probe, which take that name's defaults.
aliases := check_ssmtp:check_smtp check_simap:check_imap check_pop:check_pop3 check_spop:check_pop3 check_ssl_cert:check_cert

.PHONY: help build test demo bench lint fmt install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

build: ## the probes, in target/release
	@tests/lab/install.sh build
	$(CARGO) build --release --bins

test: ## install what the tests need (apt-get, as root), then run them all
	@tests/lab/install.sh
	$(CARGO) test --quiet --no-fail-fast

demo: ## build the probes and show each of them against scripted servers
	@tests/lab/install.sh build
	$(CARGO) build --quiet --bins
	$(CARGO) run --quiet --example sandbox -- demo

bench: ## what a check costs, beside the monitoring-plugins (RUNS=30)
	@tests/lab/install.sh
	$(CARGO) bench --quiet --profile dist --bench checks

lint: ## rustfmt and clippy, where the toolchain has them
	@! $(CARGO) fmt --version >/dev/null 2>&1 || { set -x; $(CARGO) fmt --check; }
	@! $(CARGO) clippy --version >/dev/null 2>&1 || { set -x; $(CARGO) clippy --quiet --all-targets -- -D warnings; }

fmt: ## format the sources
	$(CARGO) fmt

install: build ## put probes and manuals below PREFIX (/usr/local)
	install -d $(DESTDIR)$(PLUGIN_DIR)
	install -m 755 $(probes:%=target/release/%) $(DESTDIR)$(PLUGIN_DIR)
	@for pair in $(aliases); do \
		[ ! -e target/release/$${pair#*:} ] || ln -sf $${pair#*:} $(DESTDIR)$(PLUGIN_DIR)/$${pair%%:*}; \
	done
	@[ ! -d man ] || { install -d $(DESTDIR)$(MAN_DIR) && install -m 644 man/*.1 $(DESTDIR)$(MAN_DIR); }

clean: ## remove everything that was built
	$(CARGO) clean
