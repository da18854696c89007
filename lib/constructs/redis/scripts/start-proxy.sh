#!/bin/sh
# The proxy resolves names itself, without the domains that the pod's resolver appends. The first one is the namespace's.
set -eu
NAMESPACE_DOMAIN=$(sed -n 's/^search  *\([^ ]*\).*/\1/p' /etc/resolv.conf)
# `::` takes IPv4 as well, but a node whose kernel has no IPv6 has no such address.
LISTEN_ADDRESS='*'
if [ -e "$IPV6_FILE" ]; then LISTEN_ADDRESS='::'; fi
export NAMESPACE_DOMAIN LISTEN_ADDRESS
exec haproxy -db -f "$CONFIG_FILE"
