#!/usr/bin/env bats
# audit-watch - what makes an alert, and what does not; its state, its options

load helper

setup_file() {
	export TZ=UTC MONTH=$BATS_FILE_TMPDIR/month
	# two weeks of ten people, and a service at night
	python3 "$ROOT/tests/watch.py" >"$MONTH" <<-'END'
		work 2026-03-02 12 alice,bob,carol,dave,erin,faythe,grace,heidi,ivan,judy
		batch 2026-03-02 14 02:00 import 300 table=stock
	END
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# watch [OPTION]... - alerts for the events that watch.py makes of stdin
watch() {
	python3 "$ROOT/tests/watch.py" | audit-watch -q "$@"
}

# alerts [OPTION]... - "alert who count" of each alert; these events come after
# two weeks of work as always, and 16 March 2026 is a Monday
alerts() {
	python3 "$ROOT/tests/watch.py" "$MONTH" | audit-watch -q "$@" |
		jq -r '[.alert, .actor // .role, .count] | join(" ")'
}

@test "weeks of work as always makes no alert" {
	is "$(alerts </dev/null)" ''
}

# REFUSED LOGINS

@test "ten refused logins of an account in ten minutes are one alert" {
	is "$(alerts <<<'2026-03-16T10:00 login_failed actor=alice addr=192.0.2.7 x15 /20')" \
		'refused_logins alice 10'
}

@test "who forgets his password now and then is no alert" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 login_failed actor=alice addr=192.0.2.7 x4 /20
		2026-03-16T10:03 login actor=alice addr=192.0.2.7
		2026-03-16T10:04 login_failed actor=bob addr=192.0.2.7 x9 /20
		2026-03-17T10:00 login_failed actor=alice addr=192.0.2.7 x5 /20
		2026-03-17T10:03 login actor=alice addr=192.0.2.7
	END
	)" ''
}

@test "one address that tries many accounts is an alert" {
	is "$(alerts <<<'2026-03-16T10:00 login_failed actor=user{i} addr=203.0.113.9 x12 /40')" \
		'refused_logins user7 8'
}

@test "roles that the server's log names are accounts, too" {
	is "$(alerts <<<'2026-03-16T10:00 login_failed role=r{i} app=null addr=203.0.113.9 new={"kind":"database","reason":"wrong_password"} x12 /5' |
		grep -c '^refused_logins r')" 1
	is "$(alerts <<-'END'
		2026-03-16T10:00 login_failed role=dba app=null addr=203.0.113.9 new={"kind":"database","reason":"wrong_password"} x6 /5
		2026-03-16T10:01 login role=dba app=psql addr=203.0.113.9 new={"kind":"database"}
	END
	)" 'login_after_refusals dba 6'
	is "$(alerts <<<'2026-03-16T10:00 login_failed role=dba app=null addr=203.0.113.9 new={"reason":"too_many_connections"} x50 /1')" ''
}

@test "an office where some mistype before they come in is no alert" {
	is "$(for who in alice bob carol dave erin faythe grace heidi ivan judy; do
		echo "2026-03-16T08:00 login_failed actor=$who addr=192.0.2.7 x2 /9"
		echo "2026-03-16T08:01 login actor=$who addr=192.0.2.7"
	done | alerts)" ''
}

@test "slow attempts count for a day" {
	is "$(alerts <<<'2026-03-16T01:00 login_failed actor=alice addr=203.0.113.9 x60 /1200')" \
		'refused_logins alice 40'
}

@test "an attack that grows tenfold is told again" {
	is "$(alerts <<<'2026-03-16T10:00 login_failed actor=alice addr=192.0.2.7 x101 /1' |
		grep alice)" $'refused_logins alice 10\nrefused_logins alice 30\nrefused_logins alice 100'
}

@test "a login after refused ones from elsewhere is an alert" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 login_failed actor=alice addr=203.0.113.9 x6 /20
		2026-03-16T10:05 login actor=alice addr=203.0.113.9
	END
	)" $'login_after_refusals alice 6\nnew_network alice 1'
}

