# setup_suite.bash - one server for all tests, and what every test may rely on

setup_suite() {
	local root

	root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
	# shellcheck source=server.sh
	. "$root/tests/server.sh"
	BUILD=$(cd "$root" && cd "${BUILD:-build}" && pwd)
	export ROOT=$root BUILD
	setup_engine
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

# With ENGINE=native trails that a superuser makes have that engine, else the
# portable one, and a test has to ask for the other.
setup_engine() {
	export ENGINE=${ENGINE:-portable} MODULE=$ROOT/build/native/audit_capture.so

	if [ ! -e "$MODULE" ]; then
		echo 'the native module is not built: make native' >&2
		return 1
	fi
	if [ "$ENGINE" = native ]; then
		export BATS_TEST_NAME_PREFIX='native: '
	fi
}

teardown_suite() {
	server_stop
}
