#!/usr/bin/env bats
# audit-diff --names and --titles - changes with what a database knows of them

load capture

setup_file() {
	trail_database
}

teardown_file() {
	drop_database
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	fresh_schema
}

# log - the changes since the test began: an id begins with its milliseconds
log() {
	local hex=${SINCE//-/} ms from

	ms=$((16#${hex:0:12}))
	printf -v from '%(%F %T)T.%03dZ' $((ms / 1000)) $((ms % 1000))
	audit-log --op insert,update,delete -s "$from" |
		awk -v since="$SINCE" 'substr($0, 8, 36) >= since'
}

# named [OPTION]... - these as text with names, without the time
named() {
	log | audit-diff --names -f text "$@" |
		sed -E 's/^[0-9-]+ [0-9:]+ UTC  //; s/  by \(postgres\)$//'
}

# fields [OPTION]... - only the lines of fields
fields() {
	named "$@" | sed -n 's/^    //p'
}

# shop [PARTNER SALE] - orders that refer to partners, in tables of these names:
# one that no other test has says at once which table an event means
shop() {
	local partner=${1-partner} sale=${2-sale}

	sql "create table $partner(id int primary key, name text, phone text)" \
		"create table $sale(id int primary key, state text,
			partner_id int references $partner)" \
		"insert into $partner values (12, 'Azure'), (14, 'Deco')"
	audited "s.$partner" --label name
	audited "s.$sale"
}

# links - partners with categories, the latter audited too
links() {
	sql 'create table partner(id int primary key, name text)' \
		'create table category(id int primary key, name text)' \
		'create table partner_category(
			partner_id int references partner on delete cascade,
			category_id int references category,
			primary key (partner_id, category_id))' \
		"insert into partner values (1, 'Azure'), (2, 'Deco')" \
		"insert into category values (1, 'Customer'), (2, 'Prospect'),
			(3, 'VIP')" \
		'insert into partner_category values (1, 1), (1, 2), (2, 2)'
	audited s.partner --label name
	audited s.category --label name
	audited s.partner_category
}

# Labels

@test "a foreign key is shown with the label of what it points to" {
	shop
	sql "insert into sale values (1, 'draft', 12)" \
		'update sale set partner_id = 14' 'delete from sale'
	is "$(named)" 'insert  s.sale 1
    id          1
    state       "draft"
    partner_id  12 (Azure)

update  s.sale 1
    partner_id  12 (Azure) → 14 (Deco)

delete  s.sale 1
    id          1
    state       "draft"
    partner_id  14 (Deco)'
}

@test "json has two keys more, null where there is no name" {
	shop
	sql "insert into sale values (1, 'draft', 12)" \
		'update sale set partner_id = null'
	log | audit-diff --names >out
	is "$(jq -c '[.field, .old, .new, .old_name, .new_name]' out)" \
		'["id",null,1,null,null]
["state",null,"draft",null,null]
["partner_id",null,12,null,"Azure"]
["partner_id",12,null,"Azure",null]'
	is "$(jq -r 'keys_unsorted[-4:] | join(" ")' out | uniq)" \
		'old new old_name new_name'
	is "$(log | audit-diff | jq -r 'keys_unsorted[-2:] | join(" ")' | uniq)" \
		'old new'
}

@test "a label is that of its time, changed before or later" {
	shop
	sql "insert into sale values (1, 'a', 12)" \
		"update partner set name = 'Azure II' where id = 12" \
		"insert into sale values (2, 'b', 12)" \
		"update partner set name = 'Azure III' where id = 12" \
		"insert into sale values (3, 'c', 12)" \
		'update sale set partner_id = 14 where id = 1'
	is "$(fields | grep partner_id)" 'partner_id  12 (Azure)
partner_id  12 (Azure II)
partner_id  12 (Azure III)
partner_id  12 (Azure III) → 14 (Deco)'
}

@test "where no event comes after, the last one before tells it" {
	shop
	sql "insert into partner values (20, 'New')" \
		"insert into sale values (1, 'a', 20)"
	audit-rule list | jq -r .rule | grep -F "r$BATS_TEST_NUMBER.1" |
		xargs audit-rule disable
	# nobody records that, so nobody knows when it was
	sql "update partner set name = 'Unseen' where id = 20"
	is "$(fields | tail -n 1)" 'partner_id  20 (New)'
}

@test "a record that is gone is said to be deleted" {
	shop
	sql "insert into sale values (1, 'a', 12)" \
		'update sale set partner_id = 14' \
		'delete from partner where id = 12'
	is "$(fields | sed -n '3,4p')" 'partner_id  12 (Azure, deleted)
partner_id  12 (Azure, deleted) → 14 (Deco)'
	is "$(log | audit-diff --names | jq -r 'select(.op == "update").old_name')" \
		Azure
}

@test "another record under the key of one that is gone is another one" {
	shop
	sql "insert into sale values (1, 'a', 12)" 'delete from sale' \
		'delete from partner where id = 12' \
		"insert into partner values (12, 'Other')" \
		"insert into sale values (2, 'b', 12)" \
		"update partner set name = 'Other II'"
	is "$(fields | grep partner_id)" 'partner_id  12 (Azure)
partner_id  12 (Azure)
partner_id  12 (Other)'
}

@test "a record without a label, deleted, is only that" {
	sql 'create table partner(id int primary key)' \
		'create table sale(id int primary key,
			partner_id int references partner)' \
		'insert into partner values (1), (2)'
	audited s.partner
	audited s.sale
	sql 'insert into sale values (1, 1), (2, 2)' 'delete from sale' \
		'delete from partner where id = 1'
	is "$(fields | grep partner_id)" 'partner_id  1 (deleted)
partner_id  2
partner_id  1 (deleted)
partner_id  2'
}

