#!/usr/bin/env bats
# capture-ddl - nothing that is altered in a table stops or confuses capture

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text, price numeric)" \
	    "insert into item values (1, 'pen', 12.30)"
}

@test "a column that was added is captured at once" {
	audited s.item
	sql "alter table item add color text" "update item set color = 'red'" \
	    "alter table item add size int default 5" \
	    "update item set size = 6" "insert into item values (2)"
	is "$(events)" 'update|{"id": 1}|{"color": null}|{"color": "red"}
update|{"id": 1}|{"size": 5}|{"size": 6}
insert|{"id": 2}||{"id": 2, "name": null, "size": 5, "color": null, "price": null}'
}

@test "a column that was added in the same transaction is captured too" {
	audited s.item
	script <<-'END'
		insert into item values (2, 'ink', 1);
		begin;
		update item set price = 2;
		alter table item add color text, add data bytea;
		update item set color = 'red', data = '\x00' where id = 1;
		alter table item drop price;
		delete from item where id = 2;
		commit;
	END
	zero=$(printf '\0' | sha256sum | cut -d ' ' -f 1)
	is "$(events 'old, new' "op <> 'insert'")" \
		"{\"price\": 12.30}|{\"price\": 2}
{\"price\": 1}|{\"price\": 2}
{\"data\": null, \"color\": null}|{\"data\": {\"bytes\": 1, \"sha256\": \"$zero\"}, \"color\": \"red\"}
{\"id\": 2, \"data\": null, \"name\": \"ink\", \"color\": null}|"
}

@test "a column that was dropped is gone from events, and from no rule's way" {
	audited s.item --ignore price,name --label name
	sql "alter table item drop name"
	sql "insert into item values (2, 1)" "update item set price = 2" \
	    "update item set price = 3, id = 3 where id = 2"
	is "$(events 'op, key, label, old, new')" \
		'insert|{"id": 2}|||{"id": 2, "price": 1}
update|{"id": 2}||{"id": 2, "price": 2}|{"id": 3, "price": 3}'
}

@test "a renamed column is the same column to the rule" {
	audited s.item --ignore price --mask name --actor-column name
	sql "alter table item rename price to cost" \
	    "alter table item rename name to title" \
	    "update item set cost = 1" "update item set title = 'ink'"
	is "$(events 'actor, old, new')" \
		'ink|{"title": {"masked": true}}|{"title": {"masked": true}}'
}

@test "the trail knows which columns a table had from which event on" {
	audited s.item
	sql "update item set price = 1" "alter table item rename name to title" \
	    "update item set price = 2" "update item set price = 3" \
	    "alter table item drop title, add color text" \
	    "update item set price = 4"
	is "$(sql "select nums, names, (select count(*) from audit.event e
			where e.id >= '$SINCE' and e.op = 'update'
			    and e.id < c.since)
		from audit.relation_columns c join audit.relation r
			on r.id = c.rel and r.relid = 's.item'::regclass
		order by since")" '{1,2,3}|{id,name,price}|0
{1,2,3}|{id,title,price}|1
{1,3,4}|{id,price,color}|3'
}

@test "a new column under the old name is another one" {
	audited s.item --mask name
	sql "alter table item rename name to secret" \
	    "alter table item add name text" \
	    "update item set name = 'open', secret = 'closed'"
	is "$(events 'new')" '{"name": "open", "secret": {"masked": true}}'
}

@test "two columns that swap names take mask, ignore and exclude along" {
	sql "create table safe(id int primary key, a text, b text, c text, d text,
		e text, f text)" "insert into safe values (1)"
	audited s.safe --mask a --exclude c --ignore e
	script <<-'END'
		begin;
		alter table safe rename a to x;
		alter table safe rename b to a;
		alter table safe rename x to b;
		alter table safe rename c to x;
		alter table safe rename d to c;
		alter table safe rename x to d;
		alter table safe rename e to x;
		alter table safe rename f to e;
		alter table safe rename x to f;
		commit;
		update safe set a = 'open', b = 'masked', c = 'open', d = 'excluded';
		update safe set f = 'ignored';
		update safe set e = 'open';
	END
	is "$(events new)" '{"a": "open", "b": {"masked": true}, "c": "open"}
{"e": "open"}'
	is "$(sql "select count(*) from audit.event where id >= '$SINCE'
		and new::text ~ 'excluded|: \"masked'")" 0
}

@test "swapped names take key, label and actor along" {
	sql "create table post(id int primary key, no int, title text, text text,
		by text, to_ text)" "insert into post values (1, 2, 't', 'x', 'ann', 'bob')"
	audited s.post --label title --actor-column by
	script <<-'END'
		update post set text = 'y';
		begin;
		alter table post rename id to x;
		alter table post rename no to id;
		alter table post rename x to no;
		alter table post rename title to x;
		alter table post rename text to title;
		alter table post rename x to text;
		alter table post rename by to x;
		alter table post rename to_ to by;
		alter table post rename x to to_;
		commit;
		update post set title = 'z';
		insert into post(id, no, title, text, by, to_)
		    values (4, 3, 'body', 'head', 'bob', 'ann');
		delete from post where no = 3;
	END
	is "$(events 'op, key, label, actor')" 'update|{"id": 1}|t|ann
update|{"no": 1}|t|ann
insert|{"no": 3}|head|ann
delete|{"no": 3}|head|'
	is "$(events "record = audit.record((record >> 32)::int, '1')" \
		"op = 'update'")" 't
t'
}

@test "a key column that was dropped is in no key" {
	audited s.item
	sql "update item set price = 1" "alter table item drop id" \
	    "update item set price = 2" "insert into item values ('ink', 3)" \
	    "delete from item where price = 3"
	is "$(events 'op, key, old')" 'update|{"id": 1}|{"price": 12.30}
update||{"name": "pen", "price": 1}
insert||
delete||{"name": "ink", "price": 3}'
}

@test "a renamed key column is in the key by its new name" {
	audited s.item
	sql "update item set price = 1" "alter table item rename id to no" \
	    "update item set price = 2"
	is "$(events 'key, record = lag(record) over (order by id)')" \
		'{"id": 1}|
{"no": 1}|t'
}

@test "a key that was dropped or made anew is seen" {
	audited s.item
	sql "alter table item drop constraint item_pkey" \
	    "update item set price = 1" \
	    "alter table item add primary key (name)" \
	    "update item set price = 2" \
	    "alter table item drop constraint item_pkey, add primary key (id, name)" \
	    "update item set price = 3"
	is "$(events 'key, old')" '|{"id": 1, "name": "pen", "price": 12.30}
{"name": "pen"}|{"price": 1}
{"id": 1, "name": "pen"}|{"price": 2}'
}

@test "a masked or excluded column that becomes the key is not told" {
	sql "create table safe(a text, b text, c text)"
	audited s.safe --mask a --exclude b
	for key in a b 'c, a' 'c, b'; do
		sql "alter table safe add primary key ($key)" \
		    "insert into safe values ('hide1', 'hide2', 'show')" \
		    "update safe set a = 'hide3', b = 'hide4', c = 'seen'" \
		    "update safe set c = 'again'" "delete from safe" \
		    "insert into safe values ('hide5', 'hide6', 'c')" "truncate safe" \
		    "alter table safe drop constraint safe_pkey"
	done
	is "$(events op "e::text ~ 'hide'")" ''
	is "$(events op | sort | uniq -c | tr -s ' ')" ' 8 delete
 8 insert
 4 truncate
 8 update'
}

@test "a column whose type changed is captured as it is now" {
	audited s.item
	sql "alter table item alter name type bytea using convert_to(name, 'UTF8')" \
	    "update item set name = '\\x00'"
	pen=$(printf pen | sha256sum | cut -d ' ' -f 1)
	zero=$(printf '\0' | sha256sum | cut -d ' ' -f 1)
	is "$(events 'old, new')" \
		"{\"name\": {\"bytes\": 3, \"sha256\": \"$pen\"}}|{\"name\": {\"bytes\": 1, \"sha256\": \"$zero\"}}"
	begin_trail
	sql "alter table item alter name type text using 'a', alter price type json
		using '\"\\u0000\"', alter id type text" \
	    "update item set name = 'b'" "delete from item"
	is "$(events)" \
		'update|{"id": "1"}|{"name": "a"}|{"name": "b"}
delete|{"id": "1"}|{"id": "1", "name": "b", "price": {"json": "\"\\u0000\""}}|'
}

@test "a composite, enum or domain that changes is captured as it is now" {
	script <<-'END'
		create type pair as (a int, b int);
		create type mood as enum ('ok');
		create domain amount as int;
		create table t(id int primary key, p pair, m mood, d amount);
		insert into t values (1, row(1, 2), 'ok', 3);
	END
	audited s.t
	script <<-'END'
		update t set p = row(1, 3);
		alter type pair add attribute c bytea;
		alter type pair rename attribute a to z;
		alter type mood add value 'bad';
		alter type mood rename value 'ok' to 'good';
		update t set p = row(1, 3, '\x00'), m = 'bad';
	END
	is "$(events 'old, new')" '{"p": {"a": 1, "b": 2}}|{"p": {"a": 1, "b": 3}}
{"m": "good", "p": {"b": 3, "c": null, "z": 1}}|{"m": "bad", "p": {"b": 3, "c": "\\x00", "z": 1}}'
}

@test "json that comes into a composite later fails no write" {
	script <<-'END'
		create type pair as (a int, b int);
		create table t(id int primary key, p pair, n int);
	END
	audited s.t
	script <<-'END'
		insert into t values (1, row(1, 2), 1);
		alter type pair add attribute j json;
		update t set p = row(1, 2, '"\u0000"');
		update t set n = 2;
		delete from t;
	END
	is "$(events op)" 'insert
update
update
delete'
}

@test "a renamed table is the same table under its new name" {
	audited s.item
	sql "update item set price = 1" "alter table item rename to thing" \
	    "update thing set price = 2" "truncate thing"
	is "$(events '"table", op, record >> 32 = min(record >> 32) over ()')" \
		'item|update|t
thing|update|t
thing|delete|t
thing|truncate|t'
}

@test "a table moved to another schema, or whose schema is renamed, as well" {
	audited s.item
	sql "drop schema if exists other, another cascade" \
	    "create schema other" "alter table item set schema other" \
	    "update other.item set price = 1" \
	    "alter schema other rename to another" \
	    "update another.item set price = 2" \
	    "drop schema another cascade"
	is "$(events '"schema", "table", op, record = min(record) over ()')" \
		'other|item|update|t
another|item|update|t'
}

@test "tables that swap names keep their rules and identities" {
	sql "create table draft(id int primary key, name text, price numeric)" \
	    "insert into draft values (1, 'draft', 1)"
	audited s.item --mask name
	audited s.draft --mask price
	script <<-'END'
		update item set price = 0;
		begin;
		alter table item rename to old_item;
		alter table draft rename to item;
		alter table old_item rename to draft;
		commit;
		update item set name = 'x', price = 2;
		update draft set name = 'y', price = 3;
	END
	is "$(events '"table", new, record = first_value(record) over (order by id)')" \
		'item|{"price": 0}|t
item|{"name": "x", "price": {"masked": true}}|f
draft|{"name": {"masked": true}, "price": 3}|t'
}

@test "a new table under an old name is another table, and not audited" {
	audited s.item
	sql "update item set price = 1" "drop table item" \
	    "create table item(id int primary key, name text)" \
	    "insert into item values (1, 'new')"
	is "$(events)" 'update|{"id": 1}|{"price": 12.30}|{"price": 1}'
	audited s.item
	sql "insert into item values (2, 'new')"
	is "$(events '"table", op, record >> 32 = min(record >> 32) over ()')" \
		'item|update|t
item|insert|f'
}

@test "a dropped table's events stay" {
	audited s.item
	sql "update item set price = 1" "drop table item"
	is "$(events '"schema", "table", old')" 's|item|{"price": 12.30}'
	is "$(events 'n."schema", n."table"' 'n.rel = record >> 32' \
		'audit.relation_name n')" 's|item'
}

@test "the drop of a column's type or of a child changes nothing else" {
	sql "create type mood as enum ('ok')" "alter table item add m mood" \
	    "create table child(id int primary key, item int references item)"
	audited s.item
	sql "drop type mood cascade" "drop table child" \
	    "update item set price = 1"
	is "$(events)" 'update|{"id": 1}|{"price": 12.30}|{"price": 1}'
}

@test "a table made like an audited one is not audited" {
	audited s.item
	sql "create table copy(like item including all)" \
	    "insert into copy values (1)" \
	    "create table again as select * from item"
	is "$(events)" ''
}

@test "a session that has written before sees what another altered" {
	audited s.item
	script <<-'END'
		update item set price = 1;
		\! psql -qc 'alter table s.item add color text, drop price'
		update item set color = 'red';
		\! psql -qc 'alter table s.item rename to thing'
		update thing set color = 'blue';
	END
	is "$(events '"table", new')" 'item|{"price": 1}
item|{"color": "red"}
thing|{"color": "blue"}'
}

@test "a plan that is compiled afresh while a trigger runs hides nothing" {
	audited s.item
	# the trigger found the plan out of date; now it is up to date again
	sql "do \$\$ declare was s.item; now s.item; begin
		select * into was from s.item where id = 1;
		now := was;
		now.price := 7;
		perform audit.change(
			(select id from audit.relation where relid = 's.item'::regclass),
			'update', 's.item'::regclass, was, now);
		now := was;
		perform audit.change(
			(select id from audit.relation where relid = 's.item'::regclass),
			'update', 's.item'::regclass, was, now);
	end \$\$"
	is "$(events)" 'update|{"id": 1}|{"price": 12.30}|{"price": 7}'
}

@test "a snapshot that is older than what was altered hides nothing" {
	sql "alter table item add gone int"
	audited s.item --mask name
	sql "create table sale(id int, area text, primary key (id, area))
		partition by list (area)" "create table sale_n(area text not null,
		id int not null)"
	audited s.sale
	open_session
	say "begin isolation level repeatable read" "select"
	sql "alter table item rename name to title" \
	    "alter table item add color text default 'red', add size int" \
	    "alter table item rename price to cost" "alter table item drop gone" \
	    "alter table item rename to thing" \
	    "alter table sale attach partition sale_n for values in ('n')"
	say "update thing set title = 'hide', color = 'blue' where id = 1"
	say "update thing set size = 5 where id = 1"
	say "insert into thing values (2, 'hide', 2, 'blue')" \
		"delete from thing where id = 2" \
		"insert into sale_n values ('n', 1)" "commit"
	close_session
	is "$(events 'op, key, coalesce(new, old)')" \
		'update|{"id": 1}|{"color": "blue", "title": {"masked": true}}
update|{"id": 1}|{"size": 5}
insert|{"id": 2}|{"id": 2, "cost": 2, "size": null, "color": "blue", "title": {"masked": true}}
delete|{"id": 2}|{"id": 2, "cost": 2, "size": null, "color": "blue", "title": {"masked": true}}
insert|{"id": 1, "area": "n"}|{"id": 1, "area": "n"}'
}

@test "VACUUM FULL, CLUSTER and a rewrite are no changes" {
	audited s.item
	sql "vacuum full item" "cluster item using item_pkey" \
	    "alter table item alter id type bigint" "reindex table item"
	is "$(events)" ''
	sql "update item set price = 1"
	is "$(events)" 'update|{"id": 1}|{"price": 12.30}|{"price": 1}'
}
