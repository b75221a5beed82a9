#!/usr/bin/env bats
# audit-seal verify: finds what was done to the seals, whoever did it. Each
# manipulation is a superuser's, with all triggers off, in a copy of its own.

load tamper

setup_file() {
	sealed_template
}

teardown_file() {
	drop_copy
	drop_database
}

setup() {
	given
}

# lines - of the seals as they were made
lines() {
	PGDATABASE=$TEMPLATE audit-seal list
}

# line SEAL FILTER - that seal's line, changed by jq
line() {
	lines | jq -c "select(.seal == $1) | $2"
}

# say SEAL LINE
say() {
	tamper "update audit.seal set line = \$x\$$2\$x\$ where no = $1"
}

# edited FILTER FINDING... - what changing the line of seal 2 so comes to
edited() {
	say 2 "$(line 2 "$1")"
	finds "${@:2}"
}

@test "whatever a seal says cannot be changed" {
	local change altered=("chain 2 -" "signature 2 -")

	for change in '.trail |= if startswith("0") then sub("^0"; "1") else sub("^."; "0") end' \
		'.at |= sub("^2";"1")' \
		'.system = "1"' '.timeline += 1' '.server += 1' \
		'.next |= (tonumber + 1 | tostring)' '.first = .last' \
		'.last = .first' '.previous = .log' '.tool = "x"'; do
		edited "$change" "${altered[@]}"
	done
	edited '.from |= (tonumber - 1 | tostring)' "gap 2 -" "${altered[@]}"
	edited '.to |= (tonumber + 1 | tostring)' "gap 3 -" "${altered[@]}"
	edited '.events += 1' "root 2 -" "${altered[@]}"
	edited '.root = .log' "root 2 -" "${altered[@]}"
	edited '.log = .previous' "log 2 -" "${altered[@]}"
	edited '.state = .root' "state 2 -" "${altered[@]}"
	for change in '.months[0].events += 1' '.months[0].root = .root' \
		'.months = []' '.months[0].month = "2020-01"'; do
		edited "$change" "leaves 2 -" "root 2 -"
	done
	edited '.events = 0' "chain 2 -" "missing 2 -"
}

@test "a signature cannot be changed, made anew or taken away" {
	edited '.signature |= .[2:] + .[:2]' "signature 2 -"
	edited '.signature = null' "chain 2 -" "missing 2 -"
	edited '.key = .next_key' "chain 2 -" "key 2 -" "signature 2 -"
	edited '.next_key = .key' "chain 2 -" "key 3 -" "signature 2 -"
	edited '.key = null | .next_key = null | .signature = null' \
		"chain 2 -" "key 2 -" "key 3 -"
}

@test "a line that is no seal is named" {
	local text

	for text in '' x '{}' '{"seal":2}'; do
		say 2 "$text"
		run -1 audit-seal verify
		is "$(jq -r 'select(.finding).seal' <<<"$output" | sort -u)" 2
	done
}

@test "what stands beside a seal's line cannot be changed" {
	local setting

	for setting in "at = at + interval '1 us'" "horizon = horizon + 1" \
		"hash = sha256(hash)" "hash = ''" "tree = sha256(tree)" \
		"tree = ''"; do
		tamper "update audit.seal set $setting where no = 2"
		finds "chain 2 -"
	done
}

# drop_seals FIRST [LAST] - with all that belongs to them
drop_seals() {
	put "delete from audit.seal where no between $1 and ${2-$1}" \
		"delete from audit.leaf where seal between $1 and ${2-$1}" \
		"delete from audit.seal_state where seal between $1 and ${2-$1}"
}

@test "seals that were removed are named" {
	copy
	put "delete from audit.seal where no = 2"
	finds "missing 2 -"
	copy
	drop_seals 2
	run -1 audit-seal verify
	is "$(found | grep -v '^inserted ')" "missing 2 -"
	copy
	drop_seals 3 # it covers nothing
	finds "missing 3 -"
	copy
	drop_seals 0
	run -1 audit-seal verify
	is "$(found | grep -v '^inserted ')" "key 1 -
missing 0 -"
	tamper "delete from audit.seal where no = 6"
	finds "missing 6 -"
}

@test "the last seals are missed by who has kept them elsewhere" {
	copy
	drop_seals 5 6
	run -0 audit-seal verify
	given --anchor "$DIR/anchors"
	finds "truncated 6 -"
	copy
	drop_seals 0 6
	finds "missing - -" "truncated 6 -"
}

@test "seals that were renumbered are named" {
	copy
	drop_seals 3
	put "update audit.seal set no = no - 1 where no > 3" \
		"update audit.leaf set seal = seal - 1 where seal > 3" \
		"update audit.seal_state set seal = seal - 1 where seal > 3"
	run -1 audit-seal verify
	says '"seal":3'
}

# forge FROM [KEY] - seals from this on are made to fit their months and the
# seals before
forge() {
	put "$(python3 "$ROOT/tests/forge.py" "$@")"
}