@test "a parent whose key changes is followed" {
	shop
	sql 'alter table sale drop constraint sale_partner_id_fkey, add
		foreign key (partner_id) references partner on update cascade' \
		"insert into sale values (1, 'a', 12)" \
		'update partner set id = 112 where id = 12'
	is "$(fields | tail -n 1)" 'partner_id  12 (Azure, deleted) → 112 (Azure)'
}

@test "a parent that was renamed, its label's column too, is the same" {
	shop
	sql "insert into sale values (1, 'a', 12)" \
		"update partner set name = 'Azure II' where id = 12" \
		'alter table partner rename to contact' \
		'alter table contact rename name to called' \
		"insert into sale values (2, 'b', 12), (3, 'c', 14)"
	is "$(fields | grep partner_id)" 'partner_id  12 (Azure)
partner_id  12 (Azure II)
partner_id  14 (Deco)'
}

@test "a column that has the same text as the label is another one" {
	shop
	sql "update partner set phone = 'Azure' where id = 12" \
		"insert into sale values (1, 'a', 12)" \
		"update partner set phone = '1' where id = 12" \
		"insert into sale values (2, 'b', 12)" \
		"update partner set phone = '2' where id = 12"
	is "$(fields | grep partner_id)" 'partner_id  12 (Azure)
partner_id  12 (Azure)'
}

@test "a table that was renamed is found by its events' old name" {
	shop
	sql "insert into sale values (1, 'a', 12)" \
		'alter table sale rename to sale_old' \
		'alter table sale_old rename partner_id to customer_id' \
		'create table sale(id int, partner_id text)' \
		"update sale_old set customer_id = 14"
	is "$(fields)" 'id          1
state       "a"
partner_id  12
customer_id  12 (Azure) → 14 (Deco)'
}

@test "of two tables with one name each event means its own" {
	shop
	sql "insert into sale values (1, 'a', 12)" 'alter table sale rename to was' \
		'create table sale(id int primary key, partner_id int references was)'
	audited s.was --label state
	audited s.sale
	sql 'insert into sale values (7, 1)'
	is "$(fields | grep partner_id)" 'partner_id  12 (Azure)
partner_id  1 (a)'
}

@test "a dropped table is shown plainly" {
	shop
	sql "insert into sale values (1, 'a', 12)" 'drop table sale'
	run -0 --separate-stderr fields
	is "$output" 'id          1
partner_id  12
state       "a"'
	is "$stderr" ""
}

@test "a foreign key of several columns has its name on the last" {
	sql 'create table branch(no int, firm text, name text,
			primary key (firm, no))' \
		'create table sale(id int primary key, branch int, firm text,
			foreign key (branch, firm) references branch(no, firm))' \
		"insert into branch values (1, 'x', 'Berlin'), (2, 'x', 'Wien')"
	audited s.branch --label name
	audited s.sale
	sql "insert into sale values (1, 1, 'x')" 'update sale set branch = null' \
		"delete from sale"
	is "$(fields)" 'id      1
branch  1
firm    "x" (Berlin)
branch  1 → NULL
id      1
branch  NULL
firm    "x"'
}

@test "a foreign key to its own table has names, also to itself" {
	sql 'create table category(id int primary key, name text,
		parent_id int references category)'
	audited s.category --label name
	sql "insert into category values (1, 'All', 1), (2, 'Some', 1)" \
		"update category set name = 'Most', parent_id = 2 where id = 2"
	is "$(fields | grep parent_id)" 'parent_id  1 (All)
