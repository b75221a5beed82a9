#!/usr/bin/env bats
# native-rule - what the options of rules, actors and sessions make of a change
# is the same with either engine

load native

setup_file() {
	two_trails
}

teardown_file() {
	drop_two_trails
}

setup() {
	two_schemas
	HANDED=$(handed)
	play <<-'END'
		create table item(id int primary key, name text, price numeric,
		    secret text, by text, data bytea, j json);
		insert into item values (1, 'pen', 12.30, 'x', 'ann', '\xde', '{"a":1}');
	END
}

teardown() {
	mend_trails
}

mend_trails() {
	both sql 'alter table audit.event drop constraint if exists broken'
}

# each_op - of an item
each_op() {
	play <<-'END'
		insert into item values (2, 'ink', 1, 'tell', 'bob', '\xad', '{}');
		insert into item(id) values (3);
		update item set price = 2 where id = 2;
		update item set secret = 'tell me', by = 'eve' where id = 2;
		update item set name = 'cup', price = 3, data = '\x01' where id < 3;
		update item set j = '"\u0000"' where id = 2;
		update item set id = 4, name = null where id = 3;
		update item set by = null, secret = null;
		delete from item where id = 4;
		truncate item;
	END
}

@test "--ops, each alone" {
	for op in insert update delete truncate; do
		audited s.item --ops $op
		each_op
		both sql "insert into item(id, name) values (1, 'again')"
	done
	same 38
}

@test "--label, --actor-column" {
	audited s.item --label name --actor-column by
	each_op
	play <<-'END'
		begin;
		set local audit.actor = 'said';
		insert into item(id, by) values (1, 'column');
		update item set by = 'column';
		delete from item;
		commit;
	END
	same 16
}

@test "--ignore, --exclude, --mask" {
	audited s.item --ignore price,by
	audited s.item --exclude secret
	audited s.item --mask data,j
	each_op
	same 14
}

@test "--mask of all, and --exclude of all but the key" {
	audited s.item --mask name,price,secret,by,data,j
	each_op
	same 14
	audited s.item --exclude name,price,secret,by,data,j
	begin_trail
	each_op
	same 6
}

@test "--mask and --exclude of several rules, some disabled" {
	audited s.item --mask secret --ops insert
	audited s.item --exclude by --ops update
	audited s.item --mask by,name --ops delete
	audited s.item --mask price --disabled
	audited s.item --keep-bytes --ops truncate
	each_op
	same 14
}

@test "--ignore beside a rule that asks for all" {
	audited s.item --ignore price
	audited s.item --ops update,delete
	audited s.item --ops update --ignore name,data
	each_op
	same 14
}

@test "--when" {
	audited s.item --when 'price > 1'
	each_op
	audited s.item --when "name = 'cup' or by is null" --ops update
	both sql "insert into item(id, name) values (1, 'again')"
	each_op
	audited s.item --when '100 / (price - 2) > 5' --mask price
	both sql "insert into item(id, name) values (1, 'again')"
	each_op
	same 30
}

@test "--actors, --except-actors, --groups" {
	(make_role native_boss; make_role native_hand login)
	both sql "grant native_boss to native_hand" \
		"grant usage on schema s to native_hand" \
		"grant all on item to native_hand"
	audited s.item --actors ann,native_hand --ops insert,update
	audited s.item --except-actors ann --ops update
	audited s.item --groups native_boss,sales --ops delete
	play <<-'END'
		insert into item(id) values (10);
		begin;
		set local audit.actor = 'ann';
		insert into item(id) values (11);
		update item set price = 1;
		commit;
		update item set price = 2;
		delete from item where id = 10;
		begin;
		set local audit.groups = 'else, sales';
		delete from item where id = 11;
		commit;
	END
	PGUSER=native_hand play <<-'END'
		insert into s.item(id) values (20), (21);
		update s.item set price = 4;
		delete from s.item where id = 20;
		set audit.groups = 'sales';
		set audit.actor = '';
		delete from s.item where id = 21;
		update s.item set price = 5;
	END
	same 17
}

@test "--related: the records to which a row belongs" {
	play <<-'END'
		create table sale(id int, day date, primary key (id, day));
		create table line(id int primary key, other int, day date,
		    sale int, item int references item,
		    foreign key (day, sale) references sale(day, id));
		create table link(item int references item, line int references line,
		    primary key (item, line));
		insert into sale values (1, '2026-01-01'), (2, '2026-01-02');
		insert into line values (1, 1, '2026-01-01', 1);
	END
	audited s.sale --related
	audited s.item --related
	play <<-'END'
		set datestyle = 'SQL, DMY';
		insert into line values (2, 1, '2026-01-02', 2, 1);
		insert into line values (3, 0);
		insert into link values (1, 2);
		update line set other = 2;
		update line set day = '2026-01-02', sale = 2 where id = 1;
		update line set item = null where id = 2;
		update link set line = 3;
		delete from link;
		delete from line;
		insert into line values (4, 1, '2026-01-01', 1, 1);
		truncate line, link;
		update sale set day = '2026-01-03' where id = 2;
		update item set price = 1;
	END
	same 19
}

@test "--on-error warn, where all is well" {
	audited s.item --on-error warn
	each_op
	same 14
}

