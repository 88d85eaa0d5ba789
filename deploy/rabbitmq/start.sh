#!/bin/bash
# Writes users and permissions into a file that only the broker can read, then starts the broker.
#
# The broker loads the definitions at every start, so a password changed in .env takes effect at the next start.
# Password hashes have RabbitMQ's format: base64(salt + sha256(salt + password)).
set -euo pipefail

bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }

hashed() {
  local salt sum
  salt=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
  sum=$({ bytes "$salt"; printf '%s' "$1"; } | sha256sum | cut -d ' ' -f 1)
  bytes "$salt$sum" | base64 -w 0
}

umask 077
sed -e "s|{{contor}}|$(hashed "$AMQP_PASSWORD_CONTOR")|" -e "s|{{meter}}|$(hashed "$AMQP_PASSWORD_METER")|" \
  /etc/contor/definitions.json >/tmp/definitions.json
unset AMQP_PASSWORD_CONTOR AMQP_PASSWORD_METER
exec docker-entrypoint.sh rabbitmq-server
