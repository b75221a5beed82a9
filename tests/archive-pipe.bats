#!/usr/bin/env bats
# archive-pipe - audit-watch, audit-export and audit-diff on the events of
# several trails, as an archive database or a merged stream gives them

load helper

setup_file() {
	export TZ=UTC MONTH=$BATS_FILE_TMPDIR/month
	# two weeks of work as always in two trails: six people and a service
	python3 "$ROOT/tests/watch.py" >"$MONTH" <<-'END'
		work 2026-03-02 12 alice,bob,carol,dave,erin,faythe trail=crm
		work 2026-03-02 12 alice,grace,heidi trail=shop
		batch 2026-03-02 14 02:00 import 300 table=stock trail=shop
	END
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# said - alerts for the events that watch.py makes of stdin
said() {
	python3 "$ROOT/tests/watch.py" "$MONTH" | audit-watch -q
}

# alerts - "alert who count trail" of each
alerts() {
	said | jq -r '[.alert, .actor // .role, .count, .trail] | join(" ")'
}

# WATCH

@test "work as always in several trails makes no alert" {
	is "$(alerts </dev/null)" ''
}

@test "an alert names its trail" {
	said <<<'2026-03-16T10:00 delete actor=alice trail=crm x110 /1' >out
	is "$(jq -c '[.alert, .trail, .trails, keys_unsorted[-1]]' out)" \
		'["mass_delete","crm",null,"trail"]'
	is "$(jq -r .message out)" \
		'alice deleted 100 rows of public.item within 1 hour with erp, in crm'
}

@test "without a trail an alert names none" {
	python3 "$ROOT/tests/watch.py" >out \
		<<<'2026-03-16T10:00 delete actor=alice x110 /1'
	is "$(audit-watch -q <out | jq -c '[.alert, has("trail"), has("trails")]')" \
		'["mass_delete",false,false]'
	is "$(audit-watch -q <out | jq -r .message)" \
		'alice deleted 100 rows of public.item within 1 hour with erp'
}

@test "a little in each of several trails is a lot for one person" {
	for i in 1 2 3 4 5; do
		echo "2026-03-16T10:0$i delete actor=alice trail=db$i x30 /1"
	done | said >out
	is "$(jq -c '[.alert, .count, .trail]' out)" '["mass_delete",100,"db4"]'
	is "$(jq -c .trails out)" '["db1","db2","db3","db4"]'
	is "$(jq -r .message out)" \
		'alice deleted 100 rows of public.item within 1 hour with erp, in db1, db2, db3 and 1 more'
	is "$(jq '.events | length' out)" 100
}

@test "tables of two trails are two, whatever their name" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 delete role=batch1 trail=crm x900 /0.1
		2026-03-16T10:01 delete role=batch1 trail=shop x900 /0.1
	END
	)" ''
	is "$(alerts <<-'END'
		2026-03-16T10:00 delete actor=alice table=a trail=crm x60 /1
		2026-03-16T10:01 delete actor=alice table=b trail=shop x60 /1
	END
	)" ''
}

@test "what one trail's alert has told is not told of all trails again" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 delete actor=alice trail=crm x110 /1
		2026-03-16T10:04 delete actor=alice trail=shop x30 /1
	END
	)" 'mass_delete alice 100 crm'
}

@test "refused logins of an actor count in all trails, of a role in its own" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 login_failed actor=alice addr=192.0.2.7 trail=crm x5 /20
		2026-03-16T10:02 login_failed actor=alice addr=192.0.2.7 trail=shop x5 /20
	END
	)" 'refused_logins alice 10 shop'
	is "$(alerts <<-'END'
		2026-03-16T10:00 login_failed role=app app=null addr=192.0.2.7 trail=crm x5 /20
		2026-03-16T10:02 login_failed role=app app=null addr=192.0.2.7 trail=shop x5 /20
	END
	)" ''
}

@test "one address that tries an account in each trail is an alert" {
	is "$(alerts <<<'2026-03-16T10:00 login_failed role=postgres app=null addr=203.0.113.9 trail=db{i} x12 /40' |
		grep -c '^refused_logins postgres')" 1
}

@test "an actor's network in one trail is known in the others" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 login actor=bob addr=192.0.2.7 trail=crm
		2026-03-16T10:05 login actor=bob addr=41.0.0.9 trail=shop
		2026-03-16T10:06 update actor=bob addr=41.0.0.9 trail=shop
	END
	)" "$(alerts <<-'END' | sed 's/crm/shop/'
		2026-03-16T10:00 login actor=bob addr=192.0.2.7 trail=crm
		2026-03-16T10:05 login actor=bob addr=41.0.0.9 trail=crm
		2026-03-16T10:06 update actor=bob addr=41.0.0.9 trail=crm
	END
	)"
}

