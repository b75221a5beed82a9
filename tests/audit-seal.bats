#!/usr/bin/env bats
# audit-seal: keygen, make, list and status

load capture

setup_file() {
	trail_database
	sql "create table t(id int primary key, v int)"
	audit-rule add t
	export TEMPLATE=$PGDATABASE
}

teardown_file() {
	drop_database
}

setup() {
	export PGDATABASE=${TEMPLATE}_two
	export PGOPTIONS='-c client_min_messages=warning'
	copy_database "$TEMPLATE" "$PGDATABASE"
	# the rule and its triggers are events, too
	BASE=$(sql "select count(*) from audit.event")
	KEYS=$BATS_TEST_TMPDIR/keys
	KEY=$KEYS/seal.key
}

teardown() {
	drop_other_database
}

# write N - so many events in a transaction
write() {
	sql "insert into t select n + i, 0
		from (select count(*)::int from t) x(n), generate_series(1, $1) i"
}

# unguarded TABLE STATEMENT... - as a superuser who takes the guard away
unguarded() {
	sql begin "alter table $1 disable trigger all" "${@:2}" \
		"alter table $1 enable always trigger \"!audit_guard\"" \
		"alter table $1 enable always trigger \"!audit_guard_insert\"" commit
}

# off - stop recording; on - go on, so that nobody sees it in the catalog
off() {
	sql "alter table t disable trigger all"
}

on() {
	sql "select format('alter table t enable always trigger %I;', tgname)
		from pg_trigger where tgrelid = 't'::regclass" | sql "$(cat)"
}

# get FIELD - of the seals on stdin, each on a line
get() {
	jq -c "$1"
}

# sealed - how often each committed event is in a leaf, as "times|events"
sealed() {
	sql "select coalesce(n, 0), count(*) from audit.event e left join (
			select encode(substr(l.leaves, i * 48 + 1, 16), 'hex')::uuid as id,
				count(*) as n
			from audit.leaf l, generate_series(0, length(l.leaves) / 48 - 1) i
			group by 1) x using (id)
		group by 1 order by 1"
}

@test "a seal covers what was committed, and is printed as it is kept" {
	write 5
	run -0 --separate-stderr audit-seal
	is "${#lines[@]}" 1
	is "$stderr" ""
	is "$(sql 'select line from audit.seal')" "$output"
	is "$(sealed)" "1|$((BASE + 5))"
	is "$(get '[.seal, .events, .from, .previous, .key]' <<<"$output")" \
		"[0,$((BASE + 5)),\"0\",null,null]"
}

@test "a seal's keys come in the order that is documented" {
	run -0 audit-seal make
	is "$(jq -r 'keys_unsorted | join(" ")' <<<"$output")" "seal trail at system timeline server from to next events first last months root previous log state tool key next_key signature"
}

@test "the next seal covers what came since, and names the one before" {
	write 5
	audit-seal >"$BATS_TEST_TMPDIR/a"
	write 3
	run -0 audit-seal
	is "$(get '[.seal, .events]' <<<"$output")" '[1,3]'
	is "$(get .from <<<"$output")" "$(get .to <"$BATS_TEST_TMPDIR/a")"
	is "$(get '.previous == .log' <<<"$output")" true
	is "$(sealed)" "1|$((BASE + 8))"
}

@test "with nothing new there is a seal all the same" {
	audit-seal
	run -0 audit-seal
	is "$(get '[.events, .first, .last, .months]' <<<"$output")" \
		'[0,null,null,[]]'
	# SHA-256 of nothing
	is "$(jq -r .root <<<"$output")" e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
}

@test "leaves lie in rows of 1024, in the order of the ids" {
	write 2500
	audit-seal
	is "$(sql "select seal, n, length(leaves) / 48,
			first = encode(substr(leaves, 1, 16), 'hex')::uuid,
			last = encode(substr(leaves, length(leaves) - 47, 16), 'hex')::uuid
		from audit.leaf order by n")" "$(printf '%s\n' '0|0|1024|t|t' '0|1|1024|t|t' "0|2|$((452 + BASE))|t|t")"
	is "$(sql "select count(*) from audit.leaf a join audit.leaf b on b.n = a.n + 1
		where a.last >= b.first")" 0
}

