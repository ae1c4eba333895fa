#!/bin/sh
# `ramp`, of the Python package redis-ramp: the command `redis-ramp` beside this file, under its short name.
self=$0
if [ -h "$self" ]; then self=$(readlink -f "$self"); fi
case $self in */*) ;; *) self=./$self ;; esac
exec "${self%/*}/redis-ramp" "$@"