@test "an actor in two trails from two continents is an alert" {
	is "$(alerts <<-'END' | grep -c '^far_networks bob 2 shop'
		2026-03-16T10:00 login actor=bob addr=193.0.0.1 trail=crm
		2026-03-16T10:05 login actor=bob addr=41.0.0.9 trail=shop
	END
	)" 1
}

@test "a role that administers one cluster does not in another" {
	local rule='2026-03-16T10:00 rule_add role=app app=psql trail=crm'
	rule+=' new={"rule":"x"} actor=null'
	is "$(alerts <<-END | grep privileged
		$rule
		2026-03-16T10:01 update role=app app=psql trail=crm actor=null
	END
	)" 'privileged_role app 1 crm'
	is "$(alerts <<-END | grep -c privileged
		$rule
		2026-03-16T10:01 update role=app app=psql trail=shop actor=null
	END
	)" 0
}

@test "rules that are switched off in two trails are two alerts" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 rule_disable actor=dave trail=crm new={"rule":"x"}
		2026-03-16T10:01 rule_disable actor=dave trail=shop new={"rule":"x"}
	END
	)" "rules_changed dave 1 crm
rules_changed dave 1 shop"
}

@test "a session's network is that of the same trail's session" {
	is "$(alerts <<-'END' | grep -c far_networks
		2026-03-16T09:00 login actor=mallory addr=41.0.0.9 session=7 trail=other
		2026-03-16T10:00 login actor=bob addr=193.0.0.1 session=7 trail=crm
		2026-03-16T15:00 update actor=bob addr=10.0.0.1 session=7 trail=crm
		2026-03-16T15:01 login actor=bob addr=193.0.0.1 session=8 trail=crm
	END
	)" 0
}

@test "a trail that has just come is learned, though the others are known" {
	is "$(alerts <<-'END'
		batch 2026-03-16 10 02:00 import2 3000 table=stock trail=new
	END
	)" ''
	is "$(alerts <<-'END' | grep mass
		batch 2026-03-16 1 02:00 import2 25000 table=stock trail=shop
	END
	)" 'mass_update import2 20000 shop'
}

@test "seals of one trail are for events that name none" {
	seals() {
		echo '{"seal":1,"trail":"b2764b6c-fa80-49f2-a45d-20726587e121","at":"2026-03-16T10:00:00.000000Z","root":"x","months":[]}'
		python3 "$ROOT/tests/watch.py" <<-'END'
			2026-03-16T11:00 update actor=bob
			2026-03-18T22:59 update actor=bob
		END
	}
	is "$(seals | audit-watch -q | jq -r .alert)" sealing_silent
	is "$(seals | sed 's/"redacted":null}/"redacted":null,"trail":"crm"}/' |
		audit-watch -q | jq -r .alert)" ''
}

@test "a run in two halves gives the alerts of one, the trails' names too" {
	python3 "$ROOT/tests/watch.py" "$MONTH" >all <<-'END'
		2026-03-16T10:00 delete actor=alice trail=db1 x60 /1
		2026-03-16T10:02 delete actor=alice trail=db2 x60 /1
	END
	audit-watch -q <all >whole
	grep -q '"trails":\["db1","db2"\]' whole
	head -n -40 all | audit-watch -q --state state >halves
	tail -n 40 all | audit-watch -q --state state >>halves
	is "$(cat halves)" "$(cat whole)"
}

# DIFF

# event N TRAIL OP KEY OLD NEW - the line of an event; N is its place
event() {
	printf '%s' '{"id":"01a20177-65f3-7538-8648-'"$(printf %012d "$1")"'",' \
		'"at":"2026-07-01T10:00:'"$(printf %02d "$1")"'.000000Z",' \
		'"op":"'"$3"'","schema":"public","table":"item","key":{"id": '"$4"'},' \
		'"label":"Lamp","actor":"alice","role":"shop","as_role":null,' \
		'"session":null,"txid":"812","app":"erp","addr":null,"reason":null,' \
		'"rules":["item"],"old":'"$5"',"new":'"$6"',"redacted":null'
	printf '%s}\n' "${2:+,\"trail\":\"$2\"}"
}

two_trails() {
	event 1 crm update 7 '{"a": 1}' '{"a": 2}'
	event 2 shop update 7 '{"a": 5}' '{"a": 6}'
	event 3 crm update 7 '{"a": 2}' '{"a": 3}'
	event 4 shop update 7 '{"a": 6}' '{"a": 5}'
}

@test "a field's change names its trail, last" {
	two_trails | audit-diff -f json >out
	is "$(jq -c '[.trail, .old, .new, keys_unsorted[-1]]' out | head -n 2)" \
		'["crm",1,2,"trail"]
["shop",5,6,"trail"]'
	event 1 '' update 7 '{"a": 1}' '{"a": 2}' | audit-diff -f json >out
	is "$(jq -c 'keys_unsorted[-1]' out)" '"new"'
}

