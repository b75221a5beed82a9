#!/usr/bin/env bats
# capture-partition - partitions and inheritance children of audited tables

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
	script <<-'END'
		create table sale(id int, area text, amount numeric, secret text,
		    primary key (id, area)) partition by list (area);
		create table sale_n partition of sale for values in ('n');
		create table sale_s partition of sale for values in ('s')
		    partition by range (id);
		create table sale_s1 partition of sale_s for values from (0) to (100);
	END
}

@test "what is written through the parent or to a partition is the parent's" {
	audited s.sale
	sql "insert into sale values (1, 'n', 1), (2, 's', 2)" \
	    "insert into sale_n values (3, 'n', 3)" \
	    "update sale_s1 set amount = 4" "delete from sale_s where id = 2" \
	    "delete from only sale_n where id = 3"
	is "$(events '"schema", "table", op, key')" \
		's|sale|insert|{"id": 1, "area": "n"}
s|sale|insert|{"id": 2, "area": "s"}
s|sale|insert|{"id": 3, "area": "n"}
s|sale|update|{"id": 2, "area": "s"}
s|sale|delete|{"id": 2, "area": "s"}
s|sale|delete|{"id": 3, "area": "n"}'
	is "$(events 'record >> 32' | sort -u | wc -l)" 1
}

@test "a partition made later is covered at once" {
	audited s.sale --mask secret
	sql "create table sale_w partition of sale for values in ('w')" \
	    "create table sale_s2 partition of sale_s for values from (100) to (200)" \
	    "insert into sale values (1, 'w', 1, 'x'), (150, 's', 2, 'y')" \
	    "update sale_w set amount = 2" "delete from sale_s2"
	is "$(events '"table", op, key, coalesce(new, old)')" \
		'sale|insert|{"id": 1, "area": "w"}|{"id": 1, "area": "w", "amount": 1, "secret": {"masked": true}}
sale|insert|{"id": 150, "area": "s"}|{"id": 150, "area": "s", "amount": 2, "secret": {"masked": true}}
sale|update|{"id": 1, "area": "w"}|{"amount": 2}
sale|delete|{"id": 150, "area": "s"}|{"id": 150, "area": "s", "amount": 2, "secret": {"masked": true}}'
}

@test "one that is attached, its columns in another order, as well" {
	audited s.sale --mask secret --label amount
	script <<-'END'
		create table sale_e(gone int, secret text, also_gone int,
		    amount numeric, area text not null, id int not null);
		alter table sale_e drop gone, drop also_gone;
		insert into sale_e values ('x', 1, 'e', 1);
		alter table sale attach partition sale_e for values in ('e');
		update sale set amount = 2, secret = 'y';
		insert into sale_e values ('z', 3, 'e', 2);
	END
	is "$(events '"table", key, label, old, new')" \
		'sale|{"id": 1, "area": "e"}|1|{"amount": 1, "secret": {"masked": true}}|{"amount": 2, "secret": {"masked": true}}
sale|{"id": 2, "area": "e"}|3||{"id": 2, "area": "e", "amount": 3, "secret": {"masked": true}}'
}

@test "a row that moves to another partition is a delete and an insert" {
	audited s.sale
	sql "insert into sale values (1, 'n', 1)"
	begin_trail
	sql "update sale set area = 's'"
	is "$(events)" \
		'delete|{"id": 1, "area": "n"}|{"id": 1, "area": "n", "amount": 1, "secret": null}|
insert|{"id": 1, "area": "s"}||{"id": 1, "area": "s", "amount": 1, "secret": null}'
}

@test "a partitioned parent's rule follows renamed columns and partitions" {
	audited s.sale --mask secret
	sql "insert into sale values (1, 'n', 1, 'x')" \
	    "alter table sale rename secret to pin" \
	    "alter table sale_n rename to north" \
	    "alter table sale rename to deal" \
	    "alter table deal add note text" \
	    "update north set pin = 'y', note = 'z'"
	is "$(events '"table", new' "op = 'update'")" \
		'deal|{"pin": {"masked": true}, "note": "z"}'
}

@test "a partition audited on its own gives one event a change when attached" {
	script <<-'END'
		create table sale_e(id int not null, area text not null,
		    amount numeric, secret text, primary key (id, area));
	END
	audited s.sale --mask secret
	audited s.sale_e --mask amount
	sql "insert into sale_e values (1, 'e', 1, 'x')" \
	    "alter table sale attach partition sale_e for values in ('e')" \
	    "update sale_e set amount = 2" "update sale set secret = 'y'" \
	    "insert into sale values (2, 'e', 1, 'x')" "delete from sale_e"
	is "$(events 'op, key')" \
		'insert|{"id": 1, "area": "e"}
update|{"id": 1, "area": "e"}
update|{"id": 1, "area": "e"}
insert|{"id": 2, "area": "e"}
delete|{"id": 1, "area": "e"}
delete|{"id": 2, "area": "e"}'
	# what either rule masks is masked
	is "$(events new "op = 'update'")" \
		'{"amount": {"masked": true}}
{"secret": {"masked": true}}'
	begin_trail
	sql "insert into sale_e values (3, 'e', 1, 'x')" "truncate sale_e"
	is "$(events 'op, key, new')" \
		'insert|{"id": 3, "area": "e"}|{"id": 3, "area": "e", "amount": {"masked": true}, "secret": {"masked": true}}
delete|{"id": 3, "area": "e"}|
truncate||{"rows": 1, "unread": 0, "partition": "s.sale_e"}'
}