@test "each month has a tree of its own" {
	local month

	# the one after the next, in which nothing happens by itself
	month=$(sql "select to_char(date_trunc('month', now() at time zone 'UTC')
		+ interval '2 months', 'YYYY-MM')")
	sql "insert into audit.event(id, at, op)
		select audit.new_id(t), t, 'insert' from generate_series(
			'$month-01 00:00Z'::timestamptz - interval '1 minute',
			'$month-01 00:01Z', '1 minute') t"
	audit-seal >"$BATS_TEST_TMPDIR/seal"
	is "$(get "[.months[] | select(.month >= \"$month\") | .events]" <"$BATS_TEST_TMPDIR/seal")" '[2]'
	is "$(sql "select month, length(leaves) / 48 from audit.leaf where month >= '$month'")" "$month|2"
	is "$(sealed | wc -l)" 1
}

@test "an event of a transaction that is still running is not left out for ever" {
	open_session
	say "begin" "insert into t values (1000, 0)" >/dev/null
	write 2
	run -0 audit-seal
	is "$(get .events <<<"$output")" "$BASE"
	say commit >/dev/null
	close_session
	run -0 audit-seal
	is "$(get .events <<<"$output")" 3
	is "$(sealed)" "1|$((BASE + 3))"
}

@test "a prepared transaction is waited for" {
	sql "begin" "insert into t values (1000, 0)" "prepare transaction 'p1'"
	write 2
	audit-seal
	sql "commit prepared 'p1'"
	run -0 audit-seal
	is "$(get .events <<<"$output")" 3
	is "$(sealed)" "1|$((BASE + 3))"
}

@test "what was rolled back is in no seal" {
	sql "begin" "insert into t values (1000, 0)" "savepoint a" \
		"insert into t values (1001, 0)" "rollback to a" "commit"
	sql "begin" "insert into t values (1002, 0)" "rollback"
	run -0 audit-seal
	is "$(get .events <<<"$output")" "$((BASE + 1))"
	is "$(sealed)" "1|$((BASE + 1))"
}

@test "the seal of a clock that was set back is not before the one before" {
	audit-seal
	unguarded audit.seal "update audit.seal
		set at = '2040-01-01', line = regexp_replace(line, '\"at\":\"[^\"]*', '\"at\":\"2040-01-01T00:00:00.000000Z')"
	run -0 audit-seal
	is "$(jq -r .at <<<"$output")" 2040-01-01T00:00:00.000000Z
}

@test "events that are moved to their month meanwhile are sealed" {
	audit-seal
	sql "insert into audit.event(id, at, op) select audit.new_id(t), t, 'insert'
		from unnest(array['2035-01-01'::timestamptz, '2035-02-01']) t"
	open_session
	say "begin" "select audit.settle_rest()" >/dev/null
	audit-seal >"$BATS_TEST_TMPDIR/seal" 3>&- &
	await waits
	say commit >/dev/null
	close_session
	wait
	audit-seal
	is "$(get .events <"$BATS_TEST_TMPDIR/seal")" 3 # moving them is one as well
	is "$(sealed)" "1|$((BASE + 3))"
}

# waits - the sealer waits for a lock
waits() {
	gives 1 "select count(*) from pg_stat_activity
		where application_name = 'audit-seal' and wait_event_type = 'Lock'"
}

@test "two sealers take turns" {
	write 100
	for i in 1 2 3 4; do
		audit-seal >"$BATS_TEST_TMPDIR/$i" &
		pids[i]=$!
	done
	for i in 1 2 3 4; do
		wait "${pids[i]}"
	done
	is "$(cat "$BATS_TEST_TMPDIR"/[1-4] | jq .seal | sort | tr '\n' ' ')" "0 1 2 3 "
	is "$(sealed)" "1|$((BASE + 100))"
}

@test "a state is kept where it changed, and each seal has its digest" {
	audit-seal
	audit-seal
	off
	on
	audit-seal
	is "$(sql "select seal from audit.seal_state")" "$(printf '0\n2')"
	is "$(sql "select count(*) from audit.seal s join audit.seal_state x on x.seal = case s.no when 1 then 0 else s.no end
		where s.line::json ->> 'state' = encode(sha256(convert_to(x.state, 'UTF8')), 'hex')")" 3
	# only the version tells that it was off
	is "$(comm -3 <(sql "select state from audit.seal_state where seal = 0" | cut -f1-3) \
		<(sql "select state from audit.seal_state where seal = 2" | cut -f1-3))" ""
	is "$(diff <(sql "select state from audit.seal_state where seal = 0") \
		<(sql "select state from audit.seal_state where seal = 2") | grep -c '^>')" 2
}

@test "a state's lines are four strings, sorted, whatever the names hold" {
	sql "create schema \"s'q\\\"" "create table \"s'q\\\".\"a
	b\"\"\"(id int primary key)" "create function audit.\"f	
	\"() returns int language sql as 'select 1'"
	audit-rule add "\"s'q\\\".\"a
	b\"\"\"" --name x
	audit-seal
	sql "select state from audit.seal_state" | sed '$d' >"$BATS_TEST_TMPDIR/state"
	LC_ALL=C sort -c "$BATS_TEST_TMPDIR/state"
	jq -Re 'split("\t") | map(fromjson | type == "string") == [true, true, true, true]' \
		"$BATS_TEST_TMPDIR/state" | sort -u | grep -x true
	is "$(jq -R 'split("\t") | map(fromjson) | select(.[0] == "table" and (.[2] | contains("q\\")))[2]' \
		"$BATS_TEST_TMPDIR/state")" "$(jq -n --arg s "\"s'q\\\".\"a
	b\"\"\"" '$s')"
}