@test "a login from home while somebody else tries elsewhere is none" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 login_failed actor=alice addr=203.0.113.9 x6 /20
		2026-03-16T10:05 login actor=alice addr=192.0.2.7
	END
	)" ''
}

@test "an address that tried many accounts and found one is critical" {
	run -0 bash -c "$(declare -f watch); $(declare -f python3); {
		echo '2026-03-16T10:00 login_failed actor=user{i} addr=203.0.113.9 x12 /20'
		echo '2026-03-16T10:05 login actor=zoe addr=203.0.113.9'
	} | watch | jq -r 'select(.alert == \"login_after_refusals\") | .severity'"
	is "$output" critical
}

# MANY ROWS

@test "a person who deletes a hundred rows is an alert, ninety are none" {
	is "$(alerts <<<'2026-03-16T10:00 delete actor=bob x90 /1')" ''
	is "$(alerts <<<'2026-03-16T10:00 delete actor=bob x150 /1')" \
		'mass_delete bob 100'
}

@test "so are many updates, and many rows read" {
	is "$(alerts <<<'2026-03-16T10:00 update actor=bob x600 /1 table=stock')" \
		'mass_update bob 500'
	is "$(alerts <<<'2026-03-16T10:00 read actor=bob new={"kind":"database","command":"SELECT","rows":8000}')" \
		'mass_read bob 8000'
	is "$(alerts <<<'2026-03-16T10:00 read actor=bob new={"kind":"database","command":"SELECT","rows":900}')" ''
}

@test "what somebody does every day is usual for him, not for others" {
	daily=$(for day in 02 03 04 05 06 09 10 11 12 13; do
		echo "2026-03-${day}T11:00 delete actor=carol x95 /1"
	done)
	is "$({ echo "$daily" && echo '2026-03-16T11:00 delete actor=carol x300 /1'; } |
		alerts)" ''
	is "$({ echo "$daily" && echo '2026-03-16T11:00 delete actor=dave x300 /1'; } |
		alerts)" 'mass_delete dave 100'
}

@test "a service that updates 5000 rows each night is usual, 30000 are not" {
	is "$(alerts <<<'batch 2026-03-02 15 03:00 import 5000 table=stock2')" ''
	is "$(alerts <<<'batch 2026-03-16 1 03:00 import 21000 table=stock2' |
		grep -o '^mass_update import')" 'mass_update import'
}

@test "who calls his application audit-log is seen as well" {
	is "$(alerts <<<'2026-03-16T10:00 read actor=bob new={"kind":"database","rows":90000,"tool":"audit-log"}')" \
		'mass_read bob 90000'
}

# WHEN AND WHERE

@test "a day worker at three in the night is an alert, at seven in the evening none" {
	is "$(alerts <<<'2026-03-17T03:00 update actor=erin')" 'outside_hours erin 1'
	is "$(alerts <<<'2026-03-17T19:00 update actor=erin')" ''
}

@test "who works at night often is no alert" {
	is "$(alerts <<<"$(printf '2026-03-%02dT23:30 update actor=erin\n' 3 4 10 17 18 | tail -2)" |
		wc -l)" 2
	is "$(for d in 03 04 10 11 17 18; do
		echo "2026-03-${d}T03:30 update actor=zed x3"
	done | alerts)" ''
}

@test "hours and zone can be set" {
	echo '{"zone": "Asia/Tokyo", "outside_hours": {"hours": {"mon-fri": "08:00-18:00"}}}' >c
	# 10:30 in Tokyo, then 05:30 there
	is "$(alerts --config c <<<'2026-03-17T01:30 update actor=erin')" ''
	run -0 alerts --config c <<<'2026-03-17T20:30 update actor=erin'
	[[ $output == *'outside_hours erin 1'* ]]
}

