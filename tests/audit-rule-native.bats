#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test has a shell of its own
# audit-rule - which engine does capture: init --capture, and what check and show
# say of it. What the engines record is asked in tests/native*.bats.

load rule

setup_file() {
	rule_template
	# trails here begin with the portable engine
	as postgres audit-rule init --capture portable
	audit-rule add sale customer
}

teardown_file() {
	rule_end
}

setup() {
	rule_database
	as postgres module_here
}

teardown() {
	touch "$BATS_TEST_TMPDIR/stop" # writers that a failed test has left
	rule_sessions_end
}

# installed - the module is among the server's own files
installed() {
	[ "$(root "select count(*) from pg_config, pg_ls_dir(setting) f
		where name = 'PKGLIBDIR' and f ~ '^audit_capture'")" != 0 ]
}

# other_module [COMMAND...] - the server finds a module that this command makes
# of ours; without one none
other_module() {
	local dir=$SERVER_DIR/other

	rm -rf "$dir"
	install -d -m 755 "$dir"
	if [ $# -gt 0 ]; then
		LC_ALL=C "$@" <"$MODULE" >"$dir/audit_capture.so"
		chmod 755 "$dir/audit_capture.so"
	elif installed; then
		skip 'the module is installed'
	fi
	root "alter database $PGDATABASE
		set dynamic_library_path = '$dir:\$libdir'"
}

native() {
	run -0 as postgres audit-rule init --capture native
	is "$output" ""
	is "$(engine)" native
}

engine() {
	sql "select audit.engine()"
}

# switches - the events that tell of another engine
switches() {
	sql "select role, old, new from audit.event
		where op = 'init' and new ? 'capture' order by id"
}

# paste - a superuser runs what was printed
paste() {
	sed 1d <<<"$stderr" | as postgres psql -qAtXv ON_ERROR_STOP=1
}

@test "a trail is made native, and portable again, and each is an event" {
	native
	sql "insert into sale values (1)"
	run -0 audit-rule init --capture portable
	is "$output" ""
	is "$(engine)" portable
	sql "insert into sale values (2)"
	is "$(switches)" 'postgres|{"capture": "portable"}|{"capture": "native"}
rule_dba|{"capture": "native"}|{"capture": "portable"}'
	is "$(ops sale)" "insert insert"
	is "$(sql "select to_regproc('audit.native_version')")" ""
	run -0 audit-rule check
	is "$output" ""
}

@test "to ask for the engine that is at work changes nothing" {
	for engine in portable native; do
		as postgres audit-rule init --capture "$engine"
		before=$(sql "select count(*) from audit.event" \
			"select oid, xmin from pg_proc
				where pronamespace = 'audit'::regnamespace order by oid")
		run -0 as postgres audit-rule init --capture "$engine"
		is "$output" ""
		run -0 audit-rule init --capture "$engine"
		is "$output" ""
		is "$(sql "select count(*) from audit.event" \
			"select oid, xmin from pg_proc
				where pronamespace = 'audit'::regnamespace order by oid")" "$before"
	done
}

@test "without --capture a trail keeps its engine" {
	run -0 as postgres audit-rule init
	is "$(engine)" portable
	native
	run -0 as postgres audit-rule init
	run -0 audit-rule init -v
	is "$(engine)" native
	is "$(switches | wc -l)" 1
}

@test "switching back installs what init installs" {
	def="select oid, proowner, proacl, pg_get_functiondef(oid) from pg_proc
		where oid = 'audit.capture()'::regprocedure"
	before=$(sql "$def")
	native
	is "$(sql "select oid, proowner, proacl from pg_proc
		where oid = 'audit.capture()'::regprocedure")" \
		"$(cut -d '|' -f 1-3 <<<"$before" | head -n 1)"
	audit-rule init --capture portable
	is "$(sql "$def")" "$before"
}

@test "a new trail of a superuser's is native where the server has the module" {
	export PGUSER=postgres
	new() {
		psql -qc "set client_min_messages = warning" \
			-c "drop schema audit cascade"
		run -0 audit-rule init "$@"
	}
	new
	is "$output" ""
	is "$(engine)" native
	run -0 audit-rule check
	new --capture portable
	is "$(engine)" portable
	other_module
	new
	is "$output" ""
	is "$(engine)" portable
	new -v
	[[ $output == *"capture: portable: the server has no audit_capture.so in $SERVER_DIR/other:"* ]]
	other_module tr a b
	new -v
	[[ $output == *"capture: portable: the server cannot load its module: "* ]]
	is "$(engine)" portable
	run -0 audit-rule check
	is "$output" ""
}

@test "a new trail of another role is portable" {
	root "drop schema audit cascade"
	run -0 audit-rule init
	is "$output" ""
	is "$(engine)" portable
	root "drop schema audit cascade"
	run -0 audit-rule init --capture auto -v
	[[ $output == *"capture: portable: this role is no superuser"* ]]
	is "$(engine)" portable
	run -0 audit-rule check
}

@test "auto makes a trail native where that can be, and keeps one that is" {
	audit-rule init --capture auto
	is "$(engine)" portable
	as postgres audit-rule init --capture auto
	is "$(engine)" native
	audit-rule init --capture auto
	is "$(engine)" native
	other_module
	audit-rule init --capture auto
	is "$(engine)" portable
	as postgres audit-rule init --capture auto
	is "$(engine)" portable
}

@test "who is no superuser gets what a superuser has to run" {
	root "alter default privileges grant execute on functions to rule_other"
	run -3 --separate-stderr audit-rule init --capture native
	is "$output" ""
	[[ ${stderr_lines[0]} == *"--capture native: only a superuser"*: ]]
	is "$(engine)" portable
	is "$(switches)" ""
	paste
	is "$(engine)" native
	is "$(switches)" 'postgres|{"capture": "portable"}|{"capture": "native"}'
	run -0 audit-rule check
	is "$output" ""
	is "$(sql "select distinct proowner::regrole from pg_proc
		where pronamespace = 'audit'::regnamespace")" rule_dba
	sql "insert into sale values (1)"
	is "$(ops sale)" insert
	root "alter default privileges revoke execute on functions from rule_other"
}

@test "a trail that is not there yet is not made where it cannot be native" {
	root "drop schema audit cascade"
	run -3 --separate-stderr audit-rule init --capture native
	[[ ${stderr_lines[0]} == *'after "audit-rule init --capture portable":' ]]
	is "$(sql "select count(*) from pg_namespace where nspname = 'audit'")" 0
	audit-rule init --capture portable
	paste
	is "$(engine)" native
	run -0 audit-rule check
}

@test "a module that is not there, not ours or of another version is refused" {
	refused() {
		run -3 --separate-stderr as postgres audit-rule init --capture native
		is "$output" ""
		[[ $stderr == "audit-rule: --capture native: "*"$1"* ]]
		is "$(engine)" portable
		is "$(switches)" ""
	}
	other_module
	refused "no audit_capture.so in $SERVER_DIR/other:$(root "select setting
		from pg_config where name = 'PKGLIBDIR'"): \"make install-native\""
	other_module tr a b
	refused "the server cannot load its module: "
	other_module sed 's/0[.]1[.]0/9.9.9/g'
	refused "the server's module audit_capture is of version 9.9.9, this tool of 0.1.0"
}

@test "what is no engine is refused before there is a connection" {
	PGHOST=/nonexistent run -2 --separate-stderr audit-rule init --capture c
	is "$output" ""
	is "$stderr" "audit-rule: --capture c: it is auto, native or portable"
}

@test "a switch waits for nobody who changes rules" {
	coproc other { psql -qAtX; }
	# shellcheck disable=SC2154 # the coprocess sets it
	session=$other_PID
	echo "begin; select audit.lock_rules(); select 'locked';" >&"${other[1]}"
	while read -ru "${other[0]}" line; do
		if [ "$line" = locked ]; then break; fi
	done
	run -3 as postgres audit-rule init --capture native
	[[ $output == *"another audit-rule is at work"* ]]
	echo "rollback;" >&"${other[1]}"
	await as postgres audit-rule init --capture native
	is "$(engine)" native
}

# at_work ENGINE LEVEL - a statement goes on while the engine becomes this one,
# and so does its transaction, of this isolation level. A trigger after ours holds
# it up at its first row.
at_work() {
	coproc other { psql -qAtX 2>&1; }
	session=$other_PID
	cat >&"${other[1]}" <<-END
		begin isolation level $2;
		insert into sale values (1), (2);
		select 'begun';
	END
	await_line begun
	coproc gate { psql -qAtX 2>&1; }
	# shellcheck disable=SC2154 # the coprocess sets it
	echo "select pg_advisory_lock(1); select 'closed';" >&"${gate[1]}"
	read -ru "${gate[0]}" _
	read -ru "${gate[0]}" line
	is "$line" closed
	cat >&"${other[1]}" <<-'END'
		update sale set note = 'x';
		insert into sale values (3), (4);
		delete from sale where id > 2;
		commit;
		select 'ended';
	END
	await gives 1 "select count(*) from pg_locks
		where locktype = 'advisory' and not granted"
	as postgres audit-rule init --capture "$1"
	is "$(engine)" "$1"
	echo "select pg_advisory_unlock(1); \\q" >&"${gate[1]}"
	await_line ended
	echo '\q' >&"${other[1]}"
	wait "$session"
	unset session
	is "$(ops sale)" \
		"insert insert update update insert insert delete delete"
	is "$(sql "select count(distinct txid) from audit.event
		where \"table\" = 'sale'")" 1
}

# await_line TEXT - from the other session, and nothing else but empty ones
await_line() {
	local line

	while read -t 30 -ru "${other[0]}" line; do
		if [ "$line" = "$1" ]; then return; fi
		is "$line" ""
	done
	echo "no line $1"
	return 1
}

gate() {
	as rule_shop sql "create function gate() returns trigger language plpgsql as \$\$
		begin
		  perform pg_advisory_lock_shared(1);
		  perform pg_advisory_unlock_shared(1);
		  return null;
		end \$\$" \
		"create trigger gate after update or insert on sale for each row
			execute function gate()"
}

@test "a statement that is at work when a trail becomes native goes on" {
	gate
	at_work native 'read committed'
}

@test "so does one whose transaction sees nothing of it" {
	gate
	at_work native 'repeatable read'
}

@test "a statement that is at work when a trail becomes portable goes on" {
	gate
	native
	at_work portable 'repeatable read'
}

@test "every row of writers that never stop is recorded, whatever the engine becomes" {
	local stop=$BATS_TEST_TMPDIR/stop failed=$BATS_TEST_TMPDIR/failed n

	sql "insert into customer values (1), (2)"
	for i in 1000000 2000000; do
		(for ((n = i; 1; n += 10)); do
			if [ -e "$stop" ]; then break; fi
			echo "insert into sale select $n + j from generate_series(1, 5) j;"
			echo "update sale set note = 'x' where id between $n and $n + 5;"
		done | psql -qAtXv ON_ERROR_STOP=1 || touch "$failed") &
	done
	for engine in native portable native portable; do
		before=$(sql "select count(*) from audit.event")
		await more_than "$before"
		as postgres audit-rule init --capture "$engine"
	done
	touch "$stop"
	wait
	[ ! -e "$failed" ]
	n=$(sql "select count(*) from sale")
	is "$(sql "select op, count(*), count(distinct key) from audit.event
		where \"table\" = 'sale' group by op order by op")" "insert|$n|$n
update|$n|$n"
}