@test "hostile settings of the session do not change a seal" {
	write 3
	sql "alter role postgres in database $PGDATABASE set search_path = public" \
		"alter role postgres in database $PGDATABASE set default_transaction_read_only = on" \
		"alter role postgres in database $PGDATABASE set default_transaction_isolation = 'read uncommitted'" \
		"alter role postgres in database $PGDATABASE set synchronous_commit = off" \
		"alter role postgres in database $PGDATABASE set datestyle = 'SQL, DMY'" \
		"alter role postgres in database $PGDATABASE set enable_indexscan = off" \
		"alter role postgres in database $PGDATABASE set quote_all_identifiers = on" \
		"alter role postgres in database $PGDATABASE set row_security = off" \
		"alter role postgres in database $PGDATABASE set session_replication_role = replica" \
		"alter role postgres in database $PGDATABASE set \"audit.seal_to\" = 'x'"
	run -0 audit-seal
	run -0 audit-seal
	sql "set default_transaction_read_only = off" \
		"alter role postgres in database $PGDATABASE reset all"
	run -0 audit-seal
	is "$(sql 'select count(*) from audit.seal_state')" 1
	is "$(sealed)" "1|$((BASE + 3))"
}

@test "a sealer who may not is told what it takes" {
	make_role sealless login
	sql "grant usage on schema audit to sealless" "grant select on audit.trail to sealless"
	run -3 --separate-stderr as sealless audit-seal
	is "$output" ""
	[[ $stderr == *"permission denied"*"sealless"*"audit-rule grant ROLE sealer"* ]]
	sql "drop owned by sealless" "drop role sealless"
}

@test "no trail is exit 3" {
	audit-rule uninstall -y --drop-trail
	run -3 --separate-stderr audit-seal
	is "$output" ""
	[[ $stderr == *"audit-rule init"* ]]
}

@test "a stdout that is full is exit 3, and the seal is there" {
	run -3 bash -c 'audit-seal >/dev/full'
	is "$(sql 'select count(*) from audit.seal')" 1
}