@test "a login with another browser is an alert, with a newer one none" {
	is "$(alerts <<<'2026-03-16T10:00 login actor=bob addr=192.0.2.7 new={"user_agent":"curl/8"}')" \
		'new_device bob 1'
	is "$(alerts <<<'2026-03-16T10:00 login actor=bob addr=192.0.2.7 new={"user_agent":"Firefox/119.0.1"}')" ''
}

@test "a device that the server knows is none, nor is a newcomer's first" {
	is "$(alerts <<-'END'
		2026-03-16T10:00 login actor=bob addr=192.0.2.7 new={"user_agent":"curl/8","new_device":false}
		2026-03-16T10:00 login actor=zoe addr=192.0.2.7 new={"user_agent":"curl/8","new_device":true}
	END
	)" ''
}

@test "another continent is an alert, a colleague's network none" {
	is "$(alerts <<<'2026-03-17T06:30 login actor=ivan addr=41.1.2.3')" \
		'new_network ivan 1'
	is "$(alerts <<-'END'
		2026-03-16T06:30 login actor=zoe addr=185.1.2.3
		2026-03-16T06:30 login actor=zed addr=185.1.2.3
		2026-03-17T06:30 login actor=ivan addr=185.1.2.3
	END
	)" ''
}

@test "two continents within an hour are an alert, a day apart they are none" {
	run -0 alerts <<-'END'
		2026-03-17T10:30 login actor=ivan addr=192.0.2.7
		2026-03-17T10:45 login actor=ivan addr=41.1.2.3
	END
	[[ $output == *'far_networks ivan 2'* ]]
	run -0 alerts <<-'END'
		2026-03-17T17:30 login actor=ivan addr=192.0.2.7
		2026-03-18T07:45 login actor=ivan addr=41.1.2.3
	END
	[[ $output != *far_networks* ]]
}

@test "who works in one session and opens another far away is in two places" {
	is "$(alerts <<-'END'
		2026-03-16T07:30 login actor=ivan addr=192.0.2.7 session=s1
		2026-03-16T10:40 update actor=ivan session=s1 addr=10.0.0.1
		2026-03-16T10:45 login actor=ivan addr=198.51.100.7 session=s2
		2026-03-16T10:50 login actor=ivan addr=41.1.2.3 session=s3
	END
	)" $'new_network ivan 1\nfar_networks ivan 2'
}

@test "networks that belong together are one" {
	echo '{"networks": {"world": ["192.0.2.0/24", "41.0.0.0/8", "2001:db8::/32"]}}' >c
	is "$(alerts --config c <<<'2026-03-17T10:45 login actor=ivan addr=41.1.2.3')" ''
}

@test "who is back after months is an alert, after a holiday none" {
	is "$(alerts <<-'END'
		2025-11-03T10:00 update actor=oscar
		2026-03-17T10:45 update actor=oscar
	END
	)" 'dormant_actor oscar 1'
	is "$(alerts <<-'END'
		2026-03-03T10:00 update actor=oscar
		2026-03-27T10:45 update actor=oscar
	END
	)" ''
}

# RIGHTS AND RULES

@test "a superuser who changes rows is an alert" {
	is "$(alerts <<<'2026-03-16T10:00 update role=postgres app=psql x5')" \
		'privileged_role postgres 1'
}

@test "so is who switched a rule on before, but not an application's own role" {
	is "$(alerts <<-'END' | grep -v rules
		2026-03-16T09:00 rule_enable role=dba app=psql key={"rule":"r"}
		2026-03-16T10:00 update role=dba app=psql x5
		2026-03-16T11:00 ddl role=shop
	END
	)" 'privileged_role dba 1'
}

@test "a rule that is switched off is an alert that names it" {
	run -0 watch <<<'2026-03-16T10:00 rule_disable role=dba key={"rule":"pay"}'
	is "$(jq -r .severity <<<"$output")" high
	is "$(jq -r .message <<<"$output")" 'role dba switched off rule pay'
	is "$(watch <<<'2026-03-16T10:00 rule_compile role=dba key={"rule":"pay"}')" ''
}

