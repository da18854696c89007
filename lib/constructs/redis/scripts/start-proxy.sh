#!/bin/sh
# The proxy resolves names itself, without the domains that the pod's resolver appends. The first one is the namespace's.
set -eu
NAMESPACE_DOMAIN=$(sed -n 's/^search  *\([^ ]*\).*/\1/p' /etc/resolv.conf)
export NAMESPACE_DOMAIN
exec haproxy -db -f "$CONFIG_FILE"
