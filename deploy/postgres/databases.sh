#!/bin/bash
# Creates a role and a database for each service; a role can connect to its own database only.
#
# Runs before every start and can be repeated: a new service gets its database, and a password changed in .env takes
# effect. Each variable DATABASE_PASSWORD_<SERVICE> names a service.
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
  echo "${service,,}: role and database are ready"
done
sql --command 'REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC'
