#!/usr/bin/env bats
# native-ddl - what is altered while a connection has known it otherwise, in its
# own transaction or by another, is seen by either engine alike

load native

setup_file() {
	two_trails
}

teardown_file() {
	drop_two_trails
}

setup() {
	two_schemas
	play <<-'END'
		create table item(id int primary key, name text, price numeric,
		    data bytea);
		insert into item values (1, 'pen', 12.30, '\x01');
	END
}

# aside <FILE - the lines of a script for psql, those that begin with ! run in
# another connection
aside() {
	sed "s/^\s*!\(.*\)/\\\\! psql -qX -v ON_ERROR_STOP=1 -c \"\1\"/"
}

@test "columns that are added, dropped, renamed in the same transaction" {
	audited s.item --mask name
	play <<-'END'
		insert into item values (2, 'ink', 1);
		begin;
		update item set price = 2;
		alter table item add color text, add more bytea;
		update item set color = 'red', more = '\x00' where id = 1;
		alter table item drop price;
		update item set name = 'y';
		delete from item where id = 2;
		savepoint a;
		alter table item rename color to name2;
		update item set name2 = 'green';
		rollback to a;
		update item set color = 'blue';
		savepoint b;
		alter table item drop color;
		insert into item(id) values (7);
		release b;
		update item set name = 'z', data = null;
		commit;
		insert into item(id, name) values (8, 'q');
		alter table item add size int default 5, add at timestamptz
		    default '2026-01-01';
		update item set size = 6;
		update item set at = at + interval '1 day';
		alter table item alter size set default 7;
		insert into item(id) values (9);
	END
	same 19
}

@test "names that are swapped: of columns, tables and schemas" {
	play <<-'END'
		create table draft(id int primary key, name text, price numeric,
		    data bytea);
		insert into draft values (1, 'draft', 1);
	END
	audited s.item --mask name --label price
	audited s.draft --exclude price --ignore name
	play <<-'END'
		update item set price = 0;
		update draft set price = 0, name = 'd';
		update draft set data = '\x02';
		begin;
		alter table item rename to old_item;
		alter table draft rename to item;
		update item set data = '\x03';
		update old_item set price = 9;
		alter table old_item rename to draft;
		commit;
		update item set name = 'x', price = 2, data = null;
		update draft set name = 'y', price = 3;
		begin;
		alter table draft rename name to x;
		alter table draft rename price to name;
		alter table draft rename x to price;
		update draft set name = 8, price = 'secret';
		rollback;
		update draft set name = 'z', price = 4;
		alter table draft rename name to x;
		alter table draft rename price to name;
		alter table draft rename x to price;
		update draft set name = 7, price = 'secret';
		alter schema s rename to old;
		create schema s;
		update old.draft set name = 6;
		alter table old.item set schema s;
		update s.item set data = '\x04', name = 'n';
		drop schema s cascade;
		alter schema old rename to s;
		update s.draft set name = 5;
	END
	same 11
}

@test "types that change: of a column, a domain, an enum, a composite" {
	play <<-'END'
		create type mood as enum ('ok', 'sad');
		create domain amount as numeric;
		create type pair as (a int, b int);
		alter table item add m mood, add d amount, add p pair;
	END
	audited s.item
	play <<-'END'
		update item set m = 'ok', d = 1.50, p = row(1, 2);
		alter type mood rename value 'ok' to 'fine';
		update item set name = 'a';
		update item set m = 'sad';
		update item set m = 'fine';
		alter table item alter name type bytea using convert_to(name, 'UTF8');
		update item set name = '\x00';
		alter table item alter name type text using 'a', alter price type json
		    using '"\u0000"', alter data type text using 'd';
		update item set data = 'e';
		begin;
		alter table item alter data type int using 5;
		update item set data = 6;
		alter table item alter data type float8;
		update item set data = 0.1;
		commit;
		alter type pair add attribute c json;
		update item set p = row(1, 2, '"\u0000"');
		alter type pair rename attribute a to z;
		update item set p = row(1, 3, '{}');
		alter domain amount add check (value > 0);
		update item set d = 2.0;
		alter table item alter id type numeric;
		update item set d = 3.0;
		update item set id = 1.0;
		delete from item;
	END
	same 14
}