parent_id  1 (All)
parent_id  1 (All) → 2 (Some)'
}

@test "a foreign key to unique columns has the name of now" {
	sql 'create table partner(id int primary key, code text unique, name text)' \
		'create table sale(id int primary key,
			code text references partner(code))' \
		"insert into partner values (1, 'AZ', 'Azure')"
	audited s.partner --label name
	audited s.sale
	sql "insert into sale values (1, 'AZ')"
	is "$(fields | tail -n 1)" 'code  "AZ" (Azure)'
}

@test "keys of many types are found" {
	local n=0 type value wanted='' parents=() children=() tables=() writes=()

	sql 'create domain code as text' "create type color as enum ('red', 'blue')"
	for type in bigint uuid 'numeric(6,2)' 'char(4)' date timestamptz bool \
		code color bytea 'varchar(3)'; do
		case $type in
		uuid) value=0188aaaa-0000-7000-8000-000000000001 ;;
		date) value=2026-01-02 ;;
		timestamptz) value='2026-01-02 03:04:05.6+02' ;;
		bool) value=true ;;
		color) value=blue ;;
		char*) value=ab ;;
		*) value=12 ;;
		esac
		n=$((n + 1))
		parents+=("s.parent$n")
		children+=("s.child$n")
		tables+=("create table parent$n(k $type primary key, name text)"
			"create table child$n(id int primary key,
				\"$type\" $type references parent$n)"
			"insert into parent$n values ('$value', 'Found')")
		writes+=("insert into child$n values (1, '$value')")
		wanted+=$type$'\n'
	done
	sql "${tables[@]}"
	audited "${parents[@]}" --label name
	audited "${children[@]}" --keep-bytes
	sql "${writes[@]}"
	is "$(log | audit-diff --names | jq -r 'select(.new_name == "Found").field')" \
		"${wanted%$'\n'}"
}

@test "a value that fits the parent's key no more hides no other name" {
	sql 'create table partner(id text primary key, name text)' \
		'create table sale(id int primary key,
			partner_id text references partner)' \
		"insert into partner values ('abc', 'Letters'), ('7', 'Seven')"
	audited s.partner --label name
	audited s.sale
	sql "insert into sale values (1, 'abc'), (2, '7')" 'delete from sale' \
		"delete from partner where id = 'abc'" \
		'alter table sale drop constraint sale_partner_id_fkey' \
		'alter table partner alter id type int using id::int' \
		'alter table sale alter partner_id type int using partner_id::int' \
		'alter table sale add foreign key (partner_id) references partner'
	is "$(fields | sed -n '2p;4p')" 'partner_id  "abc" (Letters, deleted)
partner_id  "7" (Seven)'
}

@test "what points nowhere, and an enum, stay as they are" {
	sql "create type color as enum ('red', 'blue')"
	shop
	sql 'alter table sale add color color' \
		"insert into sale values (1, 'a', null, 'red')" \
		"update sale set color = 'blue'"
	is "$(fields)" 'id          1
state       "a"
partner_id  NULL
color       "red"
color  "red" → "blue"'
}

@test "a masked label is none, also where it was masked only then" {
	shop
	sql 'alter table partner add code text'
	audited s.partner --name hide --mask code
	sql "update partner set code = 'secret' where id = 12" \
		"insert into sale values (1, 'a', 12)"
	audit-rule remove "r$BATS_TEST_NUMBER.1" hide
	audited s.partner --label code
	is "$(fields | tail -n 1)" 'partner_id  12'
}