@test "nobody changes, removes or adds a seal by plain SQL" {
	audit-seal
	for statement in "update audit.seal set line = ''" "delete from audit.leaf" \
		"truncate audit.seal_state" "delete from audit.seal_stamp"; do
		refused 42501 "$statement"
	done
	make_role forger login
	sql "grant usage on schema audit to forger" "grant select, insert on all tables in schema audit to forger"
	as forger refused 42501 "insert into audit.seal
		select no + 1, at, horizon, hash, tree, line from audit.seal"
	sql "drop owned by forger" "drop role forger"
	is "$(sql 'select count(*) from audit.seal')" 1
}

@test "a sealer adds leaves to the seal that it makes and to no other" {
	audit-seal
	refused 55000 "select audit.put_leaves(0, '2026-11', 7, decode(repeat('00', 48), 'hex'))"
	refused 55000 "select audit.put_seal(5, now(), 0, '', '', '', null)"
	refused 55000 "select audit.put_seal(0, now(), 0, '', '', '', null)"
}

@test "a sealer cannot put there what would keep others from sealing" {
	local line hash="decode(repeat('00', 32), 'hex')"

	audit-seal
	line=$(sql "select line::jsonb || '{\"seal\": 1}' from audit.seal")
	refused 22P02 "select audit.put_seal(1, now(), 0, $hash, $hash, 'rubbish', null)"
	refused 22023 "select audit.put_seal(1, now(), 0, $hash, $hash, '{}', null)"
	refused 22023 "select audit.put_seal(1, now(), 0, $hash, 'x', '$line', null)"
	refused 22023 "select audit.put_seal(1, now(), 1e15::bigint, $hash, $hash, '$line', null)"
	refused 22023 "select audit.put_seal(1, 'infinity', 0, $hash, $hash, '$line', null)"
	audit-seal
}

# keys

@test "keygen makes a key for its owner alone, and the public one" {
	audit-seal keygen "$KEYS"
	is "$(stat -c %a "$KEYS" "$KEY" | tr '\n' ' ')" "700 600 "
	is "$(openssl pkey -in "$KEY" -pubout)" "$(cat "$KEYS/seal.pub")"
	openssl pkey -in "$KEY" -noout -text | grep -q ED25519
}

