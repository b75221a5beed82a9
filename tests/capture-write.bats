#!/usr/bin/env bats
# capture-write - every way to write is captured, and the application sees no
# difference

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
