# Packs a module and validates the bundle. Copy it beside a Makefile, and there:
#
#   RAMP_MODULE = mymodule.so
#   RAMP_TARGETS = 7.22 8.2
#   include ramp.mk
#
# Then `make ramp-validate` does what there is to do.

RAMP ?= ramp
RAMP_MODULE ?= mymodule.so
RAMP_MANIFEST ?= ramp.yml
RAMP_BUNDLE ?= $(RAMP_MODULE:.so=.zip)
# Without one, what ramp.toml says.
RAMP_TARGETS ?=

.PHONY: ramp-check ramp-pack ramp-validate

ramp-check:
	$(RAMP) check $(RAMP_MANIFEST) --fail-on warning

ramp-pack: $(RAMP_BUNDLE)

$(RAMP_BUNDLE): $(RAMP_MODULE) $(RAMP_MANIFEST)
	$(RAMP) pack $(RAMP_MODULE) --manifest $(RAMP_MANIFEST) --output $@

ramp-validate: ramp-check $(RAMP_BUNDLE)
	$(RAMP) validate $(RAMP_BUNDLE) $(RAMP_TARGETS:%=--target %)