@test "keygen overwrites nothing" {
	audit-seal keygen "$KEYS"
	sum=$(sha256sum "$KEYS"/*)
	run -2 --separate-stderr audit-seal keygen "$KEYS"
	is "$output" ""
	[[ $stderr == *"seal.key"* ]]
	is "$(sha256sum "$KEYS"/*)" "$sum"
	rm "$KEY"
	run -2 audit-seal keygen "$KEYS"
	[ ! -e "$KEY" ]
	run -3 audit-seal keygen /dev/null/x
}

@test "a signed seal names the key of the next one" {
	audit-seal keygen "$KEYS"
	run -0 audit-seal --key "$KEY"
	is "$(get '.key == .next_key and (.signature | length) == 128' <<<"$output")" true
	is "$(jq -r .key <<<"$output")" "$(openssl pkey -pubin -in "$KEYS/seal.pub" -outform der | tail -c 32 | od -An -vtx1 | tr -d ' \n')"
}

@test "once a seal is signed, each one is, by the key that was named" {
	audit-seal
	audit-seal keygen "$KEYS"
	audit-seal keygen "$KEYS/other"
	audit-seal --key "$KEY"
	run -2 --separate-stderr audit-seal
	is "$output" ""
	key=$(audit-seal list -l 1 | jq -r .key)
	[[ $stderr == *"--key is needed"*"$key" ]]
	run -2 --separate-stderr audit-seal --key "$KEYS/other/seal.key"
	is "$output" ""
	[[ $stderr == *"$key" ]]
	is "$(sql 'select count(*) from audit.seal')" 2
	audit-seal --key "$KEY"
}

@test "a key that others can read is refused" {
	audit-seal keygen "$KEYS"
	chmod 640 "$KEY"
	run -3 --separate-stderr audit-seal --key "$KEY"
	is "$output" ""
	[[ $stderr == *"$KEY"* ]]
	run -3 audit-seal --key "$KEYS/none"
	run -3 audit-seal --key "$KEYS/seal.pub"
	is "$(sql 'select count(*) from audit.seal')" 0
}

@test "the first signed seal is by the key that init was given" {
	audit-seal keygen "$KEYS"
	audit-seal keygen "$KEYS/other"
	audit-rule init --seal-key "$KEYS/seal.pub"
	run -2 audit-seal --key "$KEYS/other/seal.key"
	run -0 --separate-stderr audit-seal
	[[ $stderr == *"not signed"* ]]
	audit-seal --key "$KEY"
}

@test "init registers a key as an event, once, and no other once a seal is signed" {
	audit-seal keygen "$KEYS"
	audit-seal keygen "$KEYS/other"
	audit-rule init --seal-key "$KEYS/other/seal.pub"
	audit-rule init --seal-key "$KEYS/seal.pub"
	audit-rule init --seal-key "$KEYS/seal.pub"
	is "$(sql "select count(*) from audit.event where op = 'init' and new ? 'seal_key'")" 2
	audit-seal --key "$KEY"
	run -2 --separate-stderr audit-rule init --seal-key "$KEYS/other/seal.pub"
	[[ $stderr == *"--seal-key"* ]]
	audit-rule init --seal-key "$KEYS/seal.pub"
	run -3 audit-rule init --seal-key "$KEYS/none"
	is "$(sql "select encode(seal_key, 'hex') from audit.trail")" "$(audit-seal list | jq -r .key)"
}

@test "a key can be registered afterwards only if it is the first seal's" {
	audit-seal keygen "$KEYS"
	audit-seal keygen "$KEYS/other"
	audit-seal --key "$KEY"
	run -2 audit-rule init --seal-key "$KEYS/other/seal.pub"
	is "$(sql "select seal_key is null from audit.trail")" t
	audit-rule init --seal-key "$KEYS/seal.pub"
}

@test "evolve names a new key and destroys the old one" {
	audit-seal keygen "$KEYS"
	exec {old}<"$KEY"
	for i in 1 2 3; do
		audit-seal --key "$KEY" --evolve >>"$BATS_TEST_TMPDIR/seals"
	done
	# whoever holds the old file open reads nothing
	is "$(tr -d '\0' <&"$old" | wc -c)" 0
	exec {old}<&-
	[ ! -e "$KEY.next" ]
	is "$(stat -c %a "$KEY")" 600
	is "$(jq -s '.[0].next_key == .[1].key and .[1].next_key == .[2].key and .[0].key != .[1].key' "$BATS_TEST_TMPDIR/seals")" true
	audit-seal --key "$KEY"
}

@test "evolve: ended before its commit, the old key goes on" {
	audit-seal keygen "$KEYS"
	audit-seal --key "$KEY"
	audit-seal keygen "$KEYS/next"
	cp "$KEYS/next/seal.key" "$KEY.next"
	audit-seal --key "$KEY"
	[ ! -e "$KEY.next" ]
	# torn in the middle
	head -c 40 "$KEYS/next/seal.key" >"$KEY.next"
	chmod 600 "$KEY.next"
	audit-seal --key "$KEY" --evolve
	audit-seal --key "$KEY"
}

@test "evolve: ended after its commit, the new key is put in place" {
	audit-seal keygen "$KEYS"
	cp "$KEY" "$KEYS/old"
	audit-seal --key "$KEY" --evolve
	mv "$KEY" "$KEY.next"
	cp "$KEYS/old" "$KEY"
	audit-seal --key "$KEY"
	[ ! -e "$KEY.next" ]
	# in the middle of overwriting the old one
	audit-seal --key "$KEY" --evolve
	mv "$KEY" "$KEY.next"
	head -c 100 /dev/zero >"$KEY"
	chmod 600 "$KEY"
	audit-seal --key "$KEY"
	[ ! -e "$KEY.next" ]
	# and with no old one left
	audit-seal --key "$KEY" --evolve
	mv "$KEY" "$KEY.next"
	audit-seal --key "$KEY" --evolve
	audit-seal --key "$KEY"
}

@test "evolve: killed at any time, the next run goes on" {
	audit-seal keygen "$KEYS"
	write 300
	for i in $(seq 25); do
		timeout -s KILL "0.$((100 + i * 8))" audit-seal --key "$KEY" --evolve \
			>/dev/null 2>&1 || true
	done
	audit-seal --key "$KEY" --evolve
	is "$(sealed)" "1|$((BASE + 300))"
	is "$(audit-seal list | jq -s '[.[1:], .[:-1]] | transpose | all(.[0].key == .[1].next_key)')" true
}

@test "a key behind a link is destroyed where it lies" {
	audit-seal keygen "$KEYS"
	mkdir "$KEYS/link"
	ln -s "$KEY" "$KEYS/link/k"
	old=$(cat "$KEY")
	audit-seal --key "$KEYS/link/k" --evolve
	[ -L "$KEYS/link/k" ]
	[ "$(cat "$KEY")" != "$old" ]
	audit-seal --key "$KEYS/link/k"
}

@test "a directory where no key can be put: nothing is sealed" {
	[ "$(id -u)" != 0 ] || skip "root may write everywhere"
	audit-seal keygen "$KEYS"
	chmod 500 "$KEYS"
	run -3 audit-seal --key "$KEY" --evolve
	chmod 700 "$KEYS"
	is "$(sql 'select count(*) from audit.seal')" 0
}

@test "another key can be named for the next seal" {
	audit-seal keygen "$KEYS"
	audit-seal keygen "$KEYS/other"
	audit-seal --key "$KEY" --next-key "$KEYS/other/seal.pub"
	run -2 audit-seal --key "$KEY"
	audit-seal --key "$KEYS/other/seal.key"
	run -3 audit-seal --key "$KEYS/other/seal.key" --next-key "$KEYS/none"
	for options in "--evolve" "--next-key $KEYS/seal.pub" \
		"--key $KEY --evolve --next-key $KEYS/seal.pub"; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr audit-seal $options
		is "$output" ""
	done
}

# list

@test "list prints the seals as they were printed" {
	for i in 1 2 3; do
		audit-seal >>"$BATS_TEST_TMPDIR/seals"
	done
	is "$(audit-seal list)" "$(cat "$BATS_TEST_TMPDIR/seals")"
	is "$(audit-seal list -l 2 | jq -c .seal | tr '\n' ' ')" "1 2 "
	at=$(jq -r 'select(.seal == 1).at' "$BATS_TEST_TMPDIR/seals")
	is "$(audit-seal list -s "$at" | jq -c .seal | tr '\n' ' ')" "1 2 "
	is "$(audit-seal list -u "$at" | jq -c .seal | tr '\n' ' ')" "0 "
	is "$(audit-seal list -s -1h -u yesterday)" ""
	run -2 --separate-stderr audit-seal list -s nonsense
	is "$output" ""
}

@test "list -f table shows what is different from the seal before" {
	audit-seal
	audit-seal
	off
	audit-seal
	run -0 audit-seal list -f table
	[[ ${lines[0]} == *SEAL*AT*EVENTS*KEY*ROOT*NOTE* ]]
	[[ ${lines[2]} != *state* ]]
	[[ ${lines[3]} == *2*unsigned*"another state"* ]]
	unguarded audit.seal "update audit.seal set line = 'x' where no = 1"
	run -0 audit-seal list -f table
	[[ ${lines[2]} == *"no seal"* ]]
}

# status

# status [OPTION]... - one line's fields, as an array
status() {
	audit-seal status "${@:2}" | jq -c "$1"
}

@test "status tells the last seal and what is not sealed yet" {
	is "$(status '[.seal, .at, .unsealed, .key]')" "[null,null,$BASE,null]"
	audit-seal >"$BATS_TEST_TMPDIR/seal"
	is "$(status '[.seal, .unsealed, .oldest, .held_by]')" '[0,0,null,[]]'
	is "$(status .at)" "$(get .at <"$BATS_TEST_TMPDIR/seal")"
	write 3
	is "$(status '[.seal, .unsealed]')" '[0,3]'
	is "$(status .oldest)" "$(audit-log -l 3 | jq .at | head -1)"
}

@test "status names who holds sealing back" {
	open_session
	say "set application_name = 'x'" "begin" "insert into t values (1000, 0)" >/dev/null
	sql "begin" "insert into t values (1001, 0)" "prepare transaction 'p''1'"
	is "$(status '.held_by | length')" 2 # no seal yet: all that run
	audit-seal
	write 2
	open_session_pid=$(say "select pg_backend_pid()")
	is "$(status '.held_by[0] | [.pid, .role, .database, .state]')" \
		"[$open_session_pid,\"postgres\",\"$PGDATABASE\",\"idle in transaction\"]"
	is "$(status '.held_by[1].prepared')" "\"p'1\""
	is "$(status '[.unsealed]')" '[2]'
	run -0 audit-seal status -f table
	[[ $output == *"prepared p'1"* ]]
	say rollback >/dev/null
	close_session
	sql "rollback prepared 'p''1'"
	is "$(status '.held_by')" '[]'
}

@test "a transaction with the newest number that still runs has begun" {
	sql "begin" "insert into t values (1001, 0)" "prepare transaction 'p1'"
	audit-seal >"$BATS_TEST_TMPDIR/seal"
	is "$(jq -r .to "$BATS_TEST_TMPDIR/seal")" "$(sql "select transaction from pg_prepared_xacts")"
	[ "$(jq -r '(.next | tonumber) > (.to | tonumber)' "$BATS_TEST_TMPDIR/seal")" = true ]
	sql "rollback prepared 'p1'"
}

@test "status --max-lag is exit 1 when sealing is behind" {
	run -1 audit-seal status --max-lag 0
	audit-seal
	run -0 audit-seal status --max-lag '1 hour'
	run -1 audit-seal status --max-lag '1 microsecond'
	write 1
	run -0 audit-seal status --max-lag 1h
	sql "insert into audit.event(id, at, op) values (audit.new_id(now() - interval '2 hours'), now() - interval '2 hours', 'x')"
	run -1 audit-seal status --max-lag 1h
	is "$(jq '.lag_seconds >= 7200' <<<"$output")" true
	for lag in nonsense -1h; do
		run -2 --separate-stderr audit-seal status --max-lag "$lag"
		is "$output" ""
		[[ $stderr == *"--max-lag"* ]]
	done
}

@test "status tells the key that is to come, and how old an anchor is" {
	audit-seal keygen "$KEYS"
	audit-rule init --seal-key "$KEYS/seal.pub"
	audit-seal --key "$KEY" --evolve >"$BATS_TEST_TMPDIR/seals"
	is "$(status '[.key, .registered_key]' --anchor "$BATS_TEST_TMPDIR/seals")" \
		"$(get '[.next_key, .key]' <"$BATS_TEST_TMPDIR/seals")"
	audit-seal --key "$KEY" >>"$BATS_TEST_TMPDIR/seals"
	is "$(status .anchor.seal --anchor "$BATS_TEST_TMPDIR/seals")" 1
	is "$(status '.anchor.age_seconds < 60' --anchor "$BATS_TEST_TMPDIR/seals")" true
	echo x >>"$BATS_TEST_TMPDIR/seals"
	run -3 --separate-stderr audit-seal status --anchor "$BATS_TEST_TMPDIR/seals"
	is "$output" ""
	[[ $stderr == *"line 3"* ]]
	run -3 audit-seal status --anchor "$BATS_TEST_TMPDIR/none"
}

# stamp

# authority - an offline time stamping authority: its certificates in $TSA
authority() {
	TSA=$BATS_TEST_TMPDIR/tsa
	mkdir "$TSA"
	cat >"$TSA/conf" <<-END
		[ tsa ]
		default_tsa = here
		[ here ]
		serial = $TSA/serial
		signer_cert = $TSA/cert.pem
		signer_key = $TSA/key.pem
		certs = $TSA/ca.pem
		signer_digest = sha256
		default_policy = 1.2.3.4
		digests = sha256
		accuracy = secs:1
		ess_cert_id_alg = sha256
		[ ext ]
		extendedKeyUsage = critical,timeStamping
	END
	openssl req -x509 -newkey ed25519 -nodes -keyout "$TSA/ca.key" -out "$TSA/ca.pem" \
		-subj /CN=ca -days 2 2>/dev/null
	openssl req -newkey rsa:2048 -nodes -keyout "$TSA/key.pem" -out "$TSA/csr" \
		-subj /CN=tsa 2>/dev/null
	openssl x509 -req -in "$TSA/csr" -CA "$TSA/ca.pem" -CAkey "$TSA/ca.key" -days 2 \
		-set_serial 2 -extfile "$TSA/conf" -extensions ext -out "$TSA/cert.pem" 2>/dev/null
}

# reply FILE - what the authority says to this request
reply() {
	openssl ts -reply -config "$TSA/conf" -queryfile "$1" 2>/dev/null
}

@test "stamp writes a request that openssl reads, and keeps the reply" {
	cd "$BATS_TEST_TMPDIR"
	authority
	audit-seal
	audit-seal stamp --tsq tsq
	openssl ts -query -in tsq -text | grep -q "Hash Algorithm: sha256"
	openssl ts -query -in tsq -text | grep -q "Certificate required: yes"
	reply tsq >tsr
	openssl ts -verify -in tsr -queryfile tsq -CAfile "$TSA/ca.pem"
	run -0 audit-seal stamp --tsr tsr
	is "$(jq -r .stamp <<<"$output" | cut -c1-10)" "$(date -u +%F)"
	is "$(sql "select seal, encode(sha256(reply), 'hex') from audit.seal_stamp")" \
		"0|$(sha256sum <tsr | cut -d' ' -f1)"
	is "$(status .stamp.seal)" 0
	# a second time it is there already
	audit-seal stamp --tsr - <tsr
	is "$(sql "select count(*) from audit.seal_stamp")" 1
	run -0 audit-seal verify --tsa "$TSA/ca.pem"
}

@test "stamp takes no reply to something else" {
	cd "$BATS_TEST_TMPDIR"
	authority
	audit-seal
	audit-seal
	audit-seal stamp 0 --tsq - >tsq
	reply tsq >tsr
	run -1 --separate-stderr audit-seal stamp 1 --tsr tsr
	is "$output" ""
	[[ $stderr == *"seal 1"* ]]
	head -c 500 tsr >torn
	run -1 audit-seal stamp 0 --tsr torn
	run -1 audit-seal stamp 0 --tsr tsq
	head -c 2000000 /dev/zero >large
	run -3 audit-seal stamp 0 --tsr large
	run -3 audit-seal stamp 0 --tsr none
	is "$(sql "select count(*) from audit.seal_stamp")" 0
	audit-seal stamp 0 --tsr tsr
}

@test "stamp: misuse is exit 2, a seal that is not there exit 1" {
	run -2 audit-seal stamp
	run -2 audit-seal stamp --tsq a --tsr b
	run -2 audit-seal stamp x --tsq a
	audit-seal
	run audit-seal stamp 7 --tsq "$BATS_TEST_TMPDIR/a"
	[ "$status" = 1 ] || [ "$status" = 2 ]
	[ ! -e "$BATS_TEST_TMPDIR/a" ]
	run -3 audit-seal stamp --tsq /dev/full
}
