#!/usr/bin/env bats
# native-write - every way to write makes the same events with either engine

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
		create table item(id int primary key, name text, price numeric);
	END
	audited s.item
}

@test "inserts, updates and deletes, by one row and by many" {
	play <<-'END'
		insert into item values (1, 'pen', 12.30);
		update item set price = 12.4 where id = 1;
		update item set name = name, price = price;
		update item set price = 12.40;
		update item set name = null, price = null;
		delete from item;
		insert into item select i, 'n' || i, i from generate_series(1, 2000) i;
		update item set price = price + 0.5 where id % 3 > 0;
		update item set id = -id where id > 1990;
		delete from item where id % 2 = 0;
		begin;
		insert into item values (3000, 'x', 1);
		update item set name = 'y' where id = 3000;
		update item set name = 'z' where id = 3000;
		delete from item where id = 3000;
		commit;
		truncate item;
	END
	same 5354
	is "$(handed)" "$HANDED"
}

@test "COPY, ON CONFLICT, WITH, RETURNING" {
	play <<-'END'
		copy item from stdin;
		1	pen	1.50
		2		\N
		3	a\tb	NaN
		\.
		insert into item values (1, 'a', 1), (4, 'b', 2)
		    on conflict (id) do update set price = item.price + excluded.price
		    returning *;
		insert into item values (1, 'a', 1) on conflict do nothing;
		insert into item values (1, 'a', 1)
		    on conflict (id) do update set price = item.price;
		insert into item values (1, 'a', 1)
		    on conflict (id) do update set price = 9 where false;
		create table old(like item);
	END
	audited s.old
	play <<-'END'
		with gone as (delete from item where id > 2 returning *),
		    more as (update item set price = 0 returning *),
		    new as (insert into item values (9, 'new', 9) returning *)
		insert into old select * from gone union all select * from new
		    union all select * from more;
		update item set price = 7 from old where old.id = item.id
		    returning item.*;
		delete from item using old where old.id = item.id returning item.id;
	END
	same 21
	is "$(handed)" "$HANDED"
}

@test "MERGE" {
	from_version 150000
	play <<-'END'
		insert into item values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
		merge into item using (values (1), (2), (3), (4)) v(id)
		on v.id = item.id
		when matched and v.id = 1 then update set price = 10
		when matched and v.id = 2 then delete
		when matched then do nothing
		when not matched then insert values (v.id, 'd', 4);
	END
	same 6
}

@test "cascades, deferred constraints, keys that are swapped" {
	play <<-'END'
		create table a(id int primary key,
		    item int references item on update cascade on delete cascade);
		create table b(id int primary key,
		    item int references item on update cascade on delete set null);
		create table c(id int primary key,
		    item int references item deferrable initially deferred);
		create table d(id int primary key, up int references d
		    on delete cascade);
		create table seat(no int primary key deferrable, who text);
	END
	audited s.a
	audited s.b
	audited s.c
	audited s.d
	audited s.seat
	play <<-'END'
		insert into item values (1), (5);
		insert into a values (1, 1), (2, 5);
		insert into b values (1, 1);
		update item set id = 2 where id = 1;
		delete from item where id = 2;
		begin;
		insert into c values (1, 7);
		insert into item values (7);
		commit;
		\set ON_ERROR_STOP 0
		insert into c values (2, 8);
		insert into item values (5);
		\set ON_ERROR_STOP 1
		insert into d values (1, null), (2, 1), (3, 2), (4, 1);
		delete from d where id = 1;
		insert into seat values (1, 'ann'), (2, 'bob');
		update seat set no = 3 - no;
		truncate item cascade;
	END
	same 34
}