@test "--on-error warn, and fail, where the trail refuses" {
	play <<-'END'
		create table plain(id int primary key, n int);
	END
	audited s.item --on-error warn
	audited s.plain
	both sql "alter table audit.event add constraint broken
		check (op not in ('insert', 'update')) not valid"
	play <<-'END'
		insert into item(id) values (5);
		update item set price = 1 where id = 5;
		delete from item where id = 5;
		\set VERBOSITY terse
		\set ON_ERROR_STOP 0
		insert into plain values (1, 1);
		\set ON_ERROR_STOP 1
		select count(*) from plain;
	END
	mend_trails
	play <<-'END'
		insert into plain values (1, 1);
		insert into item(id) values (5);
	END
	same 5
}

@test "--require-session" {
	play <<-'END'
		create table deal(id int primary key, v text);
	END
	audited s.deal --require-session --ops insert,delete
	audited s.deal --ops update
	play <<-'END'
		\set ON_ERROR_STOP 0
		insert into deal values (1, 'a');
		\set ON_ERROR_STOP 1
		begin;
		select token from audit.open_session('ann') \gset
		select audit.use_session(:'token');
		insert into deal values (1, 'a'), (2, 'b');
		commit;
		update deal set v = 'c';
		\set ON_ERROR_STOP 0
		delete from deal;
		\set ON_ERROR_STOP 1
		begin;
		select audit.use_session(:'token');
		delete from deal where id = 1;
		commit;
	END
	same 5
}

@test "actor, groups, reason, application: said, unsaid, said otherwise" {
	audited s.item
	play <<-'END'
		insert into item(id) values (2);
		begin;
		set local audit.actor = 'ann';
		set local audit.reason = 'her order';
		insert into item(id) values (3);
		savepoint a;
		set local audit.actor = 'O''Hara "é" \';
		set local audit.reason = '';
		insert into item(id) values (4);
		rollback to a;
		insert into item(id) values (5);
		set local audit.actor = '';
		insert into item(id) values (6);
		commit;
		insert into item(id) values (7);
		set audit.actor = 'whole session';
		set application_name = 'a "name"';
		insert into item(id) values (8);
		reset audit.actor;
		set application_name = '';
		insert into item(id) values (9);
		select set_config('audit.actor', repeat('x', 5000), false) is null;
		insert into item(id) values (10);
	END
	PGOPTIONS="$PGOPTIONS -c audit.actor=eve -c audit.reason=why" \
		PGAPPNAME='é' play <<<'insert into item(id) values (11);'
	same 9
}

@test "sessions: used, ended, forged, of another, in savepoints" {
	audited s.item
	play <<-'END'
		\set VERBOSITY sqlstate
		select token as ann, session as ann_id
		    from audit.open_session('ann', groups => '{sales}') \gset
		select token as bob from audit.open_session('bob') \gset
		begin;
		set local audit.actor = 'eve';
		insert into item(id) values (2);
		select audit.use_session(:'ann');
		insert into item(id) values (3);
		set local audit.actor = 'eve';
		insert into item(id) values (4);
		savepoint a;
		select audit.use_session(:'bob');
		insert into item(id) values (5);
		rollback to a;
		insert into item(id) values (6);
		commit;
		insert into item(id) values (7);
		begin;
		set local audit.ticket = 'nonsense';
		insert into item(id) values (8);
		select set_config('audit.ticket', repeat('x', 101), true) is null;
		insert into item(id) values (9);
		commit;
		begin;
		select audit.use_session(:'ann');
		select set_config('audit.ticket',
		    left(current_setting('audit.ticket'), -1) || 'x', true) is null;
		insert into item(id) values (10);
		commit;
		begin;
		select audit.use_session(:'ann');
		insert into item(id) values (11);
		select count(*) from audit.block_sessions(array[:'ann_id'], '');
		\set ON_ERROR_STOP 0
		insert into item(id) values (12);
		rollback;
		begin;
		select audit.use_session(:'ann');
		rollback;
		\set ON_ERROR_STOP 1
		begin isolation level repeatable read;
		select audit.use_session(:'bob');
		insert into item(id) values (13);
		commit;
	END
	same 9
	is "$(sql_in "$NATIVE" "select count(*) from audit.event
		where id >= '$SINCE' and op = 'insert' and session is not null")" 4
}

@test "all at once" {
	audited s.item --label name --actor-column by --mask secret --exclude j \
		--ignore price --keep-bytes --on-error warn
	audited s.item --when 'price > 1' --ops update,delete --except-actors ann
	audited s.item --ops insert,truncate --actors bob,postgres
	each_op
	same 13
}

@test "what is common is not handed to the portable engine" {
	audited s.item --label name --actor-column by --mask secret --exclude data
	play <<-'END'
		create table plain(id bigint primary key deferrable, at timestamptz,
		    n numeric, t text, b bool, j jsonb, a text[], u uuid, y bytea);
	END
	audited s.plain
	play <<-'END'
		begin;
		set local audit.actor = 'ann';
		insert into plain values (1, '2026-01-01 00:00+01', 1.50, 't', true, '{"a": 1}', '{x}',
		    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\x01');
		update plain set n = 2, t = 'u', j = '[]', y = '\x02', at = null;
		update plain set id = 2;
		delete from plain;
		commit;
		update item set name = 'cup', secret = 'y', data = '\x02' where id = 1;
	END
	is "$(handed)" "$HANDED"
	same 5
}
