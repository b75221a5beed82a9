#!/usr/bin/env bats
# capture - which changes become events, and what is in them

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric)"
	audited s.item
}

# What an event holds

@test "an insert holds the whole new row" {
	sql "insert into item values (1, 'pen', 12.30)"
	is "$(events)" 'insert|{"id": 1}||{"id": 1, "name": "pen", "price": 12.30}'
}

@test "an update holds exactly the columns that changed, on both sides" {
	sql "insert into item values (1, 'pen', 12.30)"
	begin_trail
	sql "update item set name = 'pen', price = 12.4"
	is "$(events)" 'update|{"id": 1}|{"price": 12.30}|{"price": 12.4}'
}

@test "a delete holds the whole old row" {
	sql "insert into item values (1, 'pen', 12.30)"
	begin_trail
	sql "delete from item"
	is "$(events)" 'delete|{"id": 1}|{"id": 1, "name": "pen", "price": 12.30}|'
}

@test "an update that changes nothing makes no event" {
	sql "insert into item values (1, 'pen', 12.30), (2, null, null)"
	begin_trail
	sql "update item set name = name, price = price"
	is "$(events)" ''
}

@test "NULL and the empty string are two values" {
	sql "insert into item(id) values (1)"
	begin_trail
	sql "update item set name = ''" "update item set name = null"
	is "$(events 'old, new')" '{"name": null}|{"name": ""}
{"name": ""}|{"name": null}'
}

@test "1.0 and 1.00 are two values" {
	sql "insert into item values (1, '', 1.0)"
	begin_trail
	sql "update item set price = 1.00"
	is "$(events 'old, new')" '{"price": 1.0}|{"price": 1.00}'
}

@test "an insert knows the row as BEFORE triggers made it" {
	sql "create function loud() returns trigger language plpgsql as
		'begin new.name := upper(new.name); return new; end'" \
	    "create trigger zz before insert or update on item
		for each row execute function loud()" \
	    "insert into item values (1, 'pen', 1)" \
	    "update item set name = 'ink'"
	is "$(events)" 'insert|{"id": 1}||{"id": 1, "name": "PEN", "price": 1}
update|{"id": 1}|{"name": "PEN"}|{"name": "INK"}'
}

@test "what a BEFORE trigger prevents is no event" {
	sql "create function no() returns trigger language plpgsql as
		'begin return null; end'" \
	    "create trigger no before insert on item
		for each row execute function no()" \
	    "insert into item values (1, 'pen', 1)"
	is "$(events)" ''
}

@test "an AFTER trigger's change of the row comes after the first one" {
	sql "create function twice() returns trigger language plpgsql as
		'begin update item set price = price + 1 where id = new.id;
		return null; end'" \
	    'create trigger "AA" after insert on item
		for each row execute function twice()' \
	    'create trigger zz after insert on item
		for each row execute function twice()' \
	    "insert into item values (1, 'pen', 1)"
	is "$(events 'op, new')" 'insert|{"id": 1, "name": "pen", "price": 1}
update|{"price": 2}
update|{"price": 3}'
}

@test "generated columns are part of the row" {
	sql "create table sum(id int primary key, a int,
		b int generated always as (a * 2) stored)"
	audited s.sum
	sql "insert into sum values (1, 2)" "update sum set a = 3"
	is "$(events 'old, new')" '|{"a": 2, "b": 4, "id": 1}
{"a": 2, "b": 4}|{"a": 3, "b": 6}'
}

# Keys and records

@test "a composite key is all of its columns" {
	sql 'create table line("order" int, no int, qty int,
		primary key (no, "order"))' "insert into line values (7, 1, 10)"
	audited s.line
	sql "update line set qty = 11" "delete from line"
	is "$(events 'op, key')" 'update|{"no": 1, "order": 7}
delete|{"no": 1, "order": 7}'
}

