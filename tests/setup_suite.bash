# setup_suite.bash - one server for all tests, and what every test may rely on

setup_suite() {
	local root

	root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
	# shellcheck source=server.sh
	. "$root/tests/server.sh"
	BUILD=$(cd "$root" && cd "${BUILD:-build}" && pwd)
	export ROOT=$root BUILD
	export LC_ALL=C.UTF-8 TZ=UTC PSQLRC=/dev/null
	unset PAGER LESS NO_COLOR COLUMNS
	server_memory
	server_start wal_level=logical max_wal_senders=10 \
		max_replication_slots=10 max_prepared_transactions=20 \
		shared_buffers=64MB
	PYTHON=$(python3 -c 'import sys; print(sys.executable)')
	export PYTHON
	# Debian's wrapper of psql takes longer than our queries
	export PATH="$BUILD/bin:$SERVER_BIN:$PATH"
}

teardown_suite() {
	server_stop
}