@test "a rule that is added is a low one" {
	is "$(watch <<<'2026-03-16T10:00 rule_add role=dba key={"rule":"pay"}' |
		jq -r .severity)" low
}

@test "triggers that a rule brings are a low one, and hide none that were altered" {
	is "$(watch <<-'END' | jq -r '"\(.severity) \(.message)"'
		2026-03-16T10:00 rule_trigger role=dba key={"table":"s.t"} new={"found":["missing"]}
		2026-03-16T10:01 rule_trigger role=dba key={"table":"s.t"} new={"found":["missing","disabled"]}
		2026-03-16T10:02 rule_trigger role=dba key={"table":"s.t"} new={"done":["drop"]}
	END
	)" "low role dba put triggers on s.t
high role dba found triggers altered on s.t
high role dba took the triggers from s.t"
}

@test "a gap is an alert" {
	is "$(alerts <<<'2026-03-16T10:00 gap new={"reason":"log_hole","count":3}')" \
		'gap shop 1'
}

@test "events without a seal for longer than a day are an alert, quiet days none" {
	is "$(alerts <<-'END'
		seal 2026-03-13T23:00
		2026-03-14T09:00 update
		2026-03-15T12:00 update
		2026-03-16T12:00 update
	END
	)" 'sealing_silent shop 1'
	is "$(watch <<-'END'
		seal 2026-03-13T23:00
		2026-03-18T12:00 update
		seal 2026-03-18T23:00
		2026-03-25T12:00 update
	END
	)" ''
}

# WHAT WAS TOUCHED

@test "a table of a few, touched by another for the first time, is an alert" {
	payroll='work 2026-03-02 12 carol table=payslip schema=hr op=read'
	is "$(alerts <<<"$payroll
		2026-03-16T10:00 read actor=bob table=payslip schema=hr")" 'first_touch bob 1'
	# nobody is surprised by a newcomer, or by a table that has just come
	is "$(alerts <<<"$payroll
		2026-03-16T10:00 read actor=zoe table=payslip schema=hr
		2026-03-16T10:00 update actor=bob table=fresh
		2026-03-16T11:00 update actor=dave table=fresh")" ''
}

@test "a column that was named is watched until it is usual" {
	is "$(alerts --sensitive item.iban,hr.pay.amount <<-'END'
		2026-03-16T10:00 update actor=bob old={"name":"a"} new={"name":"b"}
		2026-03-16T10:00 update actor=dave old={"iban":"a"} new={"iban":"b"} x3
		2026-03-16T10:01 update actor=erin schema=hr table=pay old={"amount":1} new={"amount":2}
		2026-03-16T10:02 update actor=heidi schema=x table=pay old={"amount":1} new={"amount":2}
	END
	)" $'sensitive dave 1\nsensitive erin 1'
}

@test "who touches one in the first days makes one alert, and is known then" {
	is "$(watch --sensitive item.iban <<-'END' |
		2026-03-02T10:00 update actor=dave old={"iban":"a"} new={"iban":"b"}
		2026-03-03T10:00 update actor=dave old={"iban":"a"} new={"iban":"b"}
		work 2026-03-02 12 alice
		2026-03-17T10:00 update actor=dave old={"iban":"a"} new={"iban":"b"}
		2026-03-17T11:00 update actor=erin old={"iban":"a"} new={"iban":"b"}
	END
		jq -r 'select(.alert == "sensitive") | "\(.at[:10]) \(.actor)"')" \
		$'2026-03-02 dave\n2026-03-17 erin'
}

@test "a table that is changed twenty times as often as usual is an alert" {
	is "$(alerts <<<'2026-03-16T10:00 update actor=w{i} x700 /5')" 'unusual_rate w240 241'
	is "$(alerts <<<'2026-03-16T10:00 update actor=w{i} x150 /20')" ''
}