@test "what an index only includes is no part of the key" {
	sql "create table extra(b int, a int, c int, primary key (a) include (b))"
	audited s.extra
	sql "insert into extra values (1, 2, 3)" "update extra set b = 4"
	is "$(events 'op, key, record_to is null')" 'insert|{"a": 2}|t
update|{"a": 2}|t'
}

@test "a record is found by its key's values in the order of the key" {
	sql 'create table line("order" int, no int, primary key (no, "order"))'
	audited s.line
	sql "insert into line values (7, 1)"
	is "$(events "record = audit.record((record >> 32)::int, '{1,7}'::text[])")" t
}

@test "one record's events share its number, another's have their own" {
	sql "insert into item values (1), (2)" "update item set price = 1"
	is "$(events "key, record = first_value(record)
		over (partition by key order by id)")" '{"id": 1}|t
{"id": 2}|t
{"id": 1}|t
{"id": 2}|t'
}

@test "a changed key is told with the key before, and both records" {
	sql "insert into item values (1, 'pen', 1)" "insert into item values (5)"
	sql "update item set id = 2 where id = 1" "update item set price = 2
		where id = 2"
	is "$(events 'key, old, new' "op = 'update'")" \
		'{"id": 1}|{"id": 1}|{"id": 2}
{"id": 2}|{"price": 1}|{"price": 2}'
	is "$(events "record = audit.record((record >> 32)::int, key ->> 'id'),
		record_to = audit.record((record >> 32)::int, '2')" \
		"op = 'update'")" 't|t
t|'
}

@test "keys that are swapped in one statement stay with their records" {
	sql "create table seat(no int primary key deferrable, who text)" \
	    "insert into seat values (1, 'ann'), (2, 'bob')"
	audited s.seat
	sql "update seat set no = 3 - no"
	is "$(events)" 'update|{"no": 1}|{"no": 1}|{"no": 2}
update|{"no": 2}|{"no": 2}|{"no": 1}'
}

@test "without a primary key an update holds the whole old row" {
	sql "create table note(line text, n int)" \
	    "insert into note values ('a', 1), ('a', 1)"
	audited s.note
	sql "update note set n = 2" "delete from note"
	is "$(events)" 'update||{"n": 1, "line": "a"}|{"n": 2}
update||{"n": 1, "line": "a"}|{"n": 2}
delete||{"n": 2, "line": "a"}|
delete||{"n": 2, "line": "a"}|'
}

# An event exists exactly when its change was committed

@test "a change that is rolled back is no event" {
	script <<-'END'
		begin;
		insert into item values (1);
		rollback;
	END
	is "$(events)" ''
}

@test "a change that fails later in its statement is no event" {
	refused 23505 "insert into item values (1), (2), (1)"
	is "$(events)" ''
}

@test "a rolled back savepoint takes its events along, and only its" {
	script <<-'END'
		begin;
		insert into item values (1);
		savepoint a;
		insert into item values (2);
		rollback to a;
		insert into item values (3);
		savepoint b;
		update item set price = 1 where id = 3;
		release b;
		commit;
	END
	is "$(events 'op, key')" 'insert|{"id": 1}
insert|{"id": 3}
update|{"id": 3}'
}

@test "an exception that a function catches takes the events along" {
	script <<-'END'
		do $$ begin
			insert into item values (1);
			begin
				insert into item values (2);
				insert into item values (1);
			exception when unique_violation then
				insert into item values (3);
			end;
		end $$;
	END
	is "$(events 'op, key')" 'insert|{"id": 1}
insert|{"id": 3}'
}

@test "a procedure's commits keep what they committed" {
	script <<-'END'
		do $$ begin
			insert into item values (1);
			commit;
			insert into item values (2);
			rollback;
			insert into item values (3);
		end $$;
	END
	is "$(events 'key')" '{"id": 1}
{"id": 3}'
	is "$(events 'txid' | sort -u | wc -l)" 2
}