@test "text and html name the trail" {
	two_trails | audit-diff -f text >out
	is "$(grep -c 'by alice  in crm$' out)" 2
	two_trails | audit-diff -f html >out
	is "$(grep -c ', transaction 812, trail shop</p>' out)" 2
	event 1 '' update 7 '{"a": 1}' '{"a": 2}' >one
	audit-diff -f text <one >out
	run ! grep ' in ' out
	audit-diff -f html <one >out
	run ! grep trail out
}

@test "records of two trails are never one" {
	is "$(two_trails | audit-diff --net -f json |
		jq -c '[.trail, .key.id, .old, .new]')" '["crm",7,1,3]'
	is "$(two_trails | sed 's/,"trail":"[a-z]*"//' | audit-diff --net -f json |
		jq -c '[.trail, .key.id, .old, .new]')" '[null,7,1,5]'
}

@test "a key that changes in one trail is followed there alone" {
	{
		event 1 crm update 7 '{"id": 7}' '{"id": 8}'
		event 2 shop update 8 '{"a": 1}' '{"a": 2}'
		event 3 crm update 8 '{"a": 5}' '{"a": 6}'
	} | audit-diff --net -f json >out
	is "$(jq -c '[.trail, .key.id, .field, .old, .new]' out)" \
		'["crm",7,"a",5,6]
["crm",7,"id",7,8]
["shop",8,"a",1,2]'
}

@test "what undoes events of two databases is no script" {
	two_trails >all
	run -1 --separate-stderr audit-diff -f sql <all
	is "$output" ''
	is "$stderr" 'audit-diff: line 2: the trail is shop, and that of the events before is crm: what undoes them is for one database; pick its events with audit-log --trail'
	grep crm all | audit-diff -f sql >script
	is "$(grep -c '^COMMIT;' script)" 1
}

@test "names are asked for in one database, for one trail" {
	fresh_database
	audit-rule init
	two_trails >all
	run -1 --separate-stderr audit-diff --names -f json <all
	is "$stderr" 'audit-diff: line 2: the trail is shop, and that of the events before is crm: what a column refers to is for one database; pick its events with audit-log --trail'
	is "$(jq -c .trail <<<"$output")" '"crm"'
	run -1 --separate-stderr audit-diff --names --net -f json <all
	is "$output" ''
	grep crm all >one
	run -0 --separate-stderr audit-diff --names --net -f json <one
	is "$(jq -c '[.old, .new]' <<<"$output")" '[1,3]'
}

# EXPORT

# seen - two trails: the same table, role and session id in each
seen() {
	python3 "$ROOT/tests/watch.py" <<-'END'
		2026-03-16T10:00 update actor=alice key={"id":7} session=s1 trail=crm x3 /9
		2026-03-16T10:01 update actor=alice key={"id":7} session=s1 trail=shop x2 /9
		2026-03-16T10:02 update role=app actor=null key={"id":8} trail=shop
		2026-03-16T10:03 update role=app actor=null key={"id":8} trail=crm
		2026-03-16T10:04 login actor=alice session=s1 trail=crm addr=192.0.2.7
	END
}

@test "a CSV file has a column of the trail, last, where events have one" {
	seen | audit-export -q -f csv -o out.csv
	is "$(head -n 1 out.csv | tr -d '\r' | sed 's/.*,//')" trail
	is "$(sed -n 2p out.csv | tr -d '\r' | sed 's/.*,//')" crm
	seen | sed 's/,"trail":"[a-z]*"//' | audit-export -q -f csv -o out.csv
	is "$(head -n 1 out.csv | tr -d '\r' | sed 's/.*,//')" redacted
	audit-export -q -f csv -o out.csv </dev/null
	is "$(head -n 1 out.csv | tr -d '\r' | sed 's/.*,//')" redacted
	seen | audit-export -q -f csv --columns trail,op -o out.csv
	is "$(sed -n 2p out.csv | tr -d '\r')" crm,update
}

@test "a page offers the trails to choose from and counts by them" {
	seen | audit-export -q -o out.html
	grep -q '>By trail<' out.html
	grep -q '"Trail"' out.html
	grep -q 'crm: public.item' out.html
	grep -q 'shop: public.item' out.html
	seen | sed 's/,"trail":"[a-z]*"//' | audit-export -q -o out.html
	run ! grep -i 'trail"' out.html
	run ! grep 'By trail' out.html
}

