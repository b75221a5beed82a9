# pgaudit.bash - a server whose log tells of reads and logins: "load pgaudit"
# makes these functions known, and those of capture.bash. It runs PostgreSQL with
# pgaudit, the logging collector and jsonlog:
#
#	setup_file() { pgaudit_start; trail_database; sql 'create extension pgaudit'; }
#	teardown_file() { pgaudit_stop; }

load capture

# pgaudit_there - it is installed, for this server's version
pgaudit_there() {
	[ -e "$("$SERVER_BIN/pg_config" --pkglibdir)/pgaudit.so" ]
}

# pgaudit_start [NAME=VALUE]... - start the server, with these settings besides
# or instead, and set LOG_DIR. Its clients come by the socket, which asks
# log_password's roles for a password.
pgaudit_start() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_start shared_preload_libraries=pgaudit logging_collector=on \
		log_destination=jsonlog log_filename=postgresql-0001.log \
		log_rotation_age=0 log_rotation_size=0 log_connections=on \
		log_disconnections=on pgaudit.log=none pgaudit.log_rows=on \
		pgaudit.log_relation=on pgaudit.log_catalog=off \
		max_prepared_transactions=5 "$@" || return
	export LOG_DIR=$SERVER_DIR/data/log
}

pgaudit_stop() {
	# shellcheck source=server.sh
	. "$ROOT/tests/server.sh"
	server_stop
}

# log_settle - all that happened until now is in the log. Who disconnects is
# logged after psql has ended: log_gone waits for them first.
log_settle() {
	local mark

	mark="mark $BASHPID $RANDOM$RANDOM"
	sql "do \$\$ begin raise log '$mark'; end \$\$"
	await grep -rqF "$mark" "$LOG_DIR"
}

# log_gone - likewise, and no client is there any more but those that ingest
log_gone() {
	await only_ingesters
	log_settle
}

# clients - the processes that serve one, separated by commas. That one has gone
# is logged when pg_stat_activity has already forgotten it.
clients() {
	pgrep -d , -P "$(head -n 1 "$SERVER_DIR/data/postmaster.pid")" \
		-f '^postgres: .* \[local\]'
}

only_ingesters() {
	gives 0 "select count(*) from unnest('{$(clients)}'::int[]) c
		where c not in (select pid from pg_stat_activity
			where application_name = 'audit-ingest')"
}

# log_now - the file that the server writes now
log_now() {
	echo "$SERVER_DIR/data/$(sql "select pg_current_logfile(
		split_part(current_setting('log_destination'), ',', 1))")"
}

# log_rotate - the next file, which has another name: in the same second the
# server's own names would be the same
log_rotate() {
	local before number

	before=$(log_now)
	number=${before##*-}
	sql "alter system set log_filename = 'postgresql-$(printf '%04d' \
		$((10#${number%.*} + 1))).log'" 'select pg_reload_conf()' >/dev/null
	await log_moved "$before"
}

log_moved() {
	[ "$(log_now)" != "$1" ]
}

# log_hba LINE... - what pg_hba.conf says first from now on
log_hba() {
	local hba=$SERVER_DIR/data/pg_hba.conf

	[ -e "$hba.first" ] || cp "$hba" "$hba.first"
	{
		printf '%s\n' "$@"
		cat "$hba.first"
	} >"$hba.next"
	cat "$hba.next" >"$hba"
	sql 'select pg_reload_conf()' >/dev/null
	await gives "$(grep -c '^[a-z]' "$hba")" \
		'select count(*) from pg_hba_file_rules'
}