@test "a prepared transaction's events appear when it is committed" {
	script <<-'END'
		begin;
		insert into item values (1);
		prepare transaction 'capture yes';
		begin;
		insert into item values (2);
		prepare transaction 'capture no';
	END
	is "$(events)" ''
	sql "commit prepared 'capture yes'" "rollback prepared 'capture no'"
	is "$(events 'op, key')" 'insert|{"id": 1}'
}

@test "a deferred constraint that fails at commit leaves no event" {
	sql "create table child(id int primary key,
		item int references item deferrable initially deferred)"
	audited s.child
	refused 23503 "insert into child values (1, 7)"
	is "$(events)" ''
	script <<-'END'
		begin;
		insert into child values (1, 7);
		insert into item values (7);
		commit;
	END
	is "$(events '"table", key')" 'child|{"id": 1}
item|{"id": 7}'
}

@test "events of one commit share its txid, those of another have theirs" {
	sql "begin; insert into item values (1); savepoint a;
		insert into item values (2); commit" "insert into item values (3)"
	is "$(events 'key, txid = min(txid) over ()')" '{"id": 1}|t
{"id": 2}|t
{"id": 3}|f'
	is "$(sql "begin; insert into item values (4); select txid_current();
		commit")" "$(events txid "key = '{\"id\": 4}'")"
}

# Every way to write

@test "each row of a statement is an event, in their order" {
	sql "insert into item select i from generate_series(1, 3000) i" \
	    "update item set price = id" "delete from item"
	is "$(events 'op, key' | uniq -c | sort | uniq -cd)" ''
	for op in insert update delete; do
		is "$(events "key ->> 'id'" "op = '$op'")" "$(seq 3000)"
	done
}

@test "COPY is inserts" {
	sql "copy item from program 'printf ''1\\tpen\\t1.50\\n2\\t\\\\N\\t\\\\N\\n'''"
	is "$(events 'op, new')" 'insert|{"id": 1, "name": "pen", "price": 1.50}
insert|{"id": 2, "name": null, "price": null}'
}

@test "ON CONFLICT is an insert, an update or nothing" {
	sql "insert into item values (1, 'pen', 1)
		on conflict (id) do update set price = item.price + 1" \
	    "insert into item values (1, 'pen', 1)
		on conflict (id) do update set price = item.price + 1" \
	    "insert into item values (1, 'pen', 1) on conflict do nothing" \
	    "insert into item values (1, 'pen', 1)
		on conflict (id) do update set price = item.price" \
	    "insert into item values (1, 'pen', 1)
		on conflict (id) do update set price = 9 where false"
	is "$(events)" 'insert|{"id": 1}||{"id": 1, "name": "pen", "price": 1}
update|{"id": 1}|{"price": 1}|{"price": 2}'
}

@test "MERGE is what it does to each row" {
	from_version 150000
	sql "insert into item values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)"
	begin_trail
	sql "merge into item using (values (1), (2), (3), (4)) v(id)
		on v.id = item.id
		when matched and v.id = 1 then update set price = 10
		when matched and v.id = 2 then delete
		when matched then do nothing
		when not matched then insert values (v.id, 'd', 4)"
	is "$(events | sort)" \
		'delete|{"id": 2}|{"id": 2, "name": "b", "price": 2}|
insert|{"id": 4}||{"id": 4, "name": "d", "price": 4}
update|{"id": 1}|{"price": 1}|{"price": 10}'
}

@test "writes in WITH are events as any other" {
	sql "insert into item values (1, 'pen', 1)" \
	    "create table archive(like item)"
	audited s.archive
	begin_trail
	sql "with gone as (delete from item returning *)
		insert into archive select * from gone"
	is "$(events 'op, "table"' | sort)" 'delete|item
insert|archive'
}

