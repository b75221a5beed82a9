# audit-utils - "make" builds build/bin/audit-*; README.md says the rest

VERSION = 0.1.0
PREFIX = /usr/local
DESTDIR =
BUILD = build
FUZZ_SECONDS = 60
SOAK_MINUTES = 30
KILLS = 200
# of the server that the module is for, and where that is built; the tests
# load it from there
PG_CONFIG = pg_config
NATIVE = build/native
# the rules for user agents that are built in
REGEXES = /usr/share/uap-core/regexes.yaml

CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wformat=2 -Wvla
# asked at each use, because "make deps check" installs pkg-config first
CPPFLAGS = -Ilib -D_GNU_SOURCE -DAUDIT_VERSION='"$(VERSION)"' \
	$(shell pkg-config --cflags libpq libbsd-overlay smartcols \
	libpcre2-8 yaml-0.1 libzstd)
COMPILE = $(CC) -std=c11 $(WARNINGS) $(CPPFLAGS) $(CFLAGS)

# Debian's names; .ci/deps adds table_log and pgaudit for the installed PostgreSQL
PACKAGES = build-essential pkg-config libpq-dev libbsd-dev libsmartcols-dev \
	libssl-dev libpcre2-dev libyaml-dev libzstd-dev zstd uap-core openssl \
	libxlsxwriter-dev libminizip-dev unzip \
	postgresql postgresql-contrib postgresql-client \
	postgresql-server-dev-all \
	bats jq mandoc zsh fish python3 python3-psycopg2 time util-linux \
	chromium chromium-driver python3-selenium python3-openpyxl \
	clang clang-format clang-tidy libclang-rt-dev shellcheck \
	valgrind

tools = $(patsubst cmd/%.c,%,$(wildcard cmd/audit-*.c))
bins = $(tools:%=$(BUILD)/bin/%)
sources = $(filter-out lib/native/%, \
	$(wildcard cmd/*.c cmd/*/*.c lib/*.c lib/*/*.c tests/*.c))
module = $(wildcard lib/native/*.c)
objs = $(sources:%.c=$(BUILD)/%.o)
lib = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lib/*.c)) $(BUILD)/sql.o \
	$(BUILD)/uap.o
sql = $(sort $(wildcard lib/sql/*.sql lib/schema/*.sql))
fuzzers = $(wildcard tests/fuzz/*.c)
checks = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*.c))
scripts = $(sort $(wildcard tests/*.bash tests/*.bats) \
	$(shell grep -rlE '^#!/.*sh$$' .ci tests))

all: $(bins) $(checks)

# each tool links what its own job needs and no more
LIBS = -lbsd
$(BUILD)/bin/audit-rule: LIBS += -lpq -lsmartcols -lcrypto
$(BUILD)/bin/audit-log: LIBS += -lpq -lsmartcols -lzstd
$(BUILD)/bin/audit-history: LIBS += -lpq -lsmartcols
$(BUILD)/bin/audit-diff: LIBS += -lpq
$(BUILD)/bin/audit-export: LIBS += -lxlsxwriter -lminizip -lcrypto
$(BUILD)/bin/audit-ingest: LIBS += -lpq -lcrypto
$(BUILD)/bin/audit-watch: LIBS += -lcrypto
$(BUILD)/bin/audit-purge: LIBS += -lpq -lsmartcols -lcrypto -lzstd -lpcre2-8 -lyaml
$(BUILD)/bin/audit-seal: LIBS += -lpq -lsmartcols -lcrypto -lzstd
$(BUILD)/bin/audit-session: LIBS += -lpq -lsmartcols -lpcre2-8 -lyaml

# a tool is cmd/audit-x.c and, where it has grown, cmd/audit-x/*.c
.SECONDEXPANSION:
$(bins): $(BUILD)/bin/%: $(BUILD)/cmd/%.o \
    $$(addprefix $(BUILD)/,$$(addsuffix .o,$$(basename $$(wildcard cmd/$$*/*.c)))) \
    $(BUILD)/libaudit.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# what only tests run