@test "a workbook names the trails; tables, roles and sessions are of one" {
	seen | audit-export -q -o out.xlsx
	mkdir book
	unzip -q out.xlsx -d book
	cat book/xl/worksheets/*.xml >cells
	grep -q '>Trail<' cells
	grep -q 'crm: public.item' cells
	grep -q 'shop: app' cells
	grep -q 'shop: s1' cells
	grep -q 'crm: s1' cells
}

@test "records of two trails are two in the overview" {
	seen | audit-export -q -o out.html
	grep -q 'Records changed</dt><dd>4<' out.html
}

@test "SIEM formats say the trail where their schemas have a place" {
	seen | audit-export -f ocsf >out
	is "$(jq -r '.metadata.log_provider' out | sort | uniq -c | xargs)" '5 crm 3 shop'
	is "$(jq -c '.unmapped.trail' out | sort -u)" null
	seen | audit-export -f ecs >out
	is "$(jq -r '.labels.trail' out | sort | uniq -c | xargs)" '5 crm 3 shop'
	seen | audit-export -f cef >out
	is "$(grep -o 'deviceExternalId=[a-z]*' out | sort | uniq -c | xargs)" \
		'5 deviceExternalId=crm 3 deviceExternalId=shop'
	seen | sed 's/,"trail":"[a-z]*"//' | audit-export -f cef >out
	run ! grep deviceExternalId out
}

@test "an alert keeps its trail on the way to a SIEM" {
	said <<<'2026-03-16T10:00 delete actor=alice trail=crm x110 /1' >alert
	audit-export -f ocsf <alert >out
	is "$(jq -r '.unmapped.trail' out)" crm
	audit-export -f ecs <alert >out
	is "$(jq -r '.audit.trail' out)" crm
	audit-export -f cef <alert >out
	grep -q 'deviceExternalId=crm ' out
}

# FROM AN ARCHIVE DATABASE

# two_sources - pipe_crm and pipe_shop, each with table item, in one archive
two_sources() {
	local db

	for db in pipe_crm pipe_shop pipe_archive; do
		PGOPTIONS='-c client_min_messages=warning' psql -qd postgres \
			-c "drop database if exists $db (force)" -c "create database $db"
	done
	audit-rule init --archive -d dbname=pipe_archive
	for db in pipe_crm pipe_shop; do
		audit-rule init -d "dbname=$db"
		psql -qd "$db" -c 'create table item(id int primary key, name text)'
		audit-rule add -d "dbname=$db" item --label name
		psql -qd "$db" -c "set audit.actor = 'alice'" \
			-c "insert into item values (1, '$db')" \
			-c "update item set name = name || ' later'"
		await sealable "$db"
		audit-seal -d "dbname=$db" >/dev/null
		audit-seal ship -q -d "dbname=$db" --to dbname=pipe_archive \
			--trail "${db#pipe_}" >/dev/null
	done
}

sealable() {
	[ "$(psql -Atqd "$1" -c "select max(txid)
		< txid_snapshot_xmin(txid_current_snapshot()) from audit.event")" = t ]
}

drop_sources() {
	local db

	for db in pipe_crm pipe_shop pipe_archive; do
		psql -qd postgres -c "drop database $db (force)"
	done
}

@test "the pipes take what an archive database has" {
	two_sources
	audit-log -d dbname=pipe_archive -t item >all
	is "$(audit-diff -f json <all | jq -r 'select(.op == "update") |
		[.trail, .key.id, .new] | join(" ")' | sort)" \
		'crm 1 pipe_crm later
shop 1 pipe_shop later'
	is "$(audit-diff --net -f json <all | jq -r 'select(.field == "name") |
		[.trail, .op, .new] | join(" ")')" \
		'crm insert pipe_crm later
shop insert pipe_shop later'
	run -1 audit-diff -f sql <all
	audit-log -d dbname=pipe_archive --trail crm -t item --op update |
		audit-diff -f sql | psql -qd pipe_crm -v ON_ERROR_STOP=1
	is "$(psql -Atqd pipe_crm -c 'select name from item')" pipe_crm
	is "$(audit-export -q -f csv <all | head -n 1 | tr -d '\r' | sed 's/.*,//')" trail
	audit-log -d dbname=pipe_archive | audit-watch -q >alerts
	is "$(jq -r 'select(.alert == "rules_changed") | .trail' alerts | sort -u | xargs)" \
		'crm shop'
	# what is removed at a source is still one stream with what it has
	await sealable pipe_crm
	audit-seal -d dbname=pipe_crm >/dev/null
	audit-seal ship -q -d dbname=pipe_crm --to dbname=pipe_archive >/dev/null
	audit-purge run -qy -d dbname=pipe_crm --shipped --before '1 us' -t item >/dev/null
	is "$(audit-log -d dbname=pipe_crm -t item --op insert,update)" ''
	is "$(audit-log -d dbname=pipe_crm --archive dbname=pipe_archive -t item \
		--op insert,update | jq -r '[.op, .label] | join(" ")')" \
		'insert pipe_crm
update pipe_crm
update pipe_crm later'
	drop_sources
}
