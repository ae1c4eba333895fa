#!/bin/sh
# `ramp`, of the Python package redis-ramp: the command `redis-ramp` beside this file, under its short name.
self=$0
case $0 in
  /*) ;;
  */*) self=./$0 ;;
  ramp) [ -e ramp ] || self=$(command -v ramp) ;;
esac
if [ -h "$self" ]; then self=$(command -p readlink -f "$self") || exit; fi
case $self in /* | ./*) exec "${self%/*}/redis-ramp" "$@" ;; esac
echo 'ramp: call it by its path, such as ./ramp' >&2
exit 2