# LINES

@test "an alert is a line with these keys, and names its events" {
	python3 "$ROOT/tests/watch.py" >in \
		<<<'2026-03-16T10:00 delete actor=bob session=s1 x120 /1'
	audit-watch -q <in >out
	is "$(jq -c keys_unsorted out)" \
		'["at","alert","severity","actor","role","session","message","events","count","schema","table"]'
	is "$(jq -c '[.at,.alert,.severity,.actor,.role,.session,.message,.count,.schema,.table]' out)" \
		'["2026-03-16T10:01:39.000000Z","mass_delete","high","bob","shop","s1","bob deleted 100 rows of public.item within 1 hour with erp",100,"public","item"]'
	is "$(jq -r '.events[]' out)" "$(head -100 in | jq -r .id)"
}

@test "names with any characters stay one line of JSON" {
	run -0 watch <<<$'2026-03-16T10:00 delete actor="a\\"\\\\ü\u202e" x120 /1'
	is "$(jq -s 'length' <<<"$output")" 1
}

@test "--pass prints each event as it came, before the alert that it made" {
	python3 "$ROOT/tests/watch.py" >in <<<'2026-03-16T10:00 delete actor=bob x101 /1'
	echo '{"rule":"r","ops":[],"enabled":true}' >>in
	run -0 audit-watch -q --pass <in
	is "$(jq -r 'has("alert")' <<<"${lines[100]}")" true
	is "$(jq -c 'select(has("alert") | not)' <<<"$output")" "$(jq -c . in)"
	is "$(audit-watch -q --pass <in | audit-export -q -f csv 2>&1 | grep -c delete)" 101
}

@test "a bad line is named, the others count, and the status is 1" {
	python3 "$ROOT/tests/watch.py" >in <<<'2026-03-16T10:00 delete actor=bob x101 /1'
	{ echo '{"id":'; echo '{"x":1}'; printf 'a\xff\n'; cat in; } >bad
	run -1 --separate-stderr audit-watch -q <bad
	is "${#lines[@]}" 1
	is "${#stderr_lines[@]}" 3
	[[ ${stderr_lines[0]} == 'audit-watch: line 1: '* ]]
	run -1 --separate-stderr audit-watch -q --pass <bad
	is "${#stderr_lines[@]}" 2
}

@test "an alert comes before more input is waited for" {
	mkfifo pipe
	audit-watch -q <pipe >out &
	exec 9>pipe
	python3 "$ROOT/tests/watch.py" >&9 <<<'2026-03-16T10:00 gap'
	await grep -q '"alert":"gap"' out
	head -n 1 out | grep -q '"alert":"gap"'
	exec 9>&-
	wait $!
}

@test "what is not known yet is said once, unless -q" {
	run -0 --separate-stderr audit-watch <<<"$(python3 "$ROOT/tests/watch.py" \
		<<<'2026-03-16T10:00 update x3')"
	is "${#stderr_lines[@]}" 1
	[[ $stderr == *'for 7 days with events'* ]]
}

# STATE

@test "the same events give the same alerts" {
	python3 "$ROOT/tests/sample.py" 3000 --sessions >in
	python3 "$ROOT/tests/watch.py" "$MONTH" >>in \
		<<<'2026-03-16T10:00 delete actor=bob x150 /1'
	audit-watch -q <in >one
	audit-watch -q <in >two
	[ -s one ]
	cmp one two
}

@test "two halves with --state are as one run, wherever it is cut" {
	python3 "$ROOT/tests/watch.py" "$MONTH" >in <<-'END'
		2026-03-13T09:00 login_failed actor=alice addr=203.0.113.9 x6 /20
		2026-03-13T09:05 login actor=alice addr=203.0.113.9
		2026-03-13T10:00 delete actor=bob x150 /1
		2026-03-13T11:00 update actor=w{i} x700 /5
		2026-03-14T03:00 update actor=erin
	END
	audit-watch -q <in >whole
	[ "$(wc -l <whole)" -ge 5 ]
	n=$(wc -l <in)
	for cut in 1 $((n - 800)) $((n - 400)) $((n - 2)); do
		rm -f state
		head -n "$cut" in | audit-watch -q --state state >halves
		# what comes once more does not count twice
		tail -n +"$((cut > 50 ? cut - 49 : 1))" in |
			audit-watch -q --state state >>halves
		cmp whole halves
	done
}

