#!/bin/sh
# Makes a key and a certificate for this pod, where no authority signs one. Services encrypt without verifying
# (sslmode=require), so no other pod needs to know it.
set -eu
# openssl writes a key that only its owner can read, and the server accepts no other.
openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 \
  -subj "/CN=$TLS_HOST" -addext "subjectAltName=DNS:$TLS_HOST" \
  -keyout "$TLS_DIRECTORY/server.key" -out "$TLS_DIRECTORY/server.crt"