@test "hostile labels and names stay text, and cannot be mistaken" {
	shop
	sql "update partner set name = E'a\u001b[2J<img src=x onerror=1>' where id = 12" \
		"update partner set name = 'Deco, deleted' where id = 14" \
		"insert into sale values (1, 'a', 12), (2, 'b', 14)" \
		"insert into partner values (15, 'deleted'), (16, ''), (17, '\$1'';--')" \
		"insert into sale values (3, 'c', 15), (4, 'd', 16), (5, 'e', 17)"
	# shellcheck disable=SC2016 # it is no expansion
	is "$(fields | grep partner_id)" 'partner_id  12 (a\x1b[2J<img src=x onerror=1>)
partner_id  14 ("Deco, deleted")
partner_id  15 ("deleted")
partner_id  16 ("")
partner_id  17 ($1'"'"';--)'
	log | audit-diff --names -f html >page
	is "$(grep -c '<img' page)" 0
	grep -q '12 <span class="name">(<b>a.*&lt;img src=x onerror=1&gt;</b>)' page
	is "$(log | audit-diff --names | jq -r 'select(.key.id == 1).new_name' | tail -n 1)" \
		"$(printf 'a\033[2J<img src=x onerror=1>')"
}

@test "hostile names of tables and columns are only names" {
	script <<-'END'
		create table "p"";%I"("K %s$1" int primary key, "l'""\ $2" text);
		create table "c""%"(id int primary key, "f'\%L" int
		    references "p"";%I");
		insert into "p"";%I" values (1, 'One');
	END
	audited 's."p"";%I"' --label "l'\"\\ \$2"
	audited 's."c""%"'
	sql 'insert into "c""%" values (1, 1)'
	is "$(log | audit-diff --names | jq -r .new_name | tail -n 1)" One
}

@test "a long label is cut" {
	shop
	sql "update partner set name = repeat('x', 1000) where id = 12" \
		"insert into sale values (1, 'a', 12)"
	is "$(log | audit-diff --names | jq -r .new_name | tail -n 1 | wc -c)" 201
}

@test "what no trail has seen of a parent, its row tells" {
	sql 'create table partner(id int primary key, name text)' \
		"insert into partner values (1, 'Azure')" \
		'create table sale(id int primary key, partner_id int references partner)'
	audited s.sale
	sql 'insert into sale values (1, 1)'
	# nobody has said which column is the label
	is "$(fields | tail -n 1)" 'partner_id  1'
	audited s.partner --label name
	is "$(fields | tail -n 1)" 'partner_id  1 (Azure)'
}

@test "a partitioned parent, and a partition, are found" {
	sql 'create table partner(id int, area text, name text,
			primary key (id, area)) partition by list (area)' \
		"create table partner_n partition of partner for values in ('n')" \
		'create table sale(id int primary key, partner int, area text,
			foreign key (partner, area) references partner)' \
		'create table visit(id int primary key, partner int, area text,
			foreign key (partner, area) references partner_n)' \
		"insert into partner values (1, 'n', 'Azure')"
	audited s.partner --label name
	audited s.sale
	audited s.visit
	sql "insert into sale values (1, 1, 'n')" \
		"insert into visit values (1, 1, 'n')" \
		"update partner set name = 'Azure II'"
	is "$(fields | grep '^area')" 'area     "n" (Azure)
area     "n" (Azure)'
}

# Sets

@test "what a transaction did to a set is one change of its owner" {
	links
	sql 'begin' 'delete from partner_category where partner_id = 1
			and category_id = 2' \
		'insert into partner_category values (1, 3)' \
		'insert into partner_category values (2, 1)' 'commit'
	is "$(named)" 'update  s.partner 1 "Azure"
    category  + VIP, − Prospect

update  s.partner 2 "Deco"
    category  + Customer'
	is "$(log | audit-diff --names --titles | jq -c '[.op, .table, .key, .label,
			.field, .old, .new, .old_name, .new_name, .title]')" \
		'["update","partner",{"id":1},"Azure","category",[2],[3],["Prospect"],["VIP"],null]
["update","partner",{"id":2},"Deco","category",[],[1],[],["Customer"],null]'
	log | audit-diff --names -f html >page
	grep -qF '<del>− 2 <span class="name">(<b>Prospect</b>)</span></del></td><td><ins>+ 3 <span class="name">(<b>VIP</b>)</span></ins>' page
	is "$(LC_ALL=C named | sed -n 2p)" '    category  + VIP, - Prospect'
}

@test "each transaction is a change, also where they are interleaved" {
	links
	open_session
	say 'begin' 'insert into partner_category values (1, 3)'
	sql 'insert into partner_category values (2, 3)'
	say 'delete from partner_category where category_id = 2 and partner_id = 1'
	sql 'delete from partner_category where partner_id = 2 and category_id = 2'
	say 'commit'
	close_session
	is "$(named | grep -v '^$')" 'update  s.partner 1 "Azure"
    category  + VIP, − Prospect
update  s.partner 2 "Deco"
    category  + VIP
update  s.partner 2 "Deco"
    category  − Prospect'
}

@test "what two users did is not one change" {
	links
	sql 'begin' "set local audit.actor = 'alice'" \
		'insert into partner_category values (1, 3)' \
		"set local audit.actor = 'bob'" \
		'delete from partner_category where partner_id = 1 and category_id = 2' \
		'commit'
	is "$(named | grep -v '^$')" 'update  s.partner 1 "Azure"  by alice
    category  + VIP
update  s.partner 1 "Azure"  by bob
    category  − Prospect'
}