@test "a foreign key's cascades are events of the rows they change" {
	sql "create table a(id int primary key,
		item int references item on update cascade on delete cascade)" \
	    "create table b(id int primary key,
		item int references item on update cascade on delete set null)" \
	    "insert into item values (1)" \
	    "insert into a values (1, 1)" "insert into b values (1, 1)"
	audited s.a
	audited s.b
	begin_trail
	sql "update item set id = 2" "delete from item"
	is "$(events '"table", op, old, new' | sort)" 'a|delete|{"id": 1, "item": 2}|
a|update|{"item": 1}|{"item": 2}
b|update|{"item": 1}|{"item": 2}
b|update|{"item": 2}|{"item": null}
item|delete|{"id": 2, "name": null, "price": null}|
item|update|{"id": 1}|{"id": 2}'
	is "$(events txid | sort -u | wc -l)" 2
}

@test "writes through a view are events of its table" {
	sql "create view cheap as select * from item where price < 5" \
	    "insert into cheap values (1, 'pen', 1)" \
	    "update cheap set price = 2" "delete from cheap"
	is "$(events '"table", op')" 'item|insert
item|update
item|delete'
}

@test "a cursor's row, a prepared statement's and a function's are events" {
	sql "create function add() returns void language sql
		as 'insert into s.item values (2)'"
	script <<-'END'
		insert into item values (1);
		begin;
		declare c cursor for select * from item for update;
		move next in c;
		update item set price = 1 where current of c;
		commit;
		select add();
		prepare p as update item set price = $1 where id = $2;
		execute p(2, 2);
		execute p(3, 1);
	END
	is "$(events 'op, key, new' "op = 'update' or key = '{\"id\": 2}'")" \
		'update|{"id": 1}|{"price": 1}
insert|{"id": 2}|{"id": 2, "name": null, "price": null}
update|{"id": 2}|{"price": 2}
update|{"id": 1}|{"price": 3}'
}

@test "who may write the table needs no right on the trail" {
	make_role capture_clerk login
	sql "grant usage on schema s to capture_clerk" \
	    "grant select, insert, update, delete, truncate on item
		to capture_clerk"
	as capture_clerk sql "insert into s.item values (1)" \
	    "update s.item set price = 1" "delete from s.item" \
	    "truncate s.item"
	is "$(events 'op, role, as_role')" 'insert|capture_clerk|
update|capture_clerk|
delete|capture_clerk|
truncate|capture_clerk|'
	run -1 as capture_clerk sql "select from audit.event"
	run -1 as capture_clerk sql "insert into audit.event(id) select null"
}

@test "SET ROLE shows beside the role that logged in" {
	make_role capture_boss
	sql "grant usage on schema s to capture_boss" \
	    "grant all on item to capture_boss"
	script <<-'END'
		set role capture_boss;
		insert into item values (1);
		reset role;
		insert into item values (2);
		set session authorization capture_boss;
		insert into item values (3);
	END
	is "$(events 'role, as_role')" 'postgres|capture_boss
postgres|
capture_boss|'
}

@test "row security on the table hides nothing from the trail" {
	make_role capture_tenant login
	sql "create table deal(id int primary key, owner text)" \
	    "insert into deal values (1, 'capture_tenant'), (2, 'else')" \
	    "grant usage on schema s to capture_tenant" \
	    "grant all on deal to capture_tenant" \
	    "alter table deal owner to capture_tenant" \
	    "alter table deal enable row level security" \
	    "alter table deal force row level security" \
	    "create policy own on deal using (owner = current_user)"
	audited s.deal
	as capture_tenant sql "insert into s.deal values (3, 'capture_tenant')" \
	    "update s.deal set id = id + 10" "delete from s.deal"
	is "$(events 'op, key')" 'insert|{"id": 3}
update|{"id": 1}
update|{"id": 3}
delete|{"id": 11}
delete|{"id": 13}'
	is "$(sql "select id from deal")" 2
}

@test "session_replication_role = replica hides nothing" {
	script <<-'END'
		set session_replication_role = replica;
		insert into item values (1);
		update item set price = 1;
		delete from item;
		truncate item;
	END
	is "$(events op)" 'insert
update
delete
truncate'
}