$(BUILD)/tests/vectors: LIBS += -lcrypto
$(BUILD)/tests/archive: LIBS += -lpq -lcrypto -lzstd
$(BUILD)/tests/uap: LIBS += -lpcre2-8 -lyaml
$(BUILD)/tests/bare: LIBS += -lxlsxwriter
$(checks): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libaudit.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libaudit.a: $(lib)
	rm -f $@
	$(AR) rc $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# a script is longer than the strings that C11 guarantees
$(BUILD)/sql.o: $(BUILD)/sql.c lib/sql.h
	$(COMPILE) -Wno-overlength-strings -c -o $@ $<

# the directories too: a file that goes away changes nothing else
$(BUILD)/sql.c: $(sql) lib/embed.awk lib/sql lib/schema
	@mkdir -p $(@D)
	awk -v header=sql.h -v prefix=sql_ -f lib/embed.awk $(sql) >$@.tmp
	mv $@.tmp $@

# what a page brings along
assets = $(sort $(wildcard cmd/audit-export/page.css cmd/audit-export/page.js))
$(BUILD)/bin/audit-export: $(BUILD)/assets.o
$(BUILD)/assets.o: $(BUILD)/assets.c cmd/audit-export/asset.h
	$(COMPILE) -Icmd/audit-export -Wno-overlength-strings -c -o $@ $<

$(BUILD)/assets.c: $(assets) lib/embed.awk
	@mkdir -p $(@D)
	awk -v header=asset.h -v prefix=asset_ -f lib/embed.awk $(assets) >$@.tmp
	mv $@.tmp $@

# the rules for user agents, as a table
$(BUILD)/uap.o: $(BUILD)/uap.c lib/uap-rule.h lib/uap.h
	$(COMPILE) -Wno-overlength-strings -c -o $@ $<

$(BUILD)/uap.c: $(BUILD)/uap-embed $(REGEXES)
	$(BUILD)/uap-embed $(REGEXES) >$@.tmp
	mv $@.tmp $@

$(BUILD)/uap-embed: $(patsubst %,$(BUILD)/lib/%.o,uap/embed uap-read uap-need \
    items buf mem)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lbsd -lpcre2-8 -lyaml

-include $(objs:.o=.d)

# the server's module, with the server's flags and not ours
MODULE = $(MAKE) -C $(NATIVE) -f $(CURDIR)/lib/native/Makefile \
	PG_CONFIG='$(PG_CONFIG)' AUDIT_VERSION='$(VERSION)' \
	CFLAGS="$$($(PG_CONFIG) --cflags)"

native:
	@mkdir -p $(NATIVE)
	+$(MODULE)

install-native: native
	+$(MODULE) install

uninstall-native:
	@mkdir -p $(NATIVE)
	+$(MODULE) uninstall

deps:
	@.ci/deps $(PACKAGES)

ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(objs) $(BUILD)/sql.c $(REGEXES) native: | deps # also with -j
endif

check: all native
	BUILD=$(BUILD) tests/run

SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all
asan:
	ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=print_stacktrace=1 \
	ENGINES=portable $(MAKE) BUILD=build/asan CFLAGS='$(SANITIZE)' check

lint:
	$(MAKE) BUILD=build/lint CFLAGS='-O2 -Werror' all
	$(MAKE) NATIVE=build/lint/native NATIVE_CFLAGS=-Werror native
	clang-format --dry-run -Werror $(sources) $(module) $(fuzzers) \
	    $(wildcard lib/*.h lib/native/*.h cmd/*/*.h)
	clang-tidy --quiet $(sources) $(fuzzers) -- -std=c11 $(CPPFLAGS)
	clang-tidy --quiet $(module) -- -std=c11 -D_GNU_SOURCE \
	    -DAUDIT_VERSION='"$(VERSION)"' \
	    -isystem $$($(PG_CONFIG) --includedir-server)
	shellcheck $(scripts)
	shellcheck -s bash $(wildcard completions/bash/*)
	mandoc -T lint -W warning $(wildcard man/*.[1-9])

format:
	clang-format -i $(sources) $(module) $(fuzzers) \
	    $(wildcard lib/*.h lib/native/*.h cmd/*/*.h)

# what reads foreign bytes, for FUZZ_SECONDS each
fuzz: $(patsubst tests/fuzz/%.c,fuzz-%,$(fuzzers))

