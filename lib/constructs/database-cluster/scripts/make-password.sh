#!/bin/sh
# make-password.sh FILE: writes a random password, which the group of the volume can read.
set -eu
umask 027
od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$1"