@test "what logical replication applies is captured" {
	from=${PGDATABASE}_two
	(other_database)
	sql_in "$from" "create schema s" \
	    "create table s.item(id int primary key, name text, price numeric)" \
	    "insert into s.item values (1, 'pen', 1)" \
	    "create publication p for table s.item" \
	    "select pg_create_logical_replication_slot('$from', 'pgoutput')" \
	    >/dev/null
	sql "create subscription $from
		connection 'dbname=$from host=$PGHOST port=$PGPORT user=$PGUSER'
		publication p with (create_slot = false)"
	await arrived 1
	sql_in "$from" "update s.item set price = 2" \
	    "delete from s.item" "insert into s.item values (2)" "truncate s.item"
	await arrived 6
	sql "drop subscription $from"
	drop_other_database
	is "$(events)" 'insert|{"id": 1}||{"id": 1, "name": "pen", "price": 1}
update|{"id": 1}|{"price": 1}|{"price": 2}
delete|{"id": 1}|{"id": 1, "name": "pen", "price": 2}|
insert|{"id": 2}||{"id": 2, "name": null, "price": null}
delete|{"id": 2}|{"id": 2, "name": null, "price": null}|
truncate|||{"rows": 1, "unread": 0}'
}

arrived() {
	[ "$(events op | wc -l)" = "$1" ]
}

@test "isolation levels make no difference" {
	for level in 'repeatable read' serializable; do
		PGOPTIONS+=" -c default_transaction_isolation=${level// /\\ }" \
			sql "insert into item values (1)" "delete from item"
	done
	is "$(events op)" 'insert
delete
insert
delete'
}

@test "an unlogged table's changes are events too" {
	sql "create unlogged table quick(id int primary key)"
	audited s.quick
	sql "insert into quick values (1)" "delete from quick"
	is "$(events '"table", op')" 'quick|insert
quick|delete'
}

# The application sees no difference

@test "row counts and RETURNING stay as they are" {
	is "$(psql -AtXc "insert into item values (1), (2) returning id")" '1
2
INSERT 0 2'
	is "$(psql -AtXc "update item set price = 1 returning id, price")" '1|1
2|1
UPDATE 2'
	is "$(psql -AtXc "update item set price = 1 where id = 1")" 'UPDATE 1'
	is "$(psql -AtXc "delete from item where id = 1")" 'DELETE 1'
	is "$(psql -AtXc "copy item from program 'echo 7'" \
	    -c "alter table item alter price set default 0" 2>&1 |
	    tail -n 1)" 'ALTER TABLE'
	is "$(psql -AtXc "truncate item")" 'TRUNCATE TABLE'
}

@test "FOUND and ROW_COUNT stay as they are" {
	is "$(psql -AtX 2>&1 <<-'END'
		do $$ declare n int; begin
			insert into item select i from generate_series(1, 3) i;
			get diagnostics n = row_count;
			raise warning 'insert % %', found, n;
			update item set price = 1 where id > 1;
			get diagnostics n = row_count;
			raise warning 'update % %', found, n;
			delete from item where id > 9;
			get diagnostics n = row_count;
			raise warning 'delete % %', found, n;
		end $$;
	END
	)" 'WARNING:  insert t 3
WARNING:  update t 2
WARNING:  delete f 0
DO'
}

@test "lastval() and the numbers after setseed() stay the application's" {
	sql "create table bill(id serial primary key, no int)"
	script >"$BATS_TEST_TMPDIR/without" <<-'END'
		select setseed(0.5);
		insert into bill(no) values (1) returning id;
		select lastval(), random();
		delete from bill returning id;
		alter sequence bill_id_seq restart;
	END
	audited s.bill
	script >"$BATS_TEST_TMPDIR/with" <<-'END'
		select setseed(0.5);
		insert into bill(no) values (1) returning id;
		select lastval(), random();
		update bill set no = 2;
		delete from bill returning id;
		truncate bill;
		select currval('bill_id_seq');
	END
	is "$(head -n 4 "$BATS_TEST_TMPDIR/with")" \
		"$(cat "$BATS_TEST_TMPDIR/without")"
	is "$(tail -n 1 "$BATS_TEST_TMPDIR/with")" 1
}

