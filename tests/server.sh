#!/bin/bash
# server.sh - a throwaway PostgreSQL for tests, demo and bench: reached only by
# a socket, never run as root, gone when it is stopped or whoever started it is
#
# As a program: tests/server.sh [NAME=VALUE]... COMMAND [ARGUMENT]...
# starts a server with these settings, runs the command with PGHOST, PGPORT,
# PGUSER, PGDATABASE set, stops the server and ends with the command's status.
#
# As a library (bash): the functions below; the server is the one in the
# variable SERVER_DIR, so a subshell can have a second one.

# server_start [NAME=VALUE]... - start a server and export how to reach it
server_start() {
	local bin variable

	# what the caller's shell says about his own servers must not matter
	for variable in $(compgen -e PG); do
		unset "$variable"
	done
	bin=$(server_bin) || return
	# short: a socket's path has no more than 107 bytes
	SERVER_DIR=$(mktemp -d "${SERVER_ROOT:-/tmp}/audit.XXXXXX") || return
	SERVER_BIN=$bin
	chmod 755 "$SERVER_DIR"
	if [ "$(id -u)" = 0 ]; then
		chown "$(server_user)" "$SERVER_DIR"
	fi
	export SERVER_DIR SERVER_BIN
	export PGHOST=$SERVER_DIR PGPORT=5432 PGUSER=postgres
	export PGDATABASE=postgres
	server_watch
	server_make "$@" && server_run pg_ctl start && return
	cat "$SERVER_DIR"/*log >&2
	server_stop
	return 1
}

# server_memory - have servers keep their files in memory, where there is plenty:
# a disk takes ten times as long to make a database. Not where speed is measured.
server_memory() {
	local gb=$((1024 * 1024)) room

	room=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
	if [ -w /dev/shm ] && [ "${room:-0}" -gt $((8 * gb)) ] &&
	    [ "$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)" \
		-gt $((8 * gb)) ]; then
		export SERVER_ROOT=/dev/shm
	fi
}

# server_stop - stop it, if it still runs, and remove every trace
server_stop() {
	[ -n "${SERVER_DIR-}" ] || return 0
	server_run pg_ctl -m immediate stop 2>/dev/null
	rm -rf "$SERVER_DIR"
	if [ -n "${SERVER_WATCH-}" ]; then
		kill "$SERVER_WATCH" 2>/dev/null
	fi
	unset SERVER_DIR SERVER_BIN SERVER_WATCH
}

# server_crash - what a power failure does; server_restart - and up again
server_crash() {
	server_run pg_ctl -m immediate stop
}

server_restart() {
	server_run pg_ctl -m fast restart
}

# server_keep - leave it running when this shell ends
server_keep() {
	kill "$SERVER_WATCH" 2>/dev/null
	unset SERVER_WATCH
}

# server_run pg_ctl ARGUMENT... - as the server's user; prints go to a log
server_run() {
	local program=$1

	shift
	server_as "$SERVER_BIN/$program" -s -w -t 60 -D "$SERVER_DIR/data" \
		-l "$SERVER_DIR/log" "$@" >>"$SERVER_DIR/start.log" 2>&1 \
		</dev/null 3>&- 4>&-
}

server_make() {
	local setting data=$SERVER_DIR/data

	if [ -n "${SERVER_TEMPLATE-}" ]; then
		server_as cp -r "$SERVER_TEMPLATE" "$data" || return
		chmod 700 "$data"
		unset SERVER_TEMPLATE
	else
		server_init "$data" >"$SERVER_DIR/start.log" 2>&1 || return
	fi
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$SERVER_DIR'"
		echo "fsync = off"
		if [ -n "${ENGINE-}" ]; then
			server_module
			# Nothing is at work in a test but what it starts: an
			# ANALYZE would keep back seals, change what is counted
			# and how large things are, at its own times.
			echo 'autovacuum = off'
		fi
		for setting; do
			echo "${setting%%=*} = '${setting#*=}'"
		done
	} | server_as tee -a "$data/postgresql.conf" >/dev/null
}

server_init() {
	server_as "$SERVER_BIN/initdb" -D "$1" -U postgres -A trust -N \
		-E UTF8 --locale=C.UTF-8
}

# server_template DIRECTORY - makes in it what the next server is copied from;
# one that is started beside that is another system to PostgreSQL
server_template() {
	local SERVER_BIN

	SERVER_BIN=$(server_bin) && mkdir "$1" && chmod 755 "$1" || return
	if [ "$(id -u)" = 0 ]; then
		chown "$(server_user)" "$1"
	fi
	server_init "$1/data" >"$1/log" 2>&1 || return
	export SERVER_TEMPLATE=$1/data
}

# server_module - the native module, $MODULE, is in the server's own directory,
# since its user may not enter ours. With the portable engine the server finds
# one that it cannot load, whatever is installed.
server_module() {
	install -D -m 755 -t "$SERVER_DIR/native" "$MODULE"
	install -D -m 755 /dev/null "$SERVER_DIR/portable/audit_capture.so"
	echo "dynamic_library_path = '$SERVER_DIR/$ENGINE:\$libdir'"
}

# Whatever ends this shell, kill -9 included, the server must not stay.
server_watch() {
	local owner=$$

	(
		trap '' INT HUP
		trap 'kill "$nap"; exit' TERM
		while kill -0 "$owner" 2>/dev/null; do
			sleep 1 &
			nap=$!
			wait "$nap"
		done
		unset SERVER_WATCH
		server_stop
	) </dev/null >/dev/null 2>&1 3>&- 4>&- &
	SERVER_WATCH=$!
}

server_as() {
	if [ "$(id -u)" = 0 ]; then
		# a directory that this user may enter
		(cd / && exec setpriv --reuid "$(server_user)" \
			--regid "$(id -g "$(server_user)")" --clear-groups "$@")
	else
		"$@"
	fi
}

server_user() {
	id -un postgres 2>/dev/null || echo nobody
}

# the directory with initdb and postgres: pg_config's, else the newest
server_bin() {
	local dir

	for dir in "$(pg_config --bindir 2>/dev/null)" \
		$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
		if [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ]; then
			echo "$dir"
			return
		fi
	done
	echo "server.sh: no PostgreSQL server is installed" >&2
	return 1
}

server_main() {
	local settings=()

	while [[ ${1-} == [a-z_.]*=* ]]; do
		settings+=("$1")
		shift
	done
	if [ $# = 0 ]; then
		echo "usage: server.sh [NAME=VALUE]... COMMAND..." >&2
		return 2
	fi
	trap server_stop EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	server_start "${settings[@]}" || return 3
	"$@"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	server_main "$@"
fi
