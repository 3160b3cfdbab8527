# What both layers' Makefiles share. SAM calls them with ARTIFACTS_DIR; tests call them with other platforms:
#
#   make -C layers/deps build-DepsLayer ARTIFACTS_DIR=/tmp/deps PLATFORM=x86_64-manylinux_2_28
#
# Lambda's folder /opt is read-only: what is not compiled here is compiled at each cold start. The hash in a
# compiled file is not looked at again (unchecked-hash), for nobody edits a layer. Python 3.13 is needed for
# that and for nothing else; PYTHON313 names one, else it is looked for on the path and where pyenv keeps its
# versions (pyenv's own `python3.13` on the path may only say that no version is set). COMPILED= leaves it out.

PLATFORM       ?= aarch64-manylinux_2_28
PYTHON_VERSION ?= 3.13
UV             ?= uv
COMPILED       ?= yes
INSIDE         := $(ARTIFACTS_DIR)/python

ifeq ($(strip $(ARTIFACTS_DIR)),)
$(error This Makefile is called by `make build` at the top of the project, which says where to build)
endif

define compile
	@[ -n "$(COMPILED)" ] || exit 0; \
	found=""; for candidate in "$(PYTHON313)" python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do \
	  if [ -n "$$candidate" ] && "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then \
	    found=$$candidate; break; fi; done; \
	if [ -n "$$found" ]; then \
	  "$$found" -m compileall -q -j 1 --invalidation-mode unchecked-hash -s "$(INSIDE)" -p /opt/python "$(INSIDE)"; \
	else \
	  echo "No working python3.13 was found: the layer is not compiled, and starts more slowly. Name one with PYTHON313=." >&2; \
	fi
endef