@test "what came and went in the same transaction does not show" {
	links
	sql 'begin' 'delete from partner_category where partner_id = 1' \
		'insert into partner_category values (1, 1), (1, 2), (1, 3)' 'commit'
	is "$(named)" 'update  s.partner 1 "Azure"
    category  + VIP'
	begin_trail
	sql 'begin' 'delete from partner_category where partner_id = 2' \
		'insert into partner_category values (2, 2)' 'commit'
	is "$(named)" 'update  s.partner 2 "Deco"'
}

@test "an update of a link is one that went and one that came" {
	links
	sql 'update partner_category set category_id = 3 where category_id = 2'
	is "$(fields)" 'category  + VIP, − Prospect
category  + VIP, − Prospect'
	begin_trail
	sql 'update partner_category set partner_id = 2 where category_id = 1'
	is "$(fields)" 'partner_id  1 (Azure) → 2 (Deco)'
}

@test "a set's owner and elements that are gone are told as they were" {
	links
	sql 'delete from partner where id = 1' 'delete from partner_category' \
		"update category set name = 'Vip' where id = 3" \
		'delete from category where id = 2'
	is "$(named | grep -A 1 '^update  s.partner')" \
		'update  s.partner 1 "Azure"
    category  − Customer, − Prospect (deleted)
--
update  s.partner 2 "Deco"
    category  − Prospect (deleted)'
}

@test "a link table with a key of its own is one, with more it is none" {
	links
	sql 'create table tagged(id serial primary key,
			partner_id int references partner,
			category_id int references category)' \
		'create table rated(partner_id int references partner,
			category_id int references category, rating int)'
	audited s.tagged
	audited s.rated
	sql 'insert into tagged(partner_id, category_id) values (1, 3)' \
		'insert into rated values (1, 3, 5)'
	# two tables link them: each set has its table's name
	is "$(named | grep -v '^$')" 'update  s.partner 1 "Azure"
    tagged  + VIP
insert  s.rated
    partner_id   1 (Azure)
    category_id  3 (VIP)
    rating       5'
}

@test "a date in the key, and a column that was dropped, are not left out" {
	links
	sql 'create table shift(partner_id int references partner, day date,
			category_id int references category, primary key (partner_id, day))' \
		'alter table partner_category add note text'
	audited s.shift
	sql "insert into shift values (1, '2026-01-02', 3)" \
		"insert into partner_category values (1, 3, 'hidden?')" \
		'alter table partner_category drop note' \
		'insert into partner_category values (2, 3)'
	is "$(named)" 'insert  s.shift day=2026-01-02 partner_id=1
    partner_id   1 (Azure)
    day          "2026-01-02"
    category_id  3 (VIP)

insert  s.partner_category partner_id=1 category_id=3
    partner_id   1 (Azure)
    category_id  3 (VIP)
    note         "hidden?"

update  s.partner 2 "Deco"
    partner_category  + VIP'
}

@test "a table that links records of one table has its own name" {
	sql 'create table task(id int primary key, name text)' \
		'create table blocks(task_id int references task,
			other_id int references task, primary key (task_id, other_id))' \
		"insert into task values (1, 'Build'), (2, 'Ship'), (3, 'a, b')"
	audited s.task --label name
	audited s.blocks
	sql 'insert into blocks values (1, 2), (1, 3)'
	is "$(named)" 'update  s.task 1 "Build"
    blocks  + Ship, + "a, b"'
}

@test "beyond the bound a set's change is shown as several" {
	links
	sql "insert into category select i, 'c' || i from generate_series(10, 2010) i"
	begin_trail
	sql 'insert into partner_category select 1, i from generate_series(10, 2010) i'
	log >lines # a pipe may pause, and what is there is shown then
	audit-diff --names <lines >out
	[ "$(wc -l <out)" -le 4 ]
	is "$(jq -s 'map(.new | length) | add' out)" 2001
	is "$(jq -s 'map(.new_name) | flatten | map(select(. == null)) | length' out)" 0
}

# Row movement