@test "an error is the same error" {
	sql "create table twin(like item including all)"
	for statement in "insert into %s values (1), (1)" \
	    "insert into %s values (null)" "insert into %s values ('x')" \
	    "update %s set nothing = 1" "truncate %s, missing"; do
		for table in twin item; do
			# shellcheck disable=SC2059 # the format is above
			printf "$statement" "$table" |
				psql -AtX -v VERBOSITY=verbose 2>&1 |
				sed "s/$table/TABLE/g" >"$BATS_TEST_TMPDIR/$table"
		done
		diff "$BATS_TEST_TMPDIR/twin" "$BATS_TEST_TMPDIR/item"
	done
}

@test "transition tables and triggers of the application still work" {
	sql "create table total(n bigint)" \
	    "create function tell() returns trigger language plpgsql as
		'begin insert into total select count(*) from new_rows;
		return null; end'" \
	    "create trigger total after insert on item
		referencing new table as new_rows
		for each statement execute function tell()" \
	    "insert into item values (1), (2)"
	is "$(sql "select n from total")" 2
	is "$(events key)" '{"id": 1}
{"id": 2}'
}

@test "a cursor that is open sees what it saw" {
	sql "insert into item values (1), (2)"
	is "$(script <<-'END'
		begin;
		declare c scroll cursor for select id from item order by id;
		fetch c;
		update item set id = id + 10;
		delete from item where id = 12;
		fetch c;
		commit;
	END
	)" '1
2'
}

# TRUNCATE

@test "a truncate is a delete for each row, then a truncate with their number" {
	sql "insert into item values (1, 'pen', 1), (2, 'ink', 2)"
	begin_trail
	sql "truncate item"
	is "$(events 'op, key, old')" \
		'delete|{"id": 1}|{"id": 1, "name": "pen", "price": 1}
delete|{"id": 2}|{"id": 2, "name": "ink", "price": 2}
truncate||'
	is "$(events '"schema", "table", new' "op = 'truncate'")" \
		's|item|{"rows": 2, "unread": 0}'
	is "$(sql "select count(*) from item")" 0
}

@test "a truncate of an empty table is a truncate" {
	sql "truncate item"
	is "$(events 'op, new')" 'truncate|{"rows": 0, "unread": 0}'
}

@test "a truncate of a table with any column names tells whole rows" {
	for type in int json; do
		sql "drop table if exists odd" \
		    "create table odd(t $type, x int, o int, n int, r int, p int,
			at int, y int, id int primary key)" \
		    "insert into odd values ('1', 2, 3, 4, 5, 6, 7, 8, 9)"
		audited s.odd
		sql "truncate odd"
	done
	is "$(events 'key, old' "op = 'delete'")" \
		'{"id": 9}|{"n": 4, "o": 3, "p": 6, "r": 5, "t": 1, "x": 2, "y": 8, "at": 7, "id": 9}
{"id": 9}|{"n": 4, "o": 3, "p": 6, "r": 5, "t": 1, "x": 2, "y": 8, "at": 7, "id": 9}'
}

@test "a truncate that is rolled back is no event" {
	sql "insert into item values (1)"
	begin_trail
	sql "begin; truncate item; rollback"
	is "$(events)" ''
}