@test "a state that is none, damaged or cut is exit 3, and stays" {
	python3 "$ROOT/tests/watch.py" >in <<<'2026-03-16T10:00 update x300'
	audit-watch -q --state good <in
	head -n -1 good >early
	sed '3s/"bytes":"..../"bytes":"!!!!/' good >damaged
	sed '1s/"version":1/"version":99/' good >newer
	echo hello >none
	: >empty
	for file in early damaged newer none empty; do
		cp "$file" before
		run -3 --separate-stderr audit-watch -q --state "$file" <in
		is "$output" ''
		[[ $stderr == "audit-watch: --state $file: "* ]]
		cmp "$file" before
	done
}

@test "a state that cannot be written is exit 3 before anything is read" {
	run -3 --separate-stderr audit-watch -q --state no/where <<<junk
	is "$stderr" 'audit-watch: --state no/where: No such file or directory'
}

@test "SIGTERM saves the state" {
	mkfifo pipe
	audit-watch -q --state state <pipe >out &
	pid=$!
	exec 9>pipe
	python3 "$ROOT/tests/watch.py" >&9 <<<'2026-03-16T10:00 gap'
	await grep -q gap out
	head -n 1 out | grep -q gap
	kill "$pid"
	wait "$pid"
	exec 9>&-
	grep -q '"end"' state
	run -0 audit-watch -q --state state <<<"$(python3 "$ROOT/tests/watch.py" \
		<<<'2026-03-16T10:00 gap')"
	is "$output" ''
}

@test "logins that come hours late are still put together" {
	run -0 watch <<-'END'
		late
		2026-03-16T16:00 update actor=alice
		2026-03-16T10:00 login_failed actor=alice addr=203.0.113.9 x6 /20
		2026-03-16T10:05 login actor=alice addr=203.0.113.9
	END
	is "$(jq -r '.alert + " " + .at' <<<"$output")" \
		'login_after_refusals 2026-03-16T10:05:00.000000Z'
}

@test "events that come late change nothing that was" {
	run -0 watch <<-'END'
		late
		2026-03-16T10:00 delete actor=bob x60 /1
		2026-03-12T10:00 delete actor=bob x60 /1
		2026-03-16T10:05 delete actor=bob x30 /1
	END
	is "$output" ''
	run -0 watch <<-'END'
		late
		2026-03-16T10:20 delete actor=bob x60 /1
		2026-03-16T10:00 delete actor=bob x60 /1
	END
	is "$(jq -r .count <<<"$output")" 100
}

@test "an event of the year 2099 does not blind it for ever" {
	for future in '' 'login_failed delete read login'; do
		# the future comes in the middle: lines stay as they are written
		{
			echo late
			for op in $future; do
				echo "2099-01-01T10:00 $op actor=bob addr=192.0.2.7 x3 /1"
			done
			echo '2026-03-16T10:00 login_failed actor=bob addr=192.0.2.7 x40 /1
2026-03-16T11:00 delete actor=bob x200 /1
2026-03-16T12:00 read actor=bob new={"rows":90000}'
		} | python3 "$ROOT/tests/watch.py" >events
		cat "$MONTH" events | audit-watch -q |
			jq -r 'select(.at < "2099") | [.alert, .count] | join(" ")' \
				>"alerts${future:+.future}"
	done
	grep -q refused_logins alerts
	grep -q mass_delete alerts
	diff alerts alerts.future
}