@test "a row that moves to another partition is an update" {
	sql 'create table sale(id int, area text, amount numeric,
			primary key (id, area)) partition by list (area)' \
		"create table sale_n partition of sale for values in ('n')" \
		"create table sale_s partition of sale for values in ('s')
			partition by range (id)" \
		'create table sale_s1 partition of sale_s for values from (0) to (9)' \
		"insert into sale values (1, 'n', 1.50), (2, 'n', 2)"
	audited s.sale
	sql "update sale set area = 's', amount = 2.50"
	is "$(log | audit-diff -f text | grep -c '  delete  ')" 2
	# id is a key of the partitions below: nothing of the key is left
	is "$(named | grep -c '^delete')" 2
	begin_trail
	sql "update sale set area = 'n' where id = 1"
	is "$(named)" 'update  s.sale id=1 area=s
    area  "s" → "n"'
	is "$(log | audit-diff --names | jq -r .id)" \
		"$(log | jq -r 'select(.op == "delete").id')"
}

@test "what identifies the row elsewhere has to be the same" {
	sql 'create table sale(id int, area text, amount numeric,
			primary key (id, area)) partition by list (area)' \
		"create table sale_n partition of sale for values in ('n')" \
		"create table sale_s partition of sale for values in ('s')" \
		"insert into sale values (1, 'n', 1.50), (2, 'n', 2)"
	audited s.sale
	sql "update sale set area = 's', amount = 2.50"
	is "$(named)" 'update  s.sale id=1 area=n
    area    "n" → "s"
    amount  1.50 → 2.50

update  s.sale id=2 area=n
    area    "n" → "s"
    amount  2 → 2.50'
	begin_trail
	sql 'begin' 'delete from sale where id = 1' \
		"insert into sale values (3, 'n', 2.50)" 'commit' \
		"delete from sale where id = 2" "insert into sale values (2, 'n', 1)" \
		'begin' 'delete from sale where id = 3' 'delete from sale where id = 2' \
		"insert into sale values (3, 's', 1)" 'commit'
	is "$(named | grep -c '^update')" 0
}

@test "another transaction may come between the halves of a move" {
	sql 'create table sale(id int, area text, primary key (id, area))
			partition by list (area)' \
		"create table sale_n partition of sale for values in ('n')" \
		"create table sale_s partition of sale for values in ('s')" \
		"insert into sale values (1, 'n'), (2, 'n')"
	audited s.sale
	sql "update sale set area = 's' where id = 1" \
		"update sale set area = 's' where id = 2"
	log >lines
	sed -n '1p;3p;2p;4p' lines | audit-diff --names |
		jq -c '[.op, .key.id, .field, .old, .new]' >out
	is "$(cat out)" '["update",1,"area","n","s"]
["update",2,"area","n","s"]'
}

# Titles and order