FUZZ = -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
fuzz-uap: LIBS += -lpcre2-8 -lyaml
# of a tool, what has no main
fuzz-export: PARTS = $(wildcard $(patsubst %,cmd/audit-export/%.c,cell column* csv \
	input ocsf* ecs cef* siem-* alert brief plain kept span view))
fuzz-ingest: PARTS = $(wildcard $(patsubst %,cmd/audit-ingest/%.c,record* log-time \
	told who* sessions* pgaudit mask interp login tell))
fuzz-watch: PARTS = $(filter-out %/run.c,$(wildcard cmd/audit-watch/*.c))
fuzz-%: tests/fuzz/%.c
	$(MAKE) BUILD=build/fuzz CC=clang CFLAGS='$(FUZZ)' \
	    build/fuzz/libaudit.a
	clang -std=c11 $(CPPFLAGS) $(FUZZ) -fsanitize=fuzzer -o build/fuzz/$* \
	    $< $(PARTS) build/fuzz/libaudit.a $(LIBS) -lcrypto
	mkdir -p build/fuzz/corpus-$*
	build/fuzz/$* -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
	    -artifact_prefix=build/fuzz/ build/fuzz/corpus-$* tests/fuzz/$*

# both engines of capture by chance, for FUZZ_SECONDS, from round SEED on
fuzz-native: all native
	PATH="$(abspath $(BUILD))/bin:$$PATH" ENGINE=native \
	MODULE=$(abspath $(NATIVE))/audit_capture.so tests/server.sh \
	    autovacuum=off tests/native-fuzz.py $(FUZZ_SECONDS) $(SEED)

bench: all native
	BUILD=$(BUILD) tests/bench/run

demo: all native
	tests/demo/run

# writers, crashes, DDL and a reader at once: what fails only now and then
soak: all native
	BUILD=$(BUILD) SOAK_MINUTES=$(SOAK_MINUTES) tests/soak/run

# audit-purge, audit-ingest and audit-seal ship, killed at so many random points
kill: all native
	PATH="$(abspath $(BUILD))/bin:$$PATH" tests/server.sh tests/kill.py $(KILLS)
	PATH="$(abspath $(BUILD))/bin:$$PATH" tests/server.sh \
	    tests/ingest-kill.py $(KILLS)
	PATH="$(abspath $(BUILD))/bin:$$PATH" tests/server.sh \
	    tests/ship-kill.py $(KILLS)

bindir = $(DESTDIR)$(PREFIX)/bin
share = $(DESTDIR)$(PREFIX)/share
bash = $(share)/bash-completion/completions
zsh = $(share)/zsh/site-functions
fish = $(share)/fish/vendor_completions.d
examples = $(share)/doc/audit-utils/examples
installed = $(tools:%=$(bindir)/%) \
	$(patsubst man/%.1,$(share)/man/man1/%.1,$(wildcard man/*.1)) \
	$(patsubst man/%.7,$(share)/man/man7/%.7,$(wildcard man/*.7)) \
	$(patsubst man/examples/%,$(examples)/%,$(wildcard man/examples/*)) \
	$(patsubst completions/bash/%,$(bash)/%,$(wildcard completions/bash/*)) \
	$(patsubst completions/zsh/%,$(zsh)/%,$(wildcard completions/zsh/*)) \
	$(patsubst completions/fish/%,$(fish)/%,$(wildcard completions/fish/*))

install: $(installed)

$(bindir)/%: $(BUILD)/bin/% FORCE
	install -D -m 755 $< $@
$(share)/man/man1/%: man/% FORCE
	install -D -m 644 $< $@
$(share)/man/man7/%: man/% FORCE
	install -D -m 644 $< $@
$(examples)/%: man/examples/% FORCE
	install -D -m 644 $< $@
$(bash)/%: completions/bash/% FORCE
	install -D -m 644 $< $@
$(zsh)/%: completions/zsh/% FORCE
	install -D -m 644 $< $@
$(fish)/%: completions/fish/% FORCE
	install -D -m 644 $< $@

FORCE:

uninstall:
	rm -f $(installed)

clean:
	rm -rf build $(BUILD) $(NATIVE)

.PHONY: all asan bench check clean demo deps format fuzz fuzz-native install \
	install-native kill lint native soak uninstall uninstall-native
