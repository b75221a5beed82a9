#!/usr/bin/env bats
# capture-trust - what a table's owner has made never runs with the trail's rights

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	fresh_schema
}

@test "an owner's cast of his type never runs with the trail's rights" {
	make_role capture_evil login
	sql "create schema evil authorization capture_evil"
	as capture_evil script <<-'END'
		set search_path = evil;
		create table seen(who text);
		create type mood as enum ('ok', 'bad');
		create function spy(mood) returns json language plpgsql as $$
		begin
			insert into evil.seen values (current_user);
			return '"spied"';
		end $$;
		create cast (mood as json) with function spy(mood);
		create domain feeling as mood;
		create type pair as (a int, m mood);
		create table t(id int primary key, m mood, d feeling, a mood[],
		    p pair, n int);
	END
	audited evil.t
	as capture_evil script <<-'END'
		set search_path = evil;
		insert into t values (1, 'ok', 'ok', '{ok}', row(1, 'ok'), 1);
		update t set m = 'bad', n = 2;
		update t set n = 3;
		delete from t;
		insert into t values (2, 'ok', 'ok', '{ok}', row(1, 'ok'), 1);
		truncate t;
	END
	is "$(sql "select distinct who from evil.seen where who <> 'capture_evil'")" ''
	is "$(events 'op, key')" 'insert|{"id": 1}
update|{"id": 1}
update|{"id": 1}
delete|{"id": 1}
insert|{"id": 2}
delete|{"id": 2}
truncate|'
	is "$(events "old -> 'm', new -> 'm'" "op = 'update'")" '"ok"|"bad"
|'
	sql "drop schema evil cascade"
}

@test "a cast that is made later does not either" {
	make_role capture_evil login
	sql "create schema evil authorization capture_evil"
	as capture_evil script <<-'END'
		set search_path = evil;
		create table seen(who text);
		create type mood as enum ('ok', 'bad');
		create table t(id int primary key, m mood);
		create table plain(id int primary key, n int);
	END
	audited evil.t
	audited evil.plain
	as capture_evil script <<-'END'
		set search_path = evil;
		insert into t values (1, 'ok');
		create function spy(mood) returns json language plpgsql as $$
		begin
			insert into evil.seen values (current_user);
			return '"spied"';
		end $$;
		create cast (mood as json) with function spy(mood);
		insert into t values (2, 'ok');
		update t set m = 'bad';
		delete from t where id = 1;
		alter table plain alter n type mood using null;
		insert into plain values (1, 'ok');
		truncate t, plain;
	END
	is "$(sql "select distinct who from evil.seen where who <> 'capture_evil'")" ''
	is "$(events '"table", op, key' "op <> 'truncate'" | sort)" \
		'plain|delete|{"id": 1}
plain|insert|{"id": 1}
t|delete|{"id": 1}
t|delete|{"id": 2}
t|insert|{"id": 1}
t|insert|{"id": 2}
t|update|{"id": 1}
t|update|{"id": 2}'
	sql "drop schema evil cascade"
}

@test "domain checks, defaults and operators do not run with its rights" {
	make_role capture_evil login
	sql "create schema evil authorization capture_evil"
	as capture_evil script <<-'END'
		set search_path = evil;
		create table seen(who text);
		create function spy() returns bool language plpgsql as $$
		begin
			insert into evil.seen values (current_user);
			return true;
		end $$;
		create domain odd as json check (evil.spy());
		create domain num as numeric check (evil.spy());
		create type pair as (a odd, b num);
		create table t(id int primary key, o odd, n num, p pair,
		    d bool default evil.spy(), g int);
	END
	audited evil.t --when "n > 1 or n is null or g > 0" --actor-column o \
		--label n
	as capture_evil script <<-'END'
		set search_path = evil;
		insert into t values (1, '"\u0000"', 7, row('"\u0000"', 1), true);
		insert into t values (2, '1', 7, row('1', 1), default, 3);
		update t set n = 8, p = null;
		update t set g = 8;
		delete from t where id = 1;
		truncate t;
	END
	is "$(sql "select distinct who from evil.seen where who <> 'capture_evil'")" ''
	is "$(events 'op' | sort | uniq -c | tr -s ' ')" ' 2 delete
 2 insert
 1 truncate
 4 update'
	sql "drop schema evil cascade"
}