@test "keys that are dropped, made anew, of other columns" {
	audited s.item
	play <<-'END'
		alter table item drop constraint item_pkey;
		update item set price = 1;
		alter table item add primary key (name);
		update item set price = 2;
		alter table item drop constraint item_pkey, add primary key (id, name);
		update item set price = 3;
		begin;
		alter table item drop constraint item_pkey, add primary key (price);
		update item set price = 4;
		rollback;
		update item set price = 5;
		create unique index other on item(price);
		alter table item alter price set not null;
		alter table item drop constraint item_pkey;
		alter table item add primary key using index other;
		update item set price = 6;
		alter table item rename price to cost;
		update item set cost = 7;
		alter table item drop cost;
		update item set name = 'b';
	END
	same 7
}

@test "what another connection alters under one that has written before" {
	audited s.item --mask name
	aside <<-'END' | play
		update item set price = 1;
		! alter table s.item add color text, drop price
		update item set color = 'red', name = 'x';
		! alter table s.item rename to thing
		update thing set color = 'blue';
		! alter table s.thing rename name to title
		update thing set title = 'y';
		! alter table s.thing drop constraint item_pkey
		update thing set title = 'z';
		! alter table s.thing alter color type bytea using '\\x00'
		update thing set color = '\x01';
		! drop table s.thing; create table s.thing(id int, color bytea)
		insert into thing values (1, '\x02');
	END
	same 6
}

@test "rules that another connection changes: from the next statement on" {
	audited s.item
	for database in "$PORTABLE" "$NATIVE"; do
		cat >"$BATS_TEST_TMPDIR/$database.sql" <<-END
			update item set price = 1;
			begin;
			update item set price = 2;
			\\! audit-rule disable $(last_rule)
			update item set price = 3;
			\\! audit-rule enable $(last_rule)
			update item set price = 4;
			\\! audit-rule add s.item --name x$BATS_TEST_NUMBER --mask name
			update item set name = 'hide';
			commit;
			begin isolation level repeatable read;
			update item set price = 5;
			\\! audit-rule remove x$BATS_TEST_NUMBER
			\\! audit-rule disable $(last_rule)
			update item set price = 6, name = 'hide';
			commit;
			update item set price = 7;
			\\! audit-rule enable $(last_rule)
			update item set price = 8, name = 'show';
			do \$\$ begin
				update item set price = 9;
				update item set price = 10;
			end \$\$;
			\\! audit-rule remove $(last_rule)
			update item set price = 11;
		END
	done
	play <"$BATS_TEST_TMPDIR/$PORTABLE.sql"
	same 9
}

# last_rule - the one that was added last
last_rule() {
	echo "r$BATS_TEST_NUMBER.$RULES"
}

@test "a rule that is changed in the writer's own transaction" {
	audited s.item --name own
	play <<-'END'
		begin;
		update item set price = 1;
		select audit.lock_rules() is null;
		update audit.plan set on_update = 'else' where relid = 's.item'::regclass;
		update item set price = 2;
		savepoint a;
		delete from audit.plan where relid = 's.item'::regclass;
		update item set price = 3;
		rollback to a;
		update item set price = 4;
		update audit.plan set on_update = null where relid = 's.item'::regclass;
		update item set price = 5;
		rollback;
		update item set price = 6;
	END
	same 1
	play <<-'END'
		begin;
		update audit.plan set on_update = 'else', mask = '{name}', trims = true
		    where relid = 's.item'::regclass;
		update item set price = 2, name = 'hide';
		commit;
		update item set price = 3, name = 'hidden';
	END
	same 3
}

@test "functions and statements with many events that change what they run on" {
	audited s.item
	play <<-'END'
		create function churn() returns void language plpgsql as $$ begin
			for i in 1..5 loop
				execute format('alter table s.item add c%s int', i);
				execute format('update s.item set c%s = %1$s', i);
				if i % 2 = 0 then
					execute format('alter table s.item drop c%s', i);
				end if;
			end loop;
			begin
				alter table s.item rename to away;
				update s.away set price = 99;
				raise division_by_zero;
			exception when division_by_zero then
				update s.item set price = 100;
			end;
		end $$;
		select churn();
		select churn() from (values (1)) x where false;
		truncate item;
		insert into item(id) select i from generate_series(1, 100) i;
	END
	same 108
}

