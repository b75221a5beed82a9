#!/usr/bin/env bats
# session-require - a rule with --require-session: what is in no live session
# does not happen

load session

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	session_schema
	log_in ann
	sql "create table t(id int primary key, v text)" \
		"insert into t values (1, 'a'), (2, 'b')"
	begin_trail
}

# outside STATEMENT - what it comes to without a session; inside: with one
outside() {
	run psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate -c "begin; $1; rollback"
	sed -n 's/.*ERROR: *//p' <<<"$output" | grep . || echo ok
}

inside() {
	run psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate -c "begin; $(use); $1; rollback"
	sed -n 's/.*ERROR: *//p' <<<"$output" | grep . || echo ok
}

insert="insert into t values (3)"
update="update t set v = 'x'"
delete="delete from t where id = 1"

# each_op ROLE... - what each comes to: insert update delete truncate
each_op() {
	for statement in "$insert" "$update" "$delete" 'truncate t'; do
		"$@" "$statement"
	done | xargs
}

@test "each change that such a rule asks for needs a session" {
	audited s.t --require-session
	is "$(each_op outside)" 'UA015 UA015 UA015 UA015'
	is "$(each_op inside)" 'ok ok ok ok'
	for write in "insert into t values (1) on conflict (id) do update set v = 'n'" \
		"insert into t select i from generate_series(10, 20) i" \
		"with d as (delete from t returning 1) select count(*) from d" \
		"merge into t using (values (1)) x(i) on id = i when matched then delete"; do
		is "$(outside "$write")" UA015
		is "$(inside "$write")" ok
	done
	run -3 psql -qAtX -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate -f - <<-END
		copy t from stdin;
		7	x
		\\.
	END
	[[ $output == *UA015* ]]
	# what changes nothing needs none
	is "$(outside 'update t set v = v')" ok
	is "$(outside 'insert into t values (1) on conflict do nothing')" ok
	is "$(outside 'delete from t where id = 0')" ok
	# what SET says is no session
	refused UA015 "set audit.actor = 'ann'" "set audit.ticket = '$ID.x'" "set audit.session = '$ID'" "$insert"
	run -1 sql "$update"
	[[ $output == *'a change of s.t is refused: it is in no session'* ]]
	is "$(sql 'select * from t order by id')" '1|a
2|b'
	is "$(events)" ''
	block >/dev/null
	is "$(inside "$insert")" UA012
}

@test "it holds for the operations of its rule, and no other" {
	sql "create table u(id int primary key)"
	audited s.t --ops delete --require-session --name del
	is "$(each_op outside)" 'ok ok UA015 ok'
	audited s.t --ops insert,update --name rest
	is "$(each_op outside)" 'ok ok UA015 ok'
	audit-rule remove del
	audited s.t --ops truncate --require-session --name tru
	is "$(each_op outside)" 'ok ok ok UA015'
	is "$(each_op inside)" 'ok ok ok ok'
	audit-rule disable tru
	is "$(each_op outside)" 'ok ok ok ok'
	audit-rule enable tru
	is "$(each_op outside)" 'ok ok ok UA015'
	audit-rule remove tru rest
}

@test "a rule that asks who or which requires a session of these alone" {
	audited s.t --require-session --when 'id > 1' --name w
	is "$(outside "update t set v = 'x' where id = 1")" ok
	is "$(outside "update t set v = 'x' where id = 2")" UA015
	is "$(outside "update t set id = 5 where id = 1")" UA015
	is "$(inside "$update")" ok
	audit-rule remove w
	audited s.t --require-session --groups sales --name w
	is "$(each_op outside)" 'UA015 UA015 UA015 UA015' # a superuser is in every group
	audit-rule remove w
	audited s.t --require-session --except-actors postgres --name w
	is "$(each_op outside)" 'ok ok ok ok'
	is "$(outside "set local audit.actor = 'x'; $insert")" UA015
	audit-rule remove w
	audited s.t --require-session --ignore v --name w
	is "$(each_op outside)" 'UA015 ok UA015 UA015'
	audit-rule remove w
}

@test "of several rules on a table one is enough" {
	audited s.t --name a
	audited s.t --name b --when 'id > 1' --require-session
	audited s.t --name c --ops delete --on-error warn
	is "$(each_op outside)" 'UA015 UA015 ok UA015'
	is "$(outside "delete from t")" UA015
	is "$(each_op inside)" 'ok ok ok ok'
	audit-rule remove a b c
}

@test "to warn of what cannot be recorded is not to do without a session" {
	audited s.t --require-session --on-error warn --name a
	is "$(each_op outside)" 'UA015 UA015 UA015 UA015'
	is "$(each_op inside)" 'ok ok ok ok'
	is "$(events)" ''
	audit-rule remove a
}

@test "in a partitioned table the rules of all that it is part of count" {
	sql "create table p(id int primary key, v text) partition by range (id)" \
		"create table p1 partition of p for values from (1) to (10)" \
		"create table p2(id int primary key, v text)" "insert into p2 values (11)"
	audited s.p --name top
	audited s.p2 --require-session --name low
	is "$(outside 'insert into p2 values (12)')" UA015
	sql "alter table p attach partition p2 for values from (10) to (20)"
	audit-rule apply --missing </dev/null
	is "$(outside 'insert into p values (1)')" ok
	is "$(outside 'insert into p values (13)')" UA015
	is "$(outside 'insert into p2 values (13)')" UA015
	is "$(outside "update p set v = 'x'")" UA015
	is "$(outside 'delete from p where id = 11')" UA015
	is "$(outside 'truncate p1')" ok
	is "$(outside 'truncate p2')" UA015
	is "$(outside 'truncate p')" UA015
	is "$(inside 'insert into p values (13); delete from p where id = 13; truncate p2; truncate p')" ok
	# also where there is no row that would say so
	sql "begin; $(use); delete from p2; commit"
	is "$(outside 'truncate p2')" UA015
	is "$(outside 'truncate p')" UA015
	is "$(inside 'truncate p')" ok
	audit-rule remove low
	is "$(outside 'truncate p')" ok
	audited s.p2 --name low
	audited s.p --name topper --require-session
	is "$(outside 'insert into p2 values (13)')" UA015
	is "$(outside 'truncate p2')" UA015
	is "$(outside 'truncate p1')" UA015
	is "$(outside 'insert into p1 values (3)')" UA015
	is "$(inside 'truncate p1, p2')" ok
	audit-rule remove low top topper
}

@test "what a foreign key or a trigger changes needs one as well" {
	sql "create table child(id int primary key, t int references t on delete cascade)" \
		"insert into child values (1, 1)"
	audited s.child --require-session --name a
	is "$(outside 'delete from t where id = 1')" UA015
	is "$(outside 'delete from t where id = 2')" ok
	is "$(inside 'delete from t where id = 1')" ok
	is "$(outside 'truncate t cascade')" UA015
	audit-rule remove a
}

@test "a slow plan requires it, too" {
	sql "alter table t add doc json" "create type mood as enum ('well')" \
		"alter table t add m mood" "update t set doc = '{\"a\": \"\\u0000\"}', m = 'well'"
	audited s.t --require-session --mask v --name a
	is "$(each_op outside)" 'UA015 UA015 UA015 UA015'
	is "$(each_op inside)" 'ok ok ok ok'
	sql "alter table t add more int"
	is "$(each_op outside)" 'UA015 UA015 UA015 UA015'
	audit-rule remove a
}
