#!/usr/bin/env bats
# audit-export - OCSF, ECS and CEF, held against their published schemas

load helper

setup_file() {
	EVENTS=$BATS_FILE_TMPDIR
	for what in ops odd values; do
		python3 "$ROOT/tests/siem/events.py" "$what" >"$EVENTS/$what"
	done
	python3 "$ROOT/tests/sample.py" 500 --hostile >"$EVENTS/sample"
	export EVENTS
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# holds FORM WHAT [OPTION] - these events are what the schema asks for
holds() {
	audit-export -f "$1" ${3:+"$3"} <"$EVENTS/$2" >out
	python3 "$ROOT/tests/siem/check.py" "$1" "$EVENTS/$2" out ${3:+"$3"}
}

# event OP [MEMBER] - an event's line
event() {
	printf '%s' '{"id":"01a20177-65f3-7538-8648-7df02060d3f7",' \
		'"at":"2026-07-01T10:00:05.123456Z","op":"'"$1"'"' "${2:+,$2}"
	echo '}'
}

@test "OCSF has what its classes require, for every operation" {
	holds ocsf ops
}

@test "ECS has what it requires, for every operation" {
	holds ecs ops
}

@test "CEF has only keys of the dictionary, for every operation" {
	holds cef ops
}

@test "nothing of an odd event is lost, and no line is broken" {
	for form in ocsf ecs cef; do
		holds "$form" odd
	done
}

@test "values are what they were, to the last digit" {
	for form in ocsf ecs cef; do
		holds "$form" values
	done
	for form in ocsf ecs cef; do
		holds "$form" values --exact
	done
}

@test "events of hostile people go through" {
	for form in ocsf ecs cef; do
		holds "$form" sample
	done
}

# fails FORM SED - the check sees a change of what was written
fails() {
	audit-export -f "$1" <"$EVENTS/ops" | sed "$2" >out
	run -1 python3 "$ROOT/tests/siem/check.py" "$1" "$EVENTS/ops" out
}

@test "the check sees what is missing or wrong" {
	fails ocsf 's/"src_endpoint":{[^}]*},//'
	fails ocsf 's/"type_uid":600502/"type_uid":600501/'
	fails ocsf 's/"profiles":\["host"\],//'
	fails ocsf 's/"price": 1/"price": 1.0/'
	fails ecs 's/"ecs":{[^}]*},//'
	fails ecs 's/\["change"\]/["start"]/'
	fails ecs 's/"192.0.2.7"/"192.0.2"/'
	fails cef 's/cs1Label=table //'
	fails cef 's/ msg=/ message=/'
	fails cef 's/suser=alice/suser=al=ice/'
}

# the mapping, as the man page has it

@test "each operation has its class and activity of OCSF" {
	audit-export -f ocsf <"$EVENTS/ops" | jq -r '[.metadata.event_code,
		.type_uid, .status_id, .severity_id] | @tsv' >out
	diff -U0 out - <<-'END'
		insert	600506	1	1
		update	600502	1	1
		delete	600507	1	2
		truncate	600507	1	3
		read	600501	1	1
		denied	600599	2	3
		gap	600599	99	4
		ddl	300403	1	2
		login	300201	1	1
		logout	300202	1	1
		login_failed	300201	2	3
		session_block	300412	1	3
		session_block	300412	1	3
		session_unblock	300413	1	2
		session_policy	300401	1	3
		session_policy	300404	1	3
		grant	300501	1	3
		revoke	300502	1	3
		init	300401	1	2
		uninstall	300404	1	5
		rule_add	300401	1	2
		rule_change	300403	1	3
		rule_remove	300404	1	4
		rule_enable	300408	1	2
		rule_disable	300409	1	4
		rule_cover	300403	1	1
		rule_skip	300403	1	3
		rule_trigger	300403	1	2
		rule_compile	300403	1	1
		policy	300401	1	3
		policy	300403	1	3
		policy	300404	1	3
		hold	300401	1	2
		release	300404	1	3
		prepare	300401	1	2
		approve	300410	1	3
		purge	300404	1	3
		erase	300403	1	3
		coffee	99	0	0
	END
}

@test "the man page's table of OCSF is what is written" {
	awk '/^\.It Sy Alert / { exit }
	/^\.It [a-z_]+ Ta / && / Ta .* Ta .* Ta / {
		sub(/^\.It /, ""); sub(/ Pq [0-9]+/, ""); gsub(/ Ta /, "\t")
		sub(/^others/, "coffee"); print
	}' "$ROOT/man/audit-export.1" | sort -u >wanted
	audit-export -f ocsf <"$EVENTS/ops" | jq -r '[.metadata.event_code,
		.class_name, (if .metadata.event_code | test("policy$")
			then "by sides" elif .activity_id == 99 then "Other"
			else .activity_name | split(" ")[0] end), .severity]
		| @tsv' | sort -u | diff -U0 wanted -
}