@test "a new table under the same name, in the same session and transaction" {
	audited s.item
	play <<-'END'
		update item set price = 1;
		begin;
		drop table item;
		create table item(id int primary key, price numeric);
		insert into item values (1, 1);
		commit;
		create temp table item(id int);
		insert into item values (1);
		drop table item;
		create table again(like item including all);
		insert into again values (5, 5);
	END
	same 1
	audited s.item
	play <<-'END'
		update item set price = 2;
	END
	same 2
}

@test "attaching, detaching and the dropped columns of partitions" {
	play <<-'END'
		create table sale(id int, area text, n int, primary key (id, area))
		    partition by list (area);
		create table sale_n partition of sale for values in ('n');
		create table sale_e(x int, n int, y int, area text not null,
		    id int not null);
		alter table sale_e drop x;
	END
	audited s.sale
	aside <<-'END' | play
		insert into sale values (1, 'n', 1);
		begin;
		alter table sale_e drop y;
		alter table sale attach partition sale_e for values in ('e');
		update sale set n = 2;
		rollback;
		alter table sale_e drop y;
		! alter table s.sale attach partition s.sale_e for values in ('e')
		insert into sale values (2, 'e', 2);
		update sale set n = 3;
		update sale set area = 'e' where id = 1;
		! alter table s.sale detach partition s.sale_e
		insert into sale_e values (5, 'e', 5);
		! alter table s.sale attach partition s.sale_e for values in ('e')
		insert into sale_e values (6, 'e', 6);
		alter table sale rename n to m;
		update sale set m = 7;
		delete from sale_e;
		truncate sale;
	END
	same 17
}

@test "VACUUM FULL, CLUSTER, REINDEX, a tablespace of rewrites: no change" {
	audited s.item
	play <<-'END'
		update item set price = 1;
		vacuum full item;
		update item set price = 2;
		cluster item using item_pkey;
		update item set price = 3;
		alter table item alter id type bigint;
		reindex table item;
		update item set price = 4;
		alter table item set unlogged;
		update item set price = 5;
		alter table item set logged;
		begin;
		truncate item;
		insert into item values (2);
		rollback;
		update item set price = 6;
		vacuum item;
		analyze item;
		update item set price = 7;
	END
	same 7
}

@test "an old snapshot and what was altered since" {
	audited s.item --mask name
	play <<-'END'
		create table sale(id int, area text, primary key (id, area))
		    partition by list (area);
		create table sale_n(area text not null, id int not null);
	END
	audited s.sale
	aside <<-'END' | play
		begin isolation level repeatable read;
		select;
		! alter table s.item rename name to title
		! alter table s.item add color text default 'red', add size int
		! alter table s.item rename price to cost
		! alter table s.item rename to thing
		! alter table s.sale attach partition s.sale_n for values in ('n')
		update thing set title = 'hide', color = 'blue' where id = 1;
		update thing set size = 5 where id = 1;
		insert into thing values (2, 'hide', 2, '\x00', 'blue');
		delete from thing where id = 2;
		insert into sale_n values ('n', 1);
		commit;
	END
	same 5
}

@test "a module that is switched back and forth under a connection" {
	audited s.item
	play <<-'END'
		\set QUIET on
		update item set price = 1;
		\! [ "$PGDATABASE" = "$PORTABLE" ] || audit-rule init --capture portable
		update item set price = 2;
		begin;
		update item set price = 3;
		\! [ "$PGDATABASE" = "$PORTABLE" ] || audit-rule init --capture native
		update item set price = 4;
		commit;
		update item set price = 5;
	END
	same 5
	is "$(sql_in "$NATIVE" 'select audit.engine()')" native
	is "$(sql_in "$NATIVE" "select count(*) from audit.event
		where id >= '$SINCE' and op = 'init'")" 2
}
