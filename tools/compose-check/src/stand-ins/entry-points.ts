/**
 * Entry points of the stand-in images, written anew: only what docker-compose.yml relies on of the official images'
 * documented behaviour (docs/compose.md has the table).
 */
export const postgresEntryPoint = `#!/bin/bash
set -e
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"; chmod 0700 "$PGDATA"
  password="$(cat "$POSTGRES_PASSWORD_FILE")"
  eval initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\\n' "$password") $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  PGPASSWORD="$password" psql -U "$POSTGRES_USER" -d postgres -c "CREATE DATABASE \\"$POSTGRES_DB\\"" 
  pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec "$@"
`;

export const plainEntryPoint = `#!/bin/sh
exec "$@"
`;

export const haproxyEntryPoint = `#!/bin/sh
set -e
[ "$1" = haproxy ] && shift && set -- haproxy -W -db "$@"
exec "$@"
`;

/** Copies the signatures that lie in the image, as the real one would download them, and stays. */
export const freshclam = `#!/bin/sh
cp /usr/share/sluice-daily.cud /var/lib/clamav/.new && mv /var/lib/clamav/.new /var/lib/clamav/daily.cud
echo 'daily.cud updated (stand-in)'
trap 'exit 0' TERM INT
while :; do sleep 3600 & wait $!; done
`;
