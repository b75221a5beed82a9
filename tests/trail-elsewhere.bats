#!/usr/bin/env bats
# trail-elsewhere - a trail of another owner, and in another database

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	sql "create table item(id int primary key, name text)"
	audited s.item
}

teardown() {
	drop_other_database
}

# modest_trail - a trail of a role that is no superuser, and a table of another
# role, in which it is a member
modest_trail() {
	make_role trail_owner login
	make_role trail_clerk login
	other_database
	sql "alter database $PGDATABASE owner to trail_owner" \
	    "grant trail_clerk to trail_owner" \
	    "create schema s authorization trail_clerk" \
	    "create table s.deal(id int primary key)" \
	    "alter table s.deal owner to trail_clerk"
	as trail_owner install_trail
	as trail_owner audited s.deal
}

@test "a trail owner who is no superuser is enough" {
	modest_trail
	as trail_clerk sql "insert into s.deal values (1)" \
	    "update s.deal set id = 2" "delete from s.deal" \
	    "insert into s.deal values (3)" "truncate s.deal"
	is "$(events 'op, key, role')" 'insert|{"id": 1}|trail_clerk
update|{"id": 1}|trail_clerk
delete|{"id": 2}|trail_clerk
insert|{"id": 3}|trail_clerk
delete|{"id": 3}|trail_clerk
truncate||trail_clerk'
}

@test "rows that the trail owner may not read are counted" {
	modest_trail
	sql "revoke trail_clerk from trail_owner"
	as trail_clerk sql "insert into s.deal values (1), (2)" "analyze s.deal"
	begin_trail
	as trail_clerk sql "truncate s.deal"
	is "$(events "op, new - '{unread,message}'::text[], new -> 'unread' > '0'")" \
		'truncate|{"rows": 0, "estimated": true}|t'
}

@test "a policy is not run with the trail's rights: its rows are counted" {
	modest_trail
	as trail_clerk script <<-'END'
		create table s.seen(who text);
		create function s.spy() returns bool language plpgsql as $$
		begin
			insert into s.seen values (current_user);
			return true;
		end $$;
		create policy spy on s.deal using (s.spy());
		alter table s.deal enable row level security;
		alter table s.deal force row level security;
		insert into s.deal values (1), (2);
		update s.deal set id = 3 where id = 2;
	END
	sql "analyze s.deal"
	as trail_clerk sql "truncate s.deal"
	is "$(sql "select distinct who from s.seen")" trail_clerk
	is "$(events "op, key, new - '{unread,message}'::text[]" "op <> 'insert'")" \
		'update|{"id": 2}|{"id": 3}
truncate||{"rows": 0, "estimated": true}'
}

@test "after dump and restore capture goes on, and tables are who they were" {
	make_role trail_clerk
	script <<-'END'
		create table filler(id int);
		drop table filler;
		create table safe(gone int, id int primary key, open text,
		    secret text, also text, what text);
		alter table safe drop gone;
		alter table safe rename also to extra;
		create table sale(id int, area text, primary key (id, area))
		    partition by list (area);
		create table sale_n partition of sale for values in ('n');
	END
	audited s.safe --mask secret --exclude extra --ignore what --label open
	audited s.sale --name trail.sale
	sql "insert into safe values (1, 'a', 'hide', 'hide', 'x')" \
	    "insert into sale values (1, 'n')" "update item set name = ''"
	before=$(events 'row_to_json(e)')
	record=$(events record "\"table\" = 'safe'")
	from=$PGDATABASE
	other_database
	pg_dump "$from" >"$BATS_TEST_TMPDIR/dump"
	psql -qX -v ON_ERROR_STOP=1 -f "$BATS_TEST_TMPDIR/dump" >/dev/null
	is "$(events 'row_to_json(e)')" "$before"
	begin_trail
	script <<-'END'
		set search_path = s;
		update safe set what = 'y';
		update safe set secret = 'hide', extra = 'hide', open = 'b';
		insert into sale values (2, 'n');
		insert into sale_n values (3, 'n');
		truncate sale_n;
	END
	is "$(events '"table", op, key, label, coalesce(new, old)')" \
		'safe|update|{"id": 1}|a|{"open": "b"}
sale|insert|{"id": 2, "area": "n"}||{"id": 2, "area": "n"}
sale|insert|{"id": 3, "area": "n"}||{"id": 3, "area": "n"}
sale|delete|{"id": 1, "area": "n"}||{"id": 1, "area": "n"}
sale|delete|{"id": 2, "area": "n"}||{"id": 2, "area": "n"}
sale|delete|{"id": 3, "area": "n"}||{"id": 3, "area": "n"}
sale|truncate|||{"rows": 3, "unread": 0, "partition": "s.sale_n"}'
	is "$(events record "\"table\" = 'safe'")" "$record"
	refused 42501 "delete from audit.event"
	is "$(foreign_rights)" ''
	begin_trail
	audit-rule disable trail.sale
	sql "insert into s.sale values (4, 'n')"
	audit-rule enable trail.sale
	sql "insert into s.sale values (5, 'n')"
	is "$(events key)" '{"id": 5, "area": "n"}'
}

@test "a restored table is not taken for the one that has its old oid" {
	sql "create table a(id int primary key, x text)" \
	    "create table b(id int primary key, x text)"
	audited s.a --mask x
	audited s.b
	# as a restore could leave it: each table's old oid is now the other's
	sql "update audit.relation r set relid = case \"table\" when 'a'
		then 's.b'::regclass else 's.a'::regclass end
		where \"schema\" = 's' and \"table\" in ('a', 'b') and dropped is null" \
	    "update audit.plan p set relid = case p.relid when 's.a'::regclass
		then 's.b'::regclass else 's.a'::regclass end
		where p.relid in ('s.a'::regclass, 's.b'::regclass)" \
	    "insert into a values (1, 'hide')" "insert into b values (2, 'show')"
	is "$(events '"table", new')" 'a|{"x": {"masked": true}, "id": 1}
b|{"x": "show", "id": 2}'
}
