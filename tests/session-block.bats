#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2317 # helpers call what a test defines, and use what it sets
# session-block - a session that has ended can do no more, not in a transaction
# that is open either

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	session_schema
	sql "insert into item select i, 'x' from generate_series(100, 199) i"
	log_in ann
	begin_trail
	LEVEL='read committed'
	BLOCK="select audit.block_sessions(array(select id from audit.session
		where closed is null))"
}

teardown() {
	connection_end
}

# after DONE STATEMENT - the SQLSTATE of a statement in a transaction that is in
# the session, after something was done in another connection
after() {
	echo "$1" >"$BATS_TEST_TMPDIR/act"
	psql -qAtX -v VERBOSITY=sqlstate -f - >"$BATS_TEST_TMPDIR/out" 2>&1 <<-END
		delete from item where id < 100;
		begin isolation level $LEVEL;
		$(use);
		insert into item values (0);
		\\! psql -qAtX -v ON_ERROR_STOP=1 -f $BATS_TEST_TMPDIR/act >/dev/null || echo failed
		$2;
		\\echo :SQLSTATE
		commit;
	END
	run grep failed "$BATS_TEST_TMPDIR/out"
	is "$output" ''
	tail -n 1 "$BATS_TEST_TMPDIR/out"
}

each_level() {
	for LEVEL in 'read committed' 'repeatable read' serializable; do
		log_in ann
		"$@"
	done
}

# what the row is like now cannot be seen in an old snapshot, only that it has
# changed
blocked() {
	if [ "$LEVEL" = 'read committed' ]; then echo UA012; else echo UA011; fi
}

@test "a block takes effect at the next write, at any isolation, and nothing of it stays" {
	one() {
		local write

		for write in "insert into item values (1)" "update item set name = 'y' where id = 100" \
			"delete from item where id = 100" "truncate item" \
			"insert into item values (0) on conflict (id) do update set name = 'z'" \
			"insert into item select i from generate_series(1000, 1100) i" \
			"with d as (delete from item where id < 150 returning 1) select count(*) from d" \
			"merge into item using (values (100)) v on id = 100 when matched then delete" \
			"do \$\$ begin update item set name = 'y'; end \$\$"; do
			log_in ann
			is "$(after "$BLOCK" "$write")" "$(blocked)"
		done
		log_in ann
		printf '%s\n' "$BLOCK" >"$BATS_TEST_TMPDIR/act"
		is "$(after "$BLOCK" "copy item from stdin;
7000	a
\\.
select 1 where :'SQLSTATE' <> '00000' and 1/0 = 1")" 25P02
		grep -q "$(blocked)" "$BATS_TEST_TMPDIR/out"
	}
	each_level one
	is "$(events 'count(*)' true 2>/dev/null || sql "select count(*) from audit.event
		where id >= '$SINCE' and op in ('insert', 'update', 'delete', 'truncate')")" 0
	is "$(sql 'select count(*) from item')" 100
}

@test "a statement that is under way is stopped in its midst" {
	sql "create function halt() returns trigger language plpgsql as \$\$
		begin if new.id = 1050 then perform pg_advisory_xact_lock(7); end if;
			return new; end \$\$" \
		"create trigger halt before insert on item for each row execute function halt()"
	open_session
	say 'select pg_advisory_lock(7)' >/dev/null
	(
		# whatever comes of it, the statement must not wait for ever
		await gives 1 "select count(*) from pg_locks where locktype = 'advisory'
			and objid = 7 and not granted" && block
		say 'select pg_advisory_unlock(7)'
	) >/dev/null 3>&- &
	blocker=$!
	is "$(after 'select 1' "insert into item select i from generate_series(1000, 1100) i")" UA012
	wait "$blocker"
	close_session
	session=
	is "$(sql 'select count(*) from item')" 100
}

@test "logout and replacement take effect likewise" {
	one() {
		is "$(after "select audit.close_session('$TOKEN')" 'insert into item values (1)')" UA011
		policy '{"max_per_actor": 1, "on_limit": "replace"}'
		log_in ann
		is "$(after "select audit.open_session('ann')" 'insert into item values (1)')" UA011
		policy '{"max_per_actor": null, "on_limit": null}'
		log_in ann
		is "$(after "select audit.block_actor('ann')" 'insert into item values (1)')" "$(blocked)"
		sql "select audit.unblock_actor('ann')" >/dev/null
		log_in ann
		is "$(after "select audit.block_sessions('{$ID}', null, true)" 'insert into item values (1)')" "$(blocked)"
	}
	each_level one
}

@test "a session that is too old ends an open transaction, too, when it is closed" {
	policy '{"max_age": "8 h"}'
	one() {
		is "$(after "update audit.session set opened = opened - interval '9 h' where id = '$ID';
			select audit.expire_sessions()" 'insert into item values (1)')" \
			"$([ "$LEVEL" = 'read committed' ] && echo UA014 || echo UA011)"
	}
	each_level one
}