@test "names without end take no more than 32 MB" {
	! grep -q __asan_init "$BUILD/bin/audit-watch" ||
		skip "the sanitizer takes more"
	awk 'BEGIN { for (i = 0; i < 400000; i++) {
		op = i % 4 == 0 ? "login_failed" : i % 4 == 1 ? "login" : "update"
		printf "{\"id\":\"019cf634-%04x-7000-8000-%012x\",\"at\":\"2026-03-%02dT%02d:00:00.000000Z\",\"op\":\"%s\",\"schema\":\"s\",\"table\":\"t%d\",\"actor\":\"a%d\",\"role\":\"r%d\",\"app\":\"psql%d\",\"addr\":\"%d.%d.%d.%d\",\"new\":{\"user_agent\":\"x%d\"}}\n",
			i / 10, i, 1 + i / 20000, i / 1000 % 24, op, i, i, i, i, i % 200 + 1, i / 200 % 256, i / 51200 % 256, i % 7, i }}' |
		command time -f '%M' -o kb "$BUILD/bin/audit-watch" -q >/dev/null
	[ "$(cat kb)" -lt 32768 ]
}

# CONFIGURATION

@test "--defaults prints what --config takes, complete" {
	audit-watch --defaults >defaults
	audit-watch --config defaults --defaults | cmp - defaults
	is "$(jq 'keys | length' defaults)" 24
}

@test "the example is one" {
	audit-watch --config "$ROOT/man/examples/watch.json" --defaults | jq . >/dev/null
}

@test "a pattern can be switched off, made milder, and told what to leave out" {
	event='2026-03-16T10:00 delete actor=bob x150 /1'
	echo '{"mass_delete": {"enabled": false}}' >c
	is "$(watch --config c <<<"$event")" ''
	echo '{"mass_delete": {"severity": "low", "rows": 140, "window": "10 minutes"}}' >c
	is "$(watch --config c <<<"$event" | jq -r '.severity + " \(.count)"')" 'low 140'
	for except in '"actors": ["b?b"]' '"roles": ["shop"]' '"apps": ["e*"]' \
		'"tables": ["public.i*"]' '"tables": ["item"]'; do
		echo '{"mass_delete": {"except": {'"$except"'}}}' >c
		is "$(watch --config c <<<"$event")" ''
	done
}

@test "an error in the configuration names its line and what there is" {
	while IFS='|' read -r text message; do
		printf '%b' "$text" >c
		run -2 --separate-stderr audit-watch --config c </dev/null
		is "$output" ''
		is "$stderr" "audit-watch: --config c: $message"
	done <<-'END'
		{"gap":\n{"enabeld": true}}|line 2: "enabeld": unknown; there are enabled, severity, quiet, except
		{"mass_read": {"window": "ten"}}|line 1: "ten": no length of time; one is "10 minutes", in seconds, minutes, hours, days or weeks
		{"mass_read": {"rows": -1}}|line 1: -1: no number: it is 0 or more, up to nine digits
		{"gap": {"severity": 3}}|line 1: 3: it is low, medium, high or critical
		{"gap": {}, "gap": {}}|line 1: "gap": it is there twice
		{"zone": "Mars/X"}|line 1: "Mars/X": no such time zone
		{"networks": {"a": ["1.2.3.4/33"]}}|line 1: "1.2.3.4/33": no network; one is "192.0.2.0/24" or "2001:db8::/32"
		{"outside_hours": {"hours": {"mon": "9-5"}}}|line 1: "9-5": no hours; some are "07:00-19:00"
		[]|line 1: no JSON object
	END
}

@test "misuse is named" {
	run -2 --separate-stderr audit-watch --config nofile </dev/null
	is "$stderr" 'audit-watch: --config nofile: No such file or directory'
	run -2 --separate-stderr audit-watch --sensitive iban </dev/null
	is "$stderr" 'audit-watch: --sensitive iban: it is TABLE.COLUMN'
	run -2 --separate-stderr audit-watch file </dev/null
	is "$output" ''
}