# more_than N - so many events there are
more_than() {
	[ "$(sql "select count(*) from audit.event")" -gt $(($1 + 10)) ]
}

@test "show and check say which engine is at work" {
	audit-rule show sale | grep -q '"engine":"portable"'
	is "$(audit-rule check --summary)" \
		'{"covered":true,"holes":0,"notes":0,"capture":"portable"}'
	native
	audit-rule show sale | grep -q '"engine":"native"'
	audit-rule show -f table sale | grep -qE 'public.sale .* native *$'
	is "$(audit-rule check --summary)" \
		'{"covered":true,"holes":0,"notes":0,"capture":"native"}'
	is "$(audit-rule check --summary -f table)" \
		'holes: 0, notes: 0, capture: native'
	run -0 audit-rule check -v
	is "$output" "audit-rule: capture: native"
}

@test "plan says that its time is not the native engine's" {
	run -0 audit-rule plan sale
	[[ $output != *engine* ]]
	native
	audit-rule plan sale | jq -r '.notes[]' |
		grep -qx "the time is that of the portable engine: this trail's native one takes less"
}

@test "check says that writes fail where the module is gone, and the owner alone ends it" {
	native
	other_module
	run -1 sql "insert into sale values (1)"
	[[ $output == *"could not access file"* ]]
	run -1 audit-rule check
	is "$(jq -c '[.hole, .severity, .table, .fix]' <<<"$output")" \
		'["module_missing","hole",null,"audit-rule init --capture portable"]'
	[[ $output == *"every change of an audited table fails"*"could not access file"* ]]
	run -3 audit-rule init --capture native
	run -3 as postgres audit-rule init --capture native
	is "$(engine)" native
	run -0 audit-rule init --capture portable
	is "$output" ""
	sql "insert into sale values (1)"
	is "$(ops sale)" insert
	run -0 audit-rule check
	is "$output" ""
}