@test "one that a transaction is in is not idle, and a look for idle ones harms none" {
	one() {
		sql "select audit.remove_session_policy(null)" >/dev/null
		is "$(after "select audit.put_session_policy(null, '{\"idle\": \"1 s\"}');
			select pg_sleep(1.1); select audit.expire_sessions()" 'insert into item values (1)')" 00000
		is "$(state)" open
		sql 'select audit.expire_sessions()' >/dev/null
		is "$(state)" idle
	}
	each_level one
}

@test "a block that is not committed, or was rolled back, does not count, and nobody waits" {
	one() {
		open_session
		say begin "$BLOCK" >/dev/null
		is "$(timeout 20 bash -c "$(declare -f after use); $(declare -p TOKEN LEVEL BATS_TEST_TMPDIR);
			run() { output=; }; is() { :; }; after 'select 1' 'insert into item values (1)'")" 00000
		is "$(timeout 20 psql -qAtX -c "begin; set local lock_timeout = '1s'; $(use); select 2; commit" | tail -n 1)" 2
		say rollback
		close_session
		session=
		is "$(after "begin; savepoint a; $BLOCK; rollback to a; commit" 'insert into item values (1)')" 00000
		is "$(after "begin; $BLOCK; rollback" 'insert into item values (1)')" 00000
		is "$(after "begin; savepoint a; savepoint b; $BLOCK; release b; release a; commit" 'insert into item values (1)')" "$(blocked)"
	}
	each_level one
}

@test "one that was blocked and lives again lives for who did not see it" {
	is "$(after "$BLOCK; select audit.unblock_sessions('{$ID}')" 'insert into item values (1)')" 00000
	usable
	LEVEL='repeatable read'
	is "$(after "$BLOCK; select audit.unblock_sessions('{$ID}')" 'insert into item values (1)')" UA011
	# and for who came later
	is "$(after 'select 1' 'insert into item values (1)')" 00000
}

@test "a rule of any kind is no way around, and warn does not swallow it" {
	sql "create table other(id int primary key, doc json, note text)" \
		"insert into other values (1, '{}', 'a')"
	for options in "--when 'id > 0'" "--groups postgres" "--actors ann" "--on-error warn" \
		"--on-error warn --when 'id > 0'" "--mask note" "--keep-bytes" "--on-error warn --groups sales"; do
		eval "audited s.other $options --name slow"
		one() {
			log_in ann "groups => '{sales}'"
			is "$(after "$BLOCK" "update other set note = note || 'x', doc = '{\"a\": \"\\u0000\"}'")" "$(blocked)"
			log_in ann "groups => '{sales}'"
			is "$(after "$BLOCK" "truncate other")" "$(blocked)"
			log_in ann "groups => '{sales}'"
			is "$(after "select audit.close_session('$TOKEN')" "delete from other")" UA011
		}
		each_level one
		audit-rule remove slow
	done
	audited s.other --on-error warn
	LEVEL='read committed'
	policy '{"max_age": "8 h"}'
	log_in ann
	is "$(after "update audit.session set opened = opened - interval '9 h' where id = '$ID';
		select audit.expire_sessions()" "update other set note = 'y'")" UA014
	log_in ann
	is "$(after "update audit.session set opened = opened - interval '9 h' where id = '$ID';
		select audit.expire_sessions()" 'truncate other')" UA014
	is "$(events 'op, new' "op = 'gap'")" ''
	is "$(sql 'select id, note from other')" '1|a'
}

@test "what nobody audits goes on, and so do reads" {
	sql 'create table free(id int)'
	is "$(after "$BLOCK" "insert into free values (1)")" 00000
	log_in ann
	is "$(after "$BLOCK" 'select count(*) from item')" 00000
}

@test "an ended session changes no rule and no table's definition" {
	audit-rule init --event-trigger >/dev/null
	log_in ann
	is "$(after "$BLOCK" 'alter table item add more text')" UA012
	log_in ann
	is "$(after "$BLOCK" 'drop table item cascade')" UA012
	log_in ann
	is "$(after "$BLOCK" "select audit.remove_rules(array(select name from audit.rule))")" UA012
	log_in ann
	is "$(after 'select 1' 'alter table item add more text')" 00000
	is "$(sql "select session, new ->> 'command' from audit.event where op = 'ddl' order by id desc limit 1")" \
		"$ID|ALTER TABLE"
	# but for the tables of the tests before
	is "$(audit-rule check | jq -r 'select(.hole != "table_dropped").hole')" ''
}

@test "an operator who is in a session may end his own" {
	script <<-END
		begin;
		$(use);
		select done from audit.block_sessions('{$ID}', 'enough');
		commit;
	END
	is "$(state)" blocked
	log_in ann
	script <<-END
		begin;
		$(use);
		select * from audit.block_actor('ann', 'enough');
		commit;
	END
	is "$(state)" blocked
	is "$(session_log 'op, actor, session' "op = 'session_block'" | cut -d'|' -f 1,2)" \
		"session_block|ann
session_block|ann"
}

@test "one that had ended unsaid is closed as that, and not blocked" {
	policy '{"idle": "30 minutes"}'
	log_in ann
	age '3 days'
	is "$(block)" f
	is "$(state)" idle
	is "$(sql "select closed = seen and closed = opened from audit.session where id = '$ID'")" t
	is "$(session_log op "op = 'session_block'")" ''
}