@test "keys: composite, renamed, none, included, unusual types" {
	play <<-'END'
		create table line("order" int, no int, qty int,
		    primary key (no, "order"));
		create table note(line text, n int);
		create table extra(b int, a int, c int, primary key (a) include (b));
		create table k(t timestamptz, n numeric, x bytea, u uuid, b bool,
		    f float8, v int, primary key (t, n, x, u, b, f));
		create table one(n numeric primary key, v int);
		create table j(j jsonb primary key, v int);
		create table ts(t timestamp primary key, v int);
		create table te("K" text primary key, v int);
	END
	for table in line note extra k one j ts te; do
		audited s.$table
	done
	play <<-'END'
		set timezone = 'Asia/Tokyo';
		set datestyle = 'German';
		insert into line values (7, 1, 10), (8, 1, 11);
		update line set qty = 12;
		update line set no = 2, "order" = 9 where "order" = 7;
		delete from line;
		insert into note values ('a', 1), ('a', 1), (null, null);
		update note set n = 2;
		update note set line = line;
		delete from note;
		insert into extra values (1, 2, 3);
		update extra set b = 4;
		update extra set a = 4;
		insert into k values ('2026-01-01 00:00+00', 1.50, '\xdead',
		    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', true, 0.1, 1);
		update k set v = 2;
		update k set t = 'infinity', n = 'NaN', x = '', b = false, f = '-0';
		update k set f = 0;
		delete from k;
		insert into one values (1.0, 1), (2.00, 2), ('1e50', 3);
		update one set n = 1.00 where n = 1;
		update one set n = n + 1, v = v + 1 where n = 2;
		delete from one;
		insert into j values ('{"b":1.0,"a":[null]}', 1), ('"x"', 2), ('null', 3),
		    ('1.50', 4);
		update j set v = v + 1;
		update j set j = '1.500' where v = 5;
		delete from j;
		insert into ts values ('2026-01-01'), ('infinity'), ('0001-01-01 BC');
		update ts set v = 1;
		delete from ts;
		insert into te values (''), ('é "x" \'), (repeat('k', 2000)),
		    ('1'), ('null');
		update te set v = 1;
		update te set "K" = "K" || '!';
		delete from te;
	END
	same 73
	is "$(handed)" "$HANDED"
}

@test "savepoints, exceptions, procedures, prepared transactions" {
	play <<-'END'
		begin;
		insert into item values (1);
		savepoint a;
		insert into item values (2);
		rollback to a;
		insert into item values (3);
		savepoint b;
		update item set price = 1 where id = 3;
		savepoint c;
		delete from item where id = 1;
		release b;
		commit;
		begin;
		insert into item values (100);
		rollback;
		do $$ begin
			insert into item values (4);
			begin
				insert into item values (5);
				insert into item values (5);
			exception when unique_violation then
				insert into item values (6);
			end;
			for i in 10..30 loop
				begin
					insert into item values (i);
					perform 1 / (i % 3);
				exception when division_by_zero then null;
				end;
			end loop;
		end $$;
		do $$ begin
			insert into item values (40);
			commit;
			insert into item values (41);
			rollback;
			insert into item values (42);
		end $$;
		begin;
		insert into item values (50);
		savepoint x;
		update item set price = 3 where id = 50;
		prepare transaction 'native';
		insert into item values (51);
		commit prepared 'native';
		begin;
		insert into item values (52);
		prepare transaction 'native';
		rollback prepared 'native';
	END
	same 25
	is "$(handed)" "$HANDED"
}

@test "triggers of the application that change rows before and after" {
	play <<-'END'
		create table log(n serial primary key, what text);
		create function loud() returns trigger language plpgsql as
		    'begin new.name := upper(new.name); return new; end';
		create function twice() returns trigger language plpgsql as $$ begin
			update item set price = price + 1 where id = new.id;
			insert into log(what) values (tg_name);
			return null;
		end $$;
		create function gone() returns trigger language plpgsql as $$ begin
			delete from item where id = new.id and new.price > 5;
			return null;
		end $$;
		create function no() returns trigger language plpgsql as
		    'begin return null; end';
		create trigger loud before insert or update on item
		    for each row execute function loud();
		create trigger "AA" after insert on item
		    for each row execute function twice();
		create trigger zz after insert on item
		    for each row execute function twice();
		create trigger zzz after update on item
		    for each row execute function gone();
		create trigger skip before insert on item for each row
		    when (new.id = 13) execute function no();
		create constraint trigger late after delete on item
		    deferrable initially deferred for each row execute function loud();
	END
	audited s.log
	play <<-'END'
		insert into item values (1, 'pen', 1), (2, 'ink', 4), (13, 'no', 1);
		update item set name = 'cup';
		update item set price = 7;
		begin;
		insert into item values (3, 'x', 4), (4, 'y', 1);
		update item set price = 9 where id = 4;
		commit;
	END
	same 27
}

@test "an update in an AFTER trigger of a row that its statement deletes later" {
	play <<-'END'
		create function spread() returns trigger language plpgsql as $$ begin
			if pg_trigger_depth() < 3 then
				update item set price = coalesce(price, 0) + 1;
			end if;
			return null;
		end $$;
		create trigger spread after insert or delete on item
		    for each row execute function spread();
		insert into item select i from generate_series(1, 4) i;
		delete from item where id < 3;
	END
	same 26
}

@test "generated columns, identities, defaults, views, rules, cursors" {
	play <<-'END'
		create table g(id int primary key, a int,
		    b int generated always as (a * 2) stored,
		    c int generated by default as identity,
		    d text default 'x' || 1);
		create view cheap as select * from item where price < 5;
		create rule also as on update to item where new.price = 3
		    do also insert into g(id, a) values (new.id, 3);
	END
	audited s.g
	play <<-'END'
		insert into g(id, a) values (1, 2);
		update g set a = 3;
		update g set d = 'y';
		insert into cheap values (1, 'pen', 1), (2, 'ink', 2);
		update cheap set price = 3 where id = 2;
		delete from cheap where id = 1;
		begin;
		declare c cursor for select * from item for update;
		move next in c;
		update item set price = 4 where current of c;
		delete from item where current of c;
		commit;
		prepare p as insert into item values ($1, $2, $3);
		execute p(1, 'a', 1);
		execute p(2, 'b', 2);
		create function add(int) returns void language sql
		    as 'insert into s.item values ($1)';
		select add(i) from generate_series(10, 12) i;
	END
	same 15
	is "$(handed)" "$HANDED"
}

@test "partitions: other column numbers, dropped columns, movement, defaults" {
	play <<-'END'
		create table sale(id int, area text, amount numeric, secret text,
		    primary key (id, area)) partition by list (area);
		create table sale_n partition of sale for values in ('n');
		create table sale_s partition of sale for values in ('s')
		    partition by range (id);
		create table sale_s1 partition of sale_s for values from (0) to (100);
		create table sale_e(gone int, secret text, also_gone int,
		    amount numeric, area text not null, id int not null);
		alter table sale_e drop gone, drop also_gone;
		create table sale_rest partition of sale default;
	END
	audited s.sale --label secret
	play <<-'END'
		alter table sale attach partition sale_e for values in ('e');
		insert into sale select i, (array['n', 's', 'e', 'x'])[1 + i % 4], i, 'y'
		    from generate_series(1, 40) i;
		update sale set amount = amount * 2 where id < 20;
		update sale set area = 's', secret = 'moved' where area = 'n';
		update sale set area = 'e' where area = 'x' and id < 20;
		update sale_e set secret = null;
		insert into sale_e values ('direct', 3, 'e', 1000);
		update sale set id = 0 where id = 1000;
		delete from sale_s where id > 30;
		insert into sale values (1, 'n', 1), (1, 's', 1)
		    on conflict (id, area) do update set amount = -1;
		create table sale_w(area text not null, id int not null, secret text,
		    amount numeric);
		alter table sale attach partition sale_w for values in ('w');
		insert into sale values (7, 'w', 1, 'w');
		alter table sale add note text default 'n';
		update sale set note = 'm' where id < 10;
		alter table sale drop amount;
		update sale set note = 'o' where id < 5;
		alter table sale detach partition sale_n;
		insert into sale_n values (9000, 'n');
		alter table sale attach partition sale_n for values in ('n');
		insert into sale values (9001, 'n'), (92, 's');
		delete from sale;
		truncate sale;
	END
	same 179
}

@test "a partition and its parent with rules of their own" {
	play <<-'END'
		create table sale(id int, area text, amount numeric, secret text,
		    primary key (id, area)) partition by list (area);
		create table sale_n partition of sale for values in ('n');
		create table sale_e(id int not null, area text not null,
		    amount numeric, secret text, primary key (id, area));
	END
	audited s.sale --mask secret
	audited s.sale_e --mask amount --label area
	audited s.sale_n --ops update
	play <<-'END'
		insert into sale_e values (1, 'e', 1, 'x');
		alter table sale attach partition sale_e for values in ('e');
		update sale_e set amount = 2;
		update sale set secret = 'y';
		insert into sale values (2, 'e', 1, 'x'), (3, 'n', 1, 'x');
		update sale set amount = 4;
		update sale_n set secret = 'z';
		update sale set area = 'n' where id = 2;
		delete from sale;
		truncate sale_e;
	END
	same 15
}

@test "inheritance, unlogged tables, tables of no and of many columns" {
	play <<-END
		create table base(id int primary key, n int);
		create table kid(extra text) inherits (base);
		create unlogged table quick(id int primary key);
		create table bare();
		create table wide(id int primary key,
		    $(printf 'c%d int, ' $(seq 900)) z int);
	END
	for table in base kid quick bare wide; do
		audited s.$table
	done
	play <<-'END'
		insert into base values (1, 1);
		insert into kid values (2, 2, 'x');
		update base set n = 3;
		delete from base;
		insert into quick values (1), (2);
		update quick set id = id + 10;
		insert into bare default values;
		delete from bare;
		insert into wide(id, c1, c900) values (1, 2, 3);
		update wide set c450 = 1, z = 2, c900 = null;
		delete from wide;
	END
	same 15
}

@test "names of any kind, and columns that are called as ours" {
	long=$(printf 'é%.0s' {1..31})
	play <<-END
		create schema "My ""S"".x";
		create table "My ""S"".x"."T %s 'q' \$1"(old int, new int, "by" int,
		    "a""b" int, "%s" int, "select" int, "A b" int, "tg_op" int,
		    id int, at int, txid int, "\$1" int, "\\" int, "'" int, " " int,
		    "$long" int, primary key (old, "a""b"));
	END
	audited "\"My \"\"S\"\".x\".\"T %s 'q' \$1\""
	play <<-'END'
		set search_path = "My ""S"".x";
		insert into "T %s 'q' $1" values (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		    12, 13, 14, 15, 16);
		update "T %s 'q' $1" set new = 0, "%s" = 0, "'" = 0, id = null;
		update "T %s 'q' $1" set "a""b" = 0;
		delete from "T %s 'q' $1";
		truncate "T %s 'q' $1";
		drop schema "My ""S"".x" cascade;
	END
	same 5
}

@test "roles: SET ROLE, SESSION AUTHORIZATION, definers, row security" {
	(make_role native_clerk login)
	both sql "grant usage on schema s to native_clerk" \
		"grant all on item to native_clerk"
	play <<-'END'
		insert into item values (0);
		set role native_clerk;
		insert into s.item values (1);
		reset role;
		set session authorization native_clerk;
		insert into s.item values (2);
		reset session authorization;
		create function add(int) returns void language sql security definer
		    set search_path = '' as 'insert into s.item values ($1)';
		set role native_clerk;
		select s.add(3);
		reset role;
		alter table item enable row level security;
		alter table item force row level security;
		create policy own on item to native_clerk using (id > 1);
		set role native_clerk;
		update s.item set name = 'seen';
		delete from s.item;
		\set ON_ERROR_STOP 0
		insert into s.item values (0);
		insert into s.item values (-5);
		select from audit.event;
		insert into audit.event(id, at, op) values (gen_random_uuid(), now(), 'x');
		select audit.capture();
		\set ON_ERROR_STOP 1
		reset role;
		set local role native_clerk;
		set application_name = 'an "app"';
		set session_replication_role = replica;
		update item set price = 1;
		set session_replication_role = origin;
	END
	PGUSER=native_clerk play <<-'END'
		insert into s.item values (70);
		set application_name = '';
		set role native_clerk;
		update s.item set price = 70 where id = 70;
	END
	same 12
	is "$(handed)" "$HANDED"
}

@test "errors: the same error, no event, and a good statement after it" {
	play <<-'END'
		alter table item add check (price < 100);
		insert into item values (1, 'a', 1);
		\set ON_ERROR_STOP 0
		insert into item values (2, 'b', 1), (1, 'c', 1);
		insert into item values (null);
		update item set price = 100;
		update item set id = null;
		insert into item values ('x');
		begin;
		insert into item values (3, 'd', 3);
		savepoint a;
		insert into item values (3, 'd', 3);
		rollback to a;
		update item set price = 4 where id = 3;
		commit;
		insert into item select i, repeat('x', i), 1 / (50 - i)
		    from generate_series(40, 60) i;
		\set ON_ERROR_STOP 1
		update item set price = 5;
	END
	same 5
}

@test "isolation levels, read-only transactions, old snapshots" {
	play <<-'END'
		begin isolation level repeatable read;
		insert into item values (1);
		update item set price = 1;
		commit;
		begin isolation level serializable;
		insert into item values (2);
		delete from item where id = 1;
		commit;
		\set ON_ERROR_STOP 0
		begin read only;
		insert into item values (3);
		rollback;
		begin isolation level repeatable read;
		select count(*) from item;
		\! psql -qc 'update s.item set price = 6 where id = 2'
		insert into item values (4);
		update item set price = 7 where id = 2;
		rollback;
		\set ON_ERROR_STOP 1
		begin isolation level repeatable read;
		select count(*) from item;
		\! psql -qc 'insert into s.item values (8)'
		insert into item values (9);
		commit;
	END
	same 7
}

@test "COPY FREEZE, COPY of many rows, a table made in the same transaction" {
	play <<-'END'
		begin;
		truncate item;
		copy item from program 'seq 1 1500 | sed "s/$/\tx\t1.0/"' freeze;
		commit;
	END
	same 1501
}