@test "each operation has its category and type of ECS" {
	audit-export -f ecs <"$EVENTS/ops" | jq -r '[.event.action,
		((.event.category // []) | join(",")),
		((.event.type // []) | join(",")), .event.outcome] | @tsv' |
		sort -u >out
	diff -U0 out <(sort -u <<-'END'
		insert	database	change	success
		update	database	change	success
		delete	database	change	success
		truncate	database	change	success
		read	database	access	success
		denied	database	access	failure
		gap	database	error	failure
		ddl	database	change	success
		login	authentication,session	start	success
		logout	authentication,session	end	success
		login_failed	authentication	start	failure
		session_block	iam	user,change	success
		session_unblock	iam	user,change	success
		session_policy	configuration	creation	success
		session_policy	configuration	deletion	success
		grant	iam	admin,change	success
		revoke	iam	admin,change	success
		init	configuration	creation	success
		uninstall	configuration	deletion	success
		rule_add	configuration	creation	success
		rule_change	configuration	change	success
		rule_remove	configuration	deletion	success
		rule_enable	configuration	change	success
		rule_disable	configuration	change	success
		rule_cover	configuration	change	success
		rule_skip	configuration	change	success
		rule_trigger	configuration	change	success
		rule_compile	configuration	change	success
		policy	configuration	creation	success
		policy	configuration	change	success
		policy	configuration	deletion	success
		hold	configuration	creation	success
		release	configuration	deletion	success
		prepare	configuration	info	success
		approve	configuration	change	success
		purge	database	change	success
		erase	database	change	success
		coffee			
	END
	)
}

@test "a CEF line is as it has always been" {
	run -0 audit-export -f cef < <(sed -n 2p "$EVENTS/ops")
	is "$output" "CEF:0|audit-utils|audit-export|$(audit-export -V |
		awk '{ print $NF }')|update|Row updated|1|rt=1782900005123 externalId=01a20177-65f3-7538-8648-7df02060d3f7 act=update cat=/Data outcome=success suser=alice src=192.0.2.7 sproc=erp reason=customer called msg=Lamp cs1Label=table cs1=public.item cn1Label=txid cn1=812 cs2Label=key cs2={\"id\": 7} cs3Label=old cs3={\"price\": 1} cs4Label=new cs4={\"price\": 2} cs5Label=role cs5=shop cs6Label=session cs6=01a20177-0000-7538-8648-7df02060d3f7 flexString1Label=rules flexString1=[\"item\"]"
}

@test "where nobody said who acts, the user is the role" {
	event update '"role":"shop"' >in
	run -0 jq -r '.actor.user | .name + " " + .type' \
		<(audit-export -f ocsf <in)
	is "$output" "shop Database role"
	run -0 jq -r .user.name <(audit-export -f ecs <in)
	is "$output" shop
	run -0 audit-export -f cef <in
	[[ $output == *" suser=shop "* ]]
}

@test "only an address is an address" {
	event login '"addr":"host.example"' >in
	run -0 jq -c .src_endpoint <(audit-export -f ocsf <in)
	is "$output" '{"name":"host.example"}'
	run -0 jq -c .source <(audit-export -f ecs <in)
	is "$output" '{"address":"host.example"}'
	run -0 audit-export -f cef <in
	[[ $output == *" shost=host.example"* ]]
	event login '"addr":"2001:db8::7"' >in
	run -0 audit-export -f cef <in
	[[ $output == *" c6a2Label=Source IPv6 Address c6a2=2001:db8::7"* ]]
}

@test "what CEF has no room for ends with its length" {
	event update '"label":"'"$(printf 'x%.0s' {1..2000})"'"' >in
	audit-export -f cef <in | grep -o ' msg=.*$' >out
	is "$(cut -c 1-8 out)" " msg=xxx"
	is "$(tail -c 19 out)" " [cut: 2000 bytes]"
	is "$(($(wc -c <out) - 6))" 1023
}

@test "what OCSF has no room for is whole in unmapped" {
	event update '"actor":"'"$(head -c 70000 /dev/zero | tr '\0' x)"'"' >in
	audit-export -f ocsf <in >out
	is "$(jq '.actor.user.name | length' out)" 65535
	is "$(jq '.unmapped.actor | length' out)" 70000
}

@test "what is masked or erased stays so" {
	event update '"old":{"a":{"masked": true}},"new":{"a":{"masked": true}},
		"redacted":["b","@label"]' | tr -d '\n\t' >in
	for path in .unmapped .audit; do
		form=$([ $path = .audit ] && echo ecs || echo ocsf)
		audit-export -f "$form" <in | jq -c "$path | [.old, .new, .redacted]" >out
		is "$(cat out)" '[{"a":{"masked":true}},{"a":{"masked":true}},["b","@label"]]'
	done
}

@test "a line that is no event is named, and the others are done" {
	{ event insert; echo '{"op":1}'; event delete; } >in
	for form in ocsf ecs cef; do
		run -1 --separate-stderr audit-export -f "$form" <in
		is "${#lines[@]}" 2
		[[ $stderr == *"line 2: "* ]]
	done
}