@test "columns are shown by the first line of their comments" {
	shop
	sql "comment on column partner.name is E'\n  Full name \n(as registered)'" \
		"comment on column partner.phone is E'<b>\u001b[2J'" \
		"comment on column sale.state is 'partner_id'" \
		"insert into partner values (15, 'x', 'y')" \
		"insert into sale values (1, 'a', 12)"
	is "$(fields --titles)" 'id          15
Full name   "x"
<b>\x1b[2J  "y"
id                  1
partner_id (state)  "a"
partner_id          12 (Azure)'
	log | audit-diff --titles -f text | grep -q '    Full name'
	log | audit-diff --titles >out
	is "$(jq -c '[.field, .title]' out | sed -n '1,2p')" '["id",null]
["name","Full name"]'
	is "$(jq -r 'keys_unsorted | last' out | uniq)" title
	log | audit-diff --titles -f html >page
	grep -qF '&lt;b&gt;' page
	grep -qF '<th scope="row">Full name</th>' page
}

@test "a long comment is cut" {
	shop
	sql "comment on column partner.name is '$(printf 'ä%.0s' {1..100})'" \
		"update partner set name = 'x'"
	is "$(log | audit-diff --titles | jq -r '.title | length' | uniq)" 60
}

@test "fields come in the table's order, others behind them by name" {
	sql 'create table t(z int primary key, gone int, y int, lost int, x int)'
	audited s.t
	sql 'insert into t values (1, 2, 3, 4, 5)' 'alter table t drop gone, drop lost'
	is "$(fields | paste -sd ' ')" 'z     1 y     3 x     5 gone  2 lost  4'
	is "$(log | audit-diff --titles | jq -r .field | paste -sd ' ')" 'z y x gone lost'
	is "$(log | audit-diff | jq -r .field | paste -sd ' ')" 'gone lost x y z'
}

@test "an event of a rule is shown as it is" {
	sql 'create table t(op int primary key, "table" int, rule int)' \
		"comment on column t.rule is 'Law'"
	audited s.t
	audit-log --op rule_add | tail -n 1 >line
	is "$(audit-diff --names --titles <line | jq -c 'del(.old_name, .new_name, .title)')" \
		"$(audit-diff <line | jq -c .)"
}

# Streams, rights, databases

@test "a live stream is not held back, and has names of now" {
	links
	mkfifo in
	audit-diff --names <in >out 3>&- &
	exec 9>in
	sql 'begin' 'insert into partner_category values (1, 3)' \
		'delete from partner_category where partner_id = 1 and category_id = 2' \
		'commit'
	log >&9
	await test -s out
	is "$(jq -c '[.new_name, .old_name]' out)" '[["VIP"],["Prospect"]]'
	begin_trail
	sql "update category set name = 'Very' where id = 3" \
		'insert into partner_category values (2, 3)'
	log >&9
	await grep -q Very out
	is "$(tail -n 1 out | jq -c .new_name)" '["Very"]'
	begin_trail
	sql 'delete from partner_category where category_id = 3' \
		'delete from category where id = 3'
	log >&9
	await grep -q '"category".*"delete"\|"delete".*"category"' out
	exec 9>&-
	wait
	grep -q '"old":\[3\],"new":\[\],"old_name":\["Very"\]' out
}

@test "no transaction stays open while a stream pauses" {
	shop
	mkfifo in
	audit-diff --names <in >out 3>&- &
	exec 9>in
	sql "insert into sale values (1, 'a', 12)"
	log >&9
	await test -s out
	await gives idle "select distinct state from pg_stat_activity
		where application_name = 'audit-diff' and datname = current_database()"
	exec 9>&-
	wait
}

@test "a reader without rights on the table gets what the trail knows" {
	shop
	make_role reader login
	sql "insert into sale values (1, 'a', 12), (2, 'a', 14)" \
		"update partner set name = 'Azure II' where id = 12" \
		'grant usage on schema audit to reader' \
		'grant select on audit.event, audit.live, audit.relation_name,
			audit.rule, audit.rule_table to reader' \
		'grant select (id, version) on audit.trail to reader' \
		'grant execute on function audit.first_id, audit.id_time,
			audit.record(int, text), audit.record(int, text[]) to reader'
	log >lines
	as reader audit-diff --names <lines >out
	is "$(jq -r 'select(.field == "partner_id").new_name' out)" 'Azure
null'
	sql 'grant usage on schema s to reader' \
		'grant select (id, name) on partner to reader'
	as reader audit-diff --names <lines >out
	is "$(jq -r 'select(.field == "partner_id").new_name' out)" 'Azure
Deco'
	# a policy is not asked
	# shellcheck disable=SC2016 # nor this
	sql 'create function spy() returns bool language plpgsql as
			$$ begin raise exception $m$spied$m$; end $$' \
		'alter table partner enable row level security' \
		'create policy p on partner to reader using (s.spy())'
	run -0 --separate-stderr as reader audit-diff --names <lines
	is "$stderr" ""
	is "$(jq -r 'select(.field == "partner_id").new_name' <<<"$output")" 'Azure
null'
	sql 'drop owned by reader' 'drop role reader'
}

@test "without rights on the trail it says what is needed: exit 3" {
	make_role reader login
	run -3 --separate-stderr as reader audit-diff --names </dev/null
	is "$output" ""
	[[ $stderr == *'role "reader" needs: audit-rule grant ROLE reader'* ]]
	sql 'drop role reader'
}

@test "a locked table is not waited for long" {
	shop
	sql "insert into sale values (1, 'a', 12), (2, 'b', 14)" \
		"update partner set name = 'Azure II' where id = 12"
	log >lines
	open_session
	say 'begin' 'lock table s.partner'
	run -0 --separate-stderr timeout 20 audit-diff --names <lines
	close_session
	is "$stderr" ""
	is "$(jq -r 'select(.field == "partner_id").new_name' <<<"$output")" 'Azure
null'
}

@test "without a trail there are titles, and one remark that names are not" {
	shop
	sql "insert into sale values (1, 'a', 12)"
	log >lines
	other_database
	sql 'create schema s' 'create table s.sale(partner_id int, id int)' \
		"comment on column s.sale.id is 'Number'"
	run -0 --separate-stderr audit-diff --names --titles <lines
	is "$stderr" "audit-diff: no audit trail in this database: no names"
	is "$(jq -c '[.field, .title, .new_name]' <<<"$output")" \
		'["partner_id",null,null]
["id","Number",null]
["state",null,null]'
	run -0 --separate-stderr audit-diff --titles <lines
	is "$stderr" ""
	drop_other_database
}

@test "-d names the database, and is refused where nothing asks one" {
	shop
	sql "insert into sale values (1, 'a', 12)"
	log >lines
	database=$PGDATABASE
	is "$(PGDATABASE=postgres audit-diff -d "$database" --names <lines |
		jq -r .new_name | tail -n 1)" Azure
	for options in '-d x' '--db=x -f text'; do
		# shellcheck disable=SC2086 # they are several
		run -2 --separate-stderr audit-diff $options <lines
		is "$output" ""
		[[ $stderr == "audit-diff: -d goes with"* ]]
	done
}

