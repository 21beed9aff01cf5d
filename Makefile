# mailprobe: the commands a person needs. `make help` lists them.

CARGO ?= cargo
# Where `make install` puts things; DESTDIR goes before all of it.
PREFIX ?= /usr/local
BINARIES ?= target/release
PLUGIN_DIR ?= $(PREFIX)/lib/nagios/plugins
MAN_DIR ?= $(PREFIX)/share/man
BASH_DIR ?= $(PREFIX)/share/bash-completion/completions
ZSH_DIR ?= $(PREFIX)/share/zsh/site-functions
FISH_DIR ?= $(PREFIX)/share/fish/vendor_completions.d
# The old names, as links: `make install ALIASES=yes`. They may belong to another package.
ALIASES ?= no

probes := $(patsubst bin/%.rs,%,$(wildcard bin/*.rs))
# Other names of a probe, which take that name's defaults.
aliases := check_ssmtp:check_smtp check_simap:check_imap check_tcp:check_imap check_pop:check_pop3 check_spop:check_pop3 check_rbl:check_blacklist check_ssl_cert:check_cert check_ssl_validity:check_cert

.PHONY: help build test demo bench fleet pages lint deny fmt install install-files deb static order clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

build: ## the probes, in target/release
	@tests/lab/install.sh build
	$(CARGO) build --release --bins

test: ## install what the tests need (apt-get, as root), then run them all
	@tests/lab/install.sh build
	@tests/lab/install.sh & installed=$$!; $(CARGO) test --quiet --no-run; compiled=$$?; wait $$installed && exit $$compiled
	@sync # what was built and installed goes to the disk before, not while, deadlines are measured
	$(CARGO) test --quiet --no-fail-fast

demo: ## build the probes and show each of them against scripted servers
	@tests/lab/install.sh build
	$(CARGO) build --quiet --bins
	$(CARGO) run --quiet --example sandbox -- demo

bench: ## what a check costs beside the known plugins, in Markdown (RUNS=30, PARTS=...)
	@tests/lab/install.sh >&2
	@packaging/cargo.sh system bench --quiet --profile dist --bench checks

fleet: ## 5000 checks by 32 callers at once, ours and theirs in turn (CHECKS=5000)
	@tests/lab/install.sh >&2
	@PARTS=fleet packaging/cargo.sh system bench --quiet --profile dist --bench checks

pages: ## make manuals and completions anew from the option tables and man/sections
	$(CARGO) build --quiet --bins
	PAGES=write $(CARGO) test --quiet --test people the_manuals_show
	PAGES=write $(CARGO) test --quiet --test pages manuals_and_completions

lint: ## rustfmt, clippy and shellcheck, where they are installed
	@! $(CARGO) fmt --version >/dev/null 2>&1 || { set -x; $(CARGO) fmt --check; }
	@! $(CARGO) clippy --version >/dev/null 2>&1 || { set -x; $(CARGO) clippy --quiet --all-targets -- -D warnings; }
	@! command -v shellcheck >/dev/null || { set -x; shellcheck -S warning .ci/run packaging/*.sh tests/lab/*.sh; }

deny: ## licences, sources and doubles of what is built in (installs cargo-deny where it is missing)
	@$(CARGO) deny --version >/dev/null 2>&1 || $(CARGO) install --quiet --locked --debug cargo-deny
	$(CARGO) deny --log-level error check -D warnings bans licenses sources

fmt: ## format the sources
	$(CARGO) fmt

install: build install-files ## put probes, manuals and completions below PREFIX (/usr/local); ALIASES=yes links the old names

# The same without building.
install-files:
	install -d $(DESTDIR)$(PLUGIN_DIR) $(DESTDIR)$(MAN_DIR)/man1 $(DESTDIR)$(MAN_DIR)/man7
	install -d $(DESTDIR)$(BASH_DIR) $(DESTDIR)$(ZSH_DIR) $(DESTDIR)$(FISH_DIR)
	install -d $(DESTDIR)$(PREFIX)/share/mailprobe
	install -m 644 integrations/report.schema.json $(DESTDIR)$(PREFIX)/share/mailprobe
	install -m 755 $(probes:%=$(BINARIES)/%) $(DESTDIR)$(PLUGIN_DIR)
	install -m 644 man/*.1 $(DESTDIR)$(MAN_DIR)/man1
	install -m 644 man/*.7 $(DESTDIR)$(MAN_DIR)/man7
	install -m 644 completions/bash/* $(DESTDIR)$(BASH_DIR)
	install -m 644 completions/zsh/* $(DESTDIR)$(ZSH_DIR)
	install -m 644 completions/fish/* $(DESTDIR)$(FISH_DIR)
	@[ "$(ALIASES)" != yes ] || for pair in $(aliases); do \
		ln -sf $${pair#*:} $(DESTDIR)$(PLUGIN_DIR)/$${pair%%:*}; \
	done

deb: ## a Debian package, in target/package
	@tests/lab/install.sh build
	packaging/cargo.sh system build --profile dist --bins
	packaging/deb.sh "$$(dirname target/*/dist/check_smtp)" target/package

order: ## list anew what a start runs through, for the linker to put it side by side
	@tests/lab/install.sh
	packaging/order.sh

static: ## probes of one file each, OpenSSL and the C library linked in, in target/static
	@tests/lab/install.sh build
	packaging/static.sh dist target/static

clean: ## remove everything that was built
	$(CARGO) clean