@test "a truncate tells the rows' last state, the transaction's own included" {
	sql "insert into item values (1, 'pen', 1)"
	begin_trail
	sql "begin; update item set price = 2; insert into item values (2);
		truncate item; insert into item values (1); commit"
	is "$(events 'op, key, coalesce(new, old)')" \
		'update|{"id": 1}|{"price": 2}
insert|{"id": 2}|{"id": 2, "name": null, "price": null}
delete|{"id": 1}|{"id": 1, "name": "pen", "price": 2}
delete|{"id": 2}|{"id": 2, "name": null, "price": null}
truncate||{"rows": 2, "unread": 0}
insert|{"id": 1}|{"id": 1, "name": null, "price": null}'
}

@test "a truncate of several tables and what CASCADE reaches tells all rows" {
	sql "create table child(id int primary key, item int references item)" \
	    "create table other(id int primary key)"
	audited s.child
	audited s.other
	sql "insert into item values (1)" "insert into child values (5, 1)" \
	    "insert into other values (9)"
	begin_trail
	sql "truncate item, other restart identity cascade"
	is "$(events '"table", op, key' | sort)" 'child|delete|{"id": 5}
child|truncate|
item|delete|{"id": 1}
item|truncate|
other|delete|{"id": 9}
other|truncate|'
}

@test "row security hides no row of a truncate" {
	make_role capture_owner login
	sql "insert into item values (1), (2)" \
	    "grant usage on schema s to capture_owner" \
	    "alter table item owner to capture_owner" \
	    "alter table item enable row level security" \
	    "alter table item force row level security"
	begin_trail
	as capture_owner sql "truncate s.item"
	is "$(events 'op, key')" 'delete|{"id": 1}
delete|{"id": 2}
truncate|'
}

@test "inheritance: each table's truncate tells its own rows" {
	sql "create table kid() inherits (item)" \
	    "insert into item values (1)" "insert into kid values (2)"
	begin_trail
	sql "truncate only item"
	is "$(events 'op, key')" 'delete|{"id": 1}
truncate|'
	audited s.kid
	sql "insert into item values (3)" "insert into kid values (4)"
	begin_trail
	sql "truncate item"
	is "$(events '"table", op, new ->> '"'rows'" | sort)" 'item|delete|
item|truncate|1
kid|delete|
kid|delete|
kid|truncate|2'
}

# Who did it, and why

@test "the actor is who the application said, for this transaction" {
	script <<-'END'
		begin;
		set local audit.actor = 'alice';
		set local audit.reason = 'her order';
		insert into item values (1);
		commit;
		insert into item values (2);
		begin;
		set local audit.actor = '';
		update item set price = 1;
		commit;
	END
	is "$(events 'op, key, actor, reason')" \
		'insert|{"id": 1}|alice|her order
insert|{"id": 2}||
update|{"id": 1}||
update|{"id": 2}||'
}

@test "where nobody said who acts, the actor is null" {
	sql "insert into item values (1)"
	is "$(events 'actor is null, reason is null, session is null')" 't|t|t'
}

@test "an actor in force is whoever it is at that statement" {
	script <<-'END'
		begin;
		set local audit.actor = 'ann';
		insert into item values (1);
		savepoint a;
		set local audit.actor = 'bob';
		insert into item values (2);
		rollback to a;
		insert into item values (3);
		set local audit.actor = 'O''Hara "é" \';
		insert into item values (4);
		commit;
	END
	is "$(events actor)" "ann
ann
O'Hara \"é\" \\"
}

@test "role, application and address are those of the connection" {
	PGAPPNAME='a "name"' sql "insert into item values (1)"
	PGAPPNAME='' sql "insert into item values (2)"
	is "$(events 'role, app, app is null, addr is null')" \
		'postgres|a "name"|f|t
postgres||t|t'
}

@test "every change by a cascade and a trigger carries the actor" {
	sql "create table child(id int primary key,
		item int references item on delete cascade)" \
	    "insert into item values (1)" "insert into child values (1, 1)"
	audited s.child
	begin_trail
	sql "begin; set local audit.actor = 'ann'; delete from item; commit"
	is "$(events '"table", op, actor' | sort)" 'child|delete|ann
item|delete|ann'
}