@test "check says that the module is of another version" {
	native
	other_module sed 's/0[.]1[.]0/9.9.9/g'
	run -1 audit-rule check
	is "$(jq -c '[.hole, .fix]' <<<"$output")" \
		'["module_version","audit-rule init --capture portable"]'
	[[ $output == *"is of version 9.9.9, this tool of 0.1.0"* ]]
	run -0 audit-rule init --capture portable
	run -0 audit-rule check
}

@test "a function that is not as one of the engines has it is a hole, and put right" {
	local body="begin perform audit.capture_change(tg_argv[0]::int, lower(tg_op), tg_relid, old, new); return null; end"

	cp "$MODULE" "$SERVER_DIR/native/other_capture.so"
	for change in \
		"create or replace function audit.capture() returns trigger
			language c as 'audit_capture', 'audit_capture'" \
		"create or replace function audit.capture() returns trigger
			language c as 'audit_capture', 'audit_native_version'" \
		"create or replace function audit.capture() returns trigger
			language c as 'other_capture', '$body'" \
		"create or replace function audit.capture() returns trigger
			language plpgsql as '$body'" \
		"alter function audit.capture() security definer" \
		"alter function audit.capture() set search_path = public" \
		"create or replace function audit.native_version() returns text
			language sql as 'select ''0.1.0'''" \
		"drop function audit.native_version()"; do
		native
		root "$change"
		run -1 audit-rule check
		grep -q '"function_altered"' <<<"$output"
		as postgres audit-rule init --capture native
		run -0 audit-rule check
		is "$(switches | tail -n 1 | grep -o '"found".*')" \
			'"found": ["altered"], "capture": "native"}'
		audit-rule init --capture portable
	done
	for change in "alter function audit.capture() reset search_path" \
		"create or replace function audit.capture() returns trigger
			language plpgsql as 'begin return null; end'"; do
		sql "$change"
		is "$(holes)" 'function_altered audit.capture()'
		audit-rule init --capture portable
		run -0 audit-rule check
	done
}