@test "lines of elsewhere, without ids or tables, pass" {
	printf '%s\n' '{"id":"x","at":"y","op":"update","schema":"s","table":"no","old":{"a":1},"new":{"a":2}}' \
		'{"id":"x","at":"y","op":"login","new":{"a":1}}' \
		'{"id":"01A20177-65F3-7538-8648-7DF02060D3F7","at":"y","op":"insert","new":{"a":1}}' |
		audit-diff --names --titles >out
	is "$(jq -c '[.op, .field, .old_name, .title]' out)" '["update","a",null,null]
["login","a",null,null]
["insert","a",null,null]'
}

@test "no text of a line, whatever it says, is a failure" {
	export PGCLIENTENCODING=UTF8 # psql's
	other_database encoding latin1 lc_collate "'C'" lc_ctype "'C'"
	audit-rule init
	sql 'create schema s' 'create table s.partner(id text primary key, name text)' \
		'create table s.sale(id int primary key,
			partner_id text references s.partner)' \
		"insert into s.partner values ('é', 'Müller')"
	audited s.partner --label name
	audited s.sale
	for value in '"é"' '"\u00e9"' '"日本"' '"\u0000"' '"a\u0000b"' '"\ud800"' \
		'{"a":1}' '[1]' true 1e999 '"\"]"' '"{"'; do
		echo '{"id":"x","at":"y","op":"insert","schema":"s","table":"sale","new":{"partner_id":'"$value"'}}'
	done >lines
	echo '{"id":"x","at":"y","op":"insert","schema":"s","table":"日本\u0000","new":{"a":1}}' >>lines
	audit-diff --names <lines >out 2>err
	is "$(cat err)" ""
	is "$(sed 's/.*"new_name"://' out | sort | uniq -c | tr -s ' ')" \
		' 2 "Müller"}
 11 null}'
	drop_other_database
}

@test "half a line that stays away holds no event back" {
	shop
	mkfifo in
	audit-diff --names <in >out 3>&- &
	exec 9>in
	sql "insert into sale values (1, 'a', 12)"
	log >lines
	{ cat lines; head -c 50 lines; } >half
	cat half >&9 # in one write
	await test -s out
	tail -c +51 lines >&9
	exec 9>&-
	wait
	is "$(wc -l <out)" 6
}

@test "memory stays flat with names" {
	shop many_partner many_sale
	sql "insert into many_partner select i, 'Partner ' || i from generate_series(100, 20100) i" \
		"insert into many_sale select i, 'x', i from generate_series(100, 20100) i"
	audit-log -t s.many_sale --op insert >lines
	command time -f %M -o peak audit-diff --names <lines >out
	grep -q __asan_init "$BUILD/bin/audit-diff" ||
		[ "$(cat peak)" -lt 24576 ]
	is "$(jq -r 'select(.field == "partner_id").new_name' out | grep -c Partner)" 20001
}

@test "a server that is lost is exit 3, what was printed is whole lines" {
	shop
	sql "insert into sale values (1, 'a', 12)"
	mkfifo in
	audit-diff --names <in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	log >&9
	await test -s out
	sql "select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = 'audit-diff' and datname = current_database()"
	sql "insert into sale values (2, 'b', 14)"
	log >&9
	exec 9>&-
	wait "$pid" || status=$?
	is "$status" 3
	grep -q '^audit-diff: ' err
	jq . out >/dev/null
}

@test "many events take a query a thousand, not one each" {
	# a name that was another table's costs a query an event
	shop partner only_sale
	sql "insert into only_sale select i, 'x', case when i % 3 = 0 then 12 else 14 end
		from generate_series(1, 3000) i"
	log >lines
	from=$(wc -l <"$SERVER_DIR/log")
	PGOPTIONS='-c log_statement=all' audit-diff --names <lines >out
	queries=$(tail -n "+$((from + 1))" "$SERVER_DIR/log" |
		grep -cE 'LOG:  (execute|statement)')
	[ "$queries" -gt 3 ]
	[ "$queries" -lt 50 ]
	is "$(jq -r 'select(.field == "partner_id").new_name' out | sort | uniq -c |
		tr -s ' ')" ' 1000 Azure
 2000 Deco'
}
