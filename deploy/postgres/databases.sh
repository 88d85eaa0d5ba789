#!/bin/bash
# One role and one database for every service; a role can connect to its own database and to nothing else.
#
# Run before every start, on whatever is there: a service that is new gets its database, a password that was
# changed in .env takes effect. Each DATABASE_PASSWORD_<SERVICE> in the environment names a service.
set -euo pipefail

sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }

for variable in "${!DATABASE_PASSWORD_@}"; do
  service=${variable#DATABASE_PASSWORD_}
  sql <<SQL
\set service '${service,,}'
\getenv password $variable
SELECT format('CREATE ROLE %I', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
ALTER ROLE :"service" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
  echo "${service,,}: its role and its database are there"
done
sql --command 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