@test "nobody but the owner may call what the engines call, and an admin checks" {
	native
	for kind in app reader auditor operator ingester sealer purger admin; do
		audit-rule grant rule_other "$kind" >/dev/null
	done
	is "$(sql "select p.proname from pg_proc p
		where p.pronamespace = 'audit'::regnamespace
		and p.proname in ('capture', 'capture_change', 'capture_who',
			'native_version')
		and has_function_privilege('rule_other', p.oid, 'execute')")" ""
	run -0 as rule_other audit-rule check
	is "$output" ""
	run -3 as rule_other audit-rule init --capture portable
	is "$(engine)" native
	other_module
	run -1 as rule_other audit-rule check
	is "$(field hole <<<"$output")" module_missing
	for kind in app reader auditor operator ingester sealer purger admin; do
		audit-rule revoke rule_other "$kind" >/dev/null
	done
}

@test "event triggers have nothing against a switch" {
	as postgres audit-rule init --event-trigger --capture native
	as postgres audit-rule init --capture portable
	native
	as rule_shop sql "alter table sale add more int"
	sql "insert into sale(id, more) values (1, 2)"
	is "$(ops sale)" "ddl insert"
	run -0 audit-rule check
	is "$output" ""
}

@test "uninstall leaves nothing of the native engine, also without the module" {
	for missing in '' yes; do
		if [ -n "$missing" ]; then
			rule_database
			as postgres module_here
		fi
		native
		sql "insert into sale values (1)"
		if [ -n "$missing" ]; then other_module; fi
		run -0 audit-rule uninstall -y --drop-trail
		is "$output" ""
		is "$(sql "select count(*) from pg_namespace
			where nspname = 'audit'")" 0
		sql "insert into sale values (2)"
	done
}

@test "a dump of a native trail is restored as one where the module is" {
	local dump=$BATS_TEST_TMPDIR/dump copy=${PGDATABASE}2

	native
	sql "insert into sale values (1)"
	as postgres pg_dump -Fc "$PGDATABASE" >"$dump"
	as postgres psql -qd postgres -c "create database $copy owner rule_dba"
	PGDATABASE=$copy as postgres module_here
	as postgres pg_restore -d "$copy" "$dump"
	export PGDATABASE=$copy
	is "$(engine)" native
	sql "insert into sale values (2)"
	is "$(ops sale)" "insert insert"
	audit-rule apply --missing </dev/null
	run -0 audit-rule check
	is "$output" ""
	sql "update sale set note = 'x' where id = 2"
	is "$(ops sale)" "insert insert update"
	as postgres psql -qd postgres -c "drop database $copy"
}

@test "a dump that is to be restored without the module is made portable first" {
	local dump=$BATS_TEST_TMPDIR/dump copy=${PGDATABASE}2

	native
	sql "insert into sale values (1)"
	as postgres pg_dump -Fc "$PGDATABASE" >"$dump.native"
	audit-rule init --capture portable
	as postgres pg_dump -Fc "$PGDATABASE" >"$dump"
	as postgres psql -qd postgres -c "create database $copy owner rule_dba" \
		-c "alter database $copy set dynamic_library_path = '\$libdir'"
	if ! installed; then
		run -1 as postgres pg_restore -1 -d "$copy" "$dump.native"
		[[ $output == *'could not access file "audit_capture"'* ]]
	fi
	as postgres pg_restore -d "$copy" "$dump"
	export PGDATABASE=$copy
	is "$(engine)" portable
	sql "insert into sale values (2)"
	is "$(ops sale)" "insert insert"
	audit-rule apply --missing </dev/null
	run -0 audit-rule check
	as postgres psql -qd postgres -c "drop database $copy"
}