@test "a partition audited on its own, of a parent that is not, is itself" {
	audited s.sale_n
	sql "insert into sale values (1, 'n', 1), (2, 's', 1)" \
	    "update sale_n set amount = 2"
	is "$(events 'op, key')" 'insert|{"id": 1, "area": "n"}
update|{"id": 1, "area": "n"}'
}

@test "a rule for a partition that has partitions itself is for these" {
	audited s.sale_s --mask secret
	sql "create table sale_s2 partition of sale_s for values from (100) to (200)" \
	    "insert into sale values (1, 'n', 1, 'x'), (2, 's', 1, 'x'), (150, 's', 1, 'x')" \
	    "update sale_s2 set secret = 'y'" "delete from sale" "truncate sale_s1"
	is "$(events '"table", op, key')" 'sale|insert|{"id": 2, "area": "s"}
sale|insert|{"id": 150, "area": "s"}
sale|update|{"id": 150, "area": "s"}
sale|delete|{"id": 2, "area": "s"}
sale|delete|{"id": 150, "area": "s"}
sale|truncate|'
}

@test "a detached partition is no part of the table any more" {
	audited s.sale
	sql "insert into sale values (1, 'n', 1)" \
	    "alter table sale detach partition sale_n"
	begin_trail
	sql "insert into sale_n values (2, 'n', 1)" "insert into sale values (1, 's', 1)" \
	    "truncate sale_n"
	is "$(events '"table", key')" 'sale|{"id": 1, "area": "s"}'
}

@test "one that is detached and attached again is covered again" {
	audited s.sale
	sql "alter table sale detach partition sale_n" \
	    "alter table sale attach partition sale_n for values in ('n')" \
	    "insert into sale values (1, 'n', 1)" "insert into sale_n values (2, 'n', 1)"
	is "$(events key)" '{"id": 1, "area": "n"}
{"id": 2, "area": "n"}'
}

@test "a default partition, and hash partitions" {
	script <<-'END'
		create table sale_rest partition of sale default;
		create table bag(id int primary key, n int) partition by hash (id);
		create table bag0 partition of bag for values with (modulus 2, remainder 0);
		create table bag1 partition of bag for values with (modulus 2, remainder 1);
	END
	audited s.sale
	audited s.bag
	sql "insert into sale values (1, 'other', 1)" \
	    "insert into bag select i, i from generate_series(1, 50) i" \
	    "update bag set n = -1"
	is "$(events '"table", op' | sort | uniq -c | tr -s ' ')" ' 50 bag|insert
 50 bag|update
 1 sale|insert'
}

# TRUNCATE

rows_of_sale() {
	sql "insert into sale values (1, 'n', 1), (2, 's', 2)"
	begin_trail
}

@test "a truncate of the parent tells the rows of all partitions" {
	audited s.sale
	rows_of_sale
	sql "truncate sale"
	is "$(events '"table", op, key' "op = 'delete'" | sort)" \
		'sale|delete|{"id": 1, "area": "n"}
sale|delete|{"id": 2, "area": "s"}'
	is "$(events '"table", new' "op = 'truncate'" | sort)" \
		'sale|{"rows": 1, "unread": 0, "partition": "s.sale_n"}
sale|{"rows": 1, "unread": 0, "partition": "s.sale_s1"}'
}

@test "a truncate of a partition, or of a middle one, tells its rows" {
	audited s.sale
	rows_of_sale
	sql "truncate sale_n"
	is "$(events '"table", op, key' "op = 'delete'")" \
		'sale|delete|{"id": 1, "area": "n"}'
	begin_trail
	sql "truncate sale_s"
	is "$(events '"table", op, key' "op = 'delete'")" \
		'sale|delete|{"id": 2, "area": "s"}'
}

@test "a truncate of the parent reaches partitions made later" {
	audited s.sale
	script <<-'END'
		create table sale_w partition of sale for values in ('w');
		create table sale_e(secret text, amount numeric, area text not null,
		    id int not null);
		alter table sale attach partition sale_e for values in ('e');
		insert into sale values (1, 'w', 1), (2, 'e', 2), (3, 'n', 3);
		truncate sale;
	END
	is "$(events 'key' "op = 'delete'" | sort)" '{"id": 1, "area": "w"}
{"id": 2, "area": "e"}
{"id": 3, "area": "n"}'
}

@test "CASCADE from a partitioned table's reference tells all rows" {
	script <<-'END'
		create table area(id text primary key);
		insert into area values ('n'), ('s');
		alter table sale add foreign key (area) references area;
	END
	audited s.sale
	audited s.area
	rows_of_sale
	sql "truncate area cascade"
	is "$(events '"table", key' "op = 'delete'" | sort)" \
		'area|{"id": "n"}
area|{"id": "s"}
sale|{"id": 1, "area": "n"}
sale|{"id": 2, "area": "s"}'
}

# Plain inheritance

@test "a child of an audited table is audited where it has a rule of its own" {
	script <<-'END'
		create table base(id int primary key, n int);
		create table kid(extra text) inherits (base);
	END
	audited s.base
	sql "insert into kid values (1, 1, 'x')" "insert into base values (2, 2)"
	audited s.kid
	begin_trail
	sql "update base set n = 3" "delete from kid"
	is "$(events '"table", op, key, coalesce(new, old)')" \
		'base|update|{"id": 2}|{"n": 3}
kid|update||{"n": 3}
kid|delete||{"n": 3, "id": 1, "extra": "x"}'
}