@test "a stolen key signs nothing before it was stolen" {
	copy
	lines | jq -c 'if .seal == 2 then .tool = "x" else . end' |
		forge 2 "$KEYS/seal.key"
	finds "key 2 -"
	copy
	lines | jq -c 'if .seal == 2 then .tool = "x" else . end' | forge 2
	finds "key 2 -" "key 3 -" "key 4 -" "key 5 -" "key 6 -"
	given --anchor "$DIR/anchors" --pubkey "$DIR/pub"
	finds "key 2 -" "key 3 -" "key 4 -" "key 5 -" "key 6 -" "anchor 2 -" \
		"anchor 3 -" "anchor 4 -" "anchor 5 -" "anchor 6 -"
}

# remake - all seals anew, by whoever rules the database
remake() {
	put "delete from audit.seal" "delete from audit.leaf" \
		"delete from audit.seal_state" "delete from audit.event
			where id = ev('priced')" "update audit.trail set seal_key = null"
	audit-seal "$@" >/dev/null
	audit-seal "$@" >/dev/null
}

@test "seals all made anew are known by who has a key or a seal elsewhere" {
	copy
	remake
	run -0 audit-seal verify
	given --pubkey "$DIR/pub"
	finds "key - -"
	given --anchor "$DIR/anchors"
	finds "anchor 0 -" "anchor 1 -" "truncated 6 -"
	copy
	remake --key "$KEYS/seal.key"
	run -0 audit-seal verify
	finds "anchor 0 -" "anchor 1 -" "truncated 6 -"
	given --pubkey "$DIR/pub"
	finds "key - -"
}

@test "another trail's seals are named" {
	tamper "update audit.trail set id = gen_random_uuid()"
	run -1 audit-seal verify
	says '"finding":"chain","seal":0'
	tamper "update audit.trail set seal_key = sha256('x')"
	finds "key 0 -" "window - -"
	given --pubkey "$DIR/pub"
	finds "window - -"
}

# leaves and states

# row SEAL EXPRESSION - what its leaves become
row() {
	tamper "update audit.leaf set leaves = $2 where seal = $1"
}

# at EVENT - where its leaf begins in the row, from 1
at="position(uuid_send(ev('child')) in leaves)"

@test "leaves that were changed are named" {
	row 2 "set_byte(leaves, 16, get_byte(leaves, 16) # 1)"
	run -1 audit-seal verify
	is "$(found | sed 's/-$//')" "leaves 2 
leaves 2 $(sql "select encode(substr(leaves, 1, 16), 'hex')::uuid
		from audit.leaf where seal = 2" | names)"
	row 2 "overlay(leaves placing uuid_send(ev('sold')) from $at)"
	run -1 audit-seal verify
	is "$(jq -r 'select(.finding).seal' <<<"$output" | sort -u)" 2
	row 2 "overlay(leaves placing '' from $at for 48)"
	finds "leaves 2 -"
	row 2 "leaves || substr(leaves, 1, 48)"
	finds "leaves 2 -"
	row 2 "leaves || uuid_send(ev('fresh')) || sha256('x')"
	run -1 audit-seal verify
	says '"finding":"leaves","seal":2'
	row 2 "substr(leaves, 49) || substr(leaves, 1, 48)"
	finds "leaves 2 -"
	row 2 "substr(leaves, 1, length(leaves) - 1)"
	finds "leaves 2 -"
	row 2 "''"
	finds "leaves 2 -"
}

@test "rows of leaves that were moved or removed are named" {
	tamper "delete from audit.leaf where seal = 2"
	finds "leaves 2 -"
	tamper "update audit.leaf set seal = 3 where seal = 2"
	finds "leaves 2 -" "leaves 3 -"
	tamper "update audit.leaf set seal = 9 where seal = 2"
	finds "leaves 2 -" "missing 9 -"
	tamper "update audit.leaf set n = 5 where seal = 2"
	finds "leaves 2 -"
	tamper "update audit.leaf set month = '2020-01' where seal = 2"
	finds "leaves 2 -"
	tamper "update audit.leaf set first = '00000000-0000-0000-0000-000000000000'
		where seal = 2"
	finds "leaves 2 -"
	tamper "insert into audit.leaf select seal, month, 1, first, last, leaves
		from audit.leaf where seal = 2"
	finds "leaves 2 -"
}

@test "an event changed together with its leaf does not give the seal's root" {
	tamper "update audit.event set reason = 'x' where id = ev('child')"
	leaf=$(audit-seal export |
		jq -c "select(.id == \"$(sql "select ev('child')")\")" |
		python3 "$ROOT/tests/seal.py" leaf -)
	put "update audit.leaf set leaves =
		overlay(leaves placing '\x$leaf' from $at + 16) where seal = 2"
	finds "leaves 2 -"
}

@test "a state that was changed, removed or added is named" {
	tamper "update audit.seal_state set state = state || ' '"
	finds "state 0 -" "state 5 -"
	tamper "update audit.seal_state set state = '' where seal = 0"
	finds "state 0 -"
	tamper "delete from audit.seal_state where seal = 5"
	finds "state 5 -"
	tamper "insert into audit.seal_state select 3, state from audit.seal_state
		where seal = 5"
	finds "state 3 -"
}

@test "a time stamp of another seal is named" {
	tamper "insert into audit.seal_stamp values (2, now(), 'x')"
	run -1 audit-seal verify
	is "$(jq -r 'select(.finding).seal' <<<"$output")" 2
}
