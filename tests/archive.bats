#!/usr/bin/env bats
# archives of what is to go: written, verified, found again

load purge

setup_file() {
	purge_template
	export EVENTS
	EVENTS=$(audit-log -t item -t other --op update | wc -l)
	MONTH=$(sql "select to_char(ago(2) at time zone 'UTC', 'YYYY-MM')")
	TRAIL=$(sql 'select left(id::text, 8) from audit.trail')
	export MONTH TRAIL
}

teardown_file() {
	drop_database
}

setup() {
	DIR=$BATS_TEST_TMPDIR/archive
	RUN=0a1b2c3d-0000-4000-8000-000000000000
	FILE=$TRAIL-$MONTH-0a1b2c3d.jsonl.zst
	mkdir -p "$DIR"
}

# items TABLE... - all updates of these, as audit-purge run --before makes it
items() {
	sql "select audit.before_items('{$1}', '{update}', date_trunc('month', now()))"
}

# archive DIR [TABLE] [RUN] [unsealed] - of the month before the last
archive() {
	"$BUILD/tests/archive" "$1" "${3:-$RUN}" audit.event_ago_2 "$MONTH" \
		"$(items "${2:-item}")" "${@:4}"
}

# full COMMAND... - run it where no file gets longer than 2 kB
full() (
	trap '' XFSZ
	ulimit -f 2
	"$@"
)

@test "an archive is whole, verifies, and holds what goes and nothing else" {
	run -0 --separate-stderr archive "$DIR"
	is "$stderr" ""
	is "$(ls -A "$DIR")" "$FILE"
	is "$(jq -r .file <<<"$output")" "$FILE"
	is "$(jq -r .dir <<<"$output")" "$DIR"
	is "$(jq -r .month <<<"$output")" "$MONTH"
	is "$(jq -r .events <<<"$output")" 40
	is "$(jq -r .seal <<<"$output")" "$(sql 'select max(no) from audit.seal')"
	is "$(jq -r .sha256 <<<"$output")" "$(sha256sum <"$DIR/$FILE" | cut -c 1-64)"
	is "$(stat -c %a "$DIR/$FILE")" 600
	run -0 --separate-stderr audit-seal verify --offline "$DIR/$FILE"
	is "$(jq .events <<<"${lines[-1]}")" 40
	# the same lines as in the trail
	audit-log -t item --op update -s "$MONTH-01" \
		-u "$(sql "select ago(1)")" >"$BATS_TEST_TMPDIR/live"
	is "$(wc -l <"$BATS_TEST_TMPDIR/live")" 40
	cmp "$BATS_TEST_TMPDIR/live" <(audit-log --from "$DIR/$FILE")
}

@test "nothing to go is no file" {
	run -0 --separate-stderr "$BUILD/tests/archive" "$DIR" "$RUN" audit.event_rest \
		rest "$(items item)"
	is "$output" ""
	is "$(ls -A "$DIR")" ""
}

@test "an event that was altered in the file, or in the trail, is found" {
	archive "$DIR" >/dev/null
	zstd -dq "$DIR/$FILE" -o "$BATS_TEST_TMPDIR/plain"
	sed -i '0,/"v7"/s//"v8"/' "$BATS_TEST_TMPDIR/plain"
	run -1 audit-seal verify --offline "$BATS_TEST_TMPDIR/plain"
	# and one more is not one of those sealed
	zstd -dqf "$DIR/$FILE" -o "$BATS_TEST_TMPDIR/plain"
	copy
	sql begin 'alter table audit.event_ago_2 disable trigger all' \
		"update audit.event_ago_2 set label = 'x' where new ->> 'v' = 'v7' and \"table\" = 'item'" commit
	rm "$DIR/$FILE"
	run -1 --separate-stderr archive "$DIR"
	is "$output" ""
	[[ $stderr == *altered* || $stderr == *event* ]]
	is "$(ls -A "$DIR")" ""
	drop_copy
}

@test "a directory that cannot be written to is misuse" {
	run -2 --separate-stderr archive "$DIR/nothing"
	run -2 --separate-stderr archive "$BATS_TEST_FILENAME"
	is "$output" ""
	[[ $stderr == *"Not a directory"* ]]
	if [ "$(id -u)" != 0 ]; then
		chmod 500 "$DIR"
		run -2 --separate-stderr archive "$DIR"
	fi
}

@test "a full disk is exit 3, and leaves nothing" {
	run -3 --separate-stderr full archive "$DIR"
	is "$output" ""
	[[ $stderr == *"File too large"* ]]
	is "$(ls -A "$DIR")" ""
}

@test "two archives of a run and month do not get in each other's way" {
	archive "$DIR" >/dev/null
	# as if it were in the registry
	run -0 --separate-stderr archive "$DIR" other
	is "$(jq -r .file <<<"$output")" "${FILE%.jsonl.zst}-2.jsonl.zst"
	[[ $stderr == *"does not know this archive"* ]]
	[ -f "$DIR/$FILE" ]
}

@test "what a killed run left is replaced, and what another trail's is stays" {
	archive "$DIR" >/dev/null
	touch "$DIR/.$FILE.tmp" "$DIR/.ffffffff-$MONTH-0a1b2c3d.jsonl.zst.tmp" \
		"$DIR/other" "$DIR/ffffffff-$MONTH-0a1b2c3d.jsonl.zst"
	run -0 --separate-stderr archive "$DIR" item,other ffffffff-0000-4000-8000-000000000000
	[[ $stderr == *"removed, as all of it is in"* ]]
	is "$(ls -A "$DIR")" ".ffffffff-$MONTH-0a1b2c3d.jsonl.zst.tmp
$TRAIL-$MONTH-ffffffff.jsonl.zst
ffffffff-$MONTH-0a1b2c3d.jsonl.zst
other"
	is "$(audit-log --from "$DIR/$TRAIL-$MONTH-ffffffff.jsonl.zst" --count)" '{"count":80}'
}

@test "kill -9 leaves no file of the name that is not whole" {
	local i file

	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		timeout -s KILL "0.0$((RANDOM % 90 + 10))" "$BUILD/tests/archive" \
			"$DIR" "$(printf %08x $i)-0000-4000-8000-000000000000" \
			audit.event_ago_2 "$MONTH" "$(items item)" >/dev/null 2>&1 || true
		for file in "$DIR"/*.zst; do
			[ -e "$file" ] || continue
			is "$(audit-log --from "$file" --count)" '{"count":40}'
		done
	done
	run -0 archive "$DIR"
	is "$(ls -A "$DIR")" "$FILE"
}

@test "events that no seal covers are archived when that is said" {
	copy
	sql "select events(ago(2) + interval '10 days', 'item', 5)"
	run -0 archive "$DIR"
	is "$(jq -r .events <<<"$output")" 40
	rm "$DIR"/*
	run -0 archive "$DIR" item "" unsealed
	is "$(jq -r .events <<<"$output")" 45
	run -0 audit-seal verify --offline "$DIR/$FILE"
	drop_copy
}

@test "an archive needs an auditor's rights" {
	make_role archive_purger login
	audit-rule grant archive_purger purger >/dev/null
	run -3 --separate-stderr as archive_purger archive "$DIR"
	[[ $stderr == *"permission denied"* ]]
	[[ $stderr == *auditor* ]]
	audit-rule grant archive_purger auditor >/dev/null
	run -0 as archive_purger "$BUILD/tests/archive" "$DIR" "$RUN" audit.event_ago_2 "$MONTH" "$(items item)"
	is "$(ls -A "$DIR")" "$FILE"
	audit-rule revoke archive_purger purger >/dev/null
	audit-rule revoke archive_purger auditor >/dev/null
	sql 'drop owned by archive_purger' 'drop role archive_purger'
}

# keyed ID - which record of item it is, as audit.erasure() takes it
keyed() {
	sql "select jsonb_build_object('what', 'record', 'records',
		jsonb_build_array(audit.record(r.id, '$1')::text), 'keys',
		jsonb_build_array('[\"$1\"]'), 'related', false, 'why', 'a test')
		from audit.relation r where r.\"table\" = 'item'"
}

# erase DIR WHAT - from archives alone
erase() {
	"$BUILD/tests/archive" "$1" "$2"
}

@test "what is erased goes from the archives, and they still verify" {
	local before

	archive "$DIR" item,other >/dev/null
	before=$(audit-log --from "$DIR/$FILE")
	run -0 --separate-stderr erase "$DIR" "$(keyed 3)"
	is "$stderr" ""
	is "$(tr -dc , <<<"${lines[0]}" | wc -c)" 3
	is "$(jq -r '.[0].sha256' <<<"${lines[1]}")" \
		"$(sha256sum <"$DIR/$FILE" | cut -c 1-64)"
	is "${lines[2]}" "{\"$DIR/$FILE\"}"
	is "$(ls -A "$DIR")" "$FILE"
	run -0 audit-seal verify --offline "$DIR/$FILE"
	# of these alone, and the key stays
	audit-log --from "$DIR/$FILE" >"$BATS_TEST_TMPDIR/after"
	is "$(jq -c 'select(.redacted) | [.table, .key.id, .new, .label]' \
		"$BATS_TEST_TMPDIR/after" | sort -u)" '["item",3,{"id":3},null]'
	is "$(diff <(cat <<<"$before") "$BATS_TEST_TMPDIR/after" | grep -c '^>')" 4
	# no value of theirs, and nothing to guess it from
	run zstdgrep -c '"v13"' "$DIR/$FILE"
	is "$output" 1
	# once more: nothing is left to do
	run -0 erase "$DIR" "$(keyed 3)"
	is "${lines[0]}" "{}"
	# some more of the same event
	run -0 erase "$DIR" "$(keyed 3 | jq -c '. + {with: ["key"]}')"
	is "$(tr -dc , <<<"${lines[0]}" | wc -c)" 3
	run -0 audit-seal verify --offline "$DIR/$FILE"
	is "$(audit-log --from "$DIR/$FILE" | jq -c 'select(.redacted) | .key' | sort -u)" null
}

@test "an archive that cannot be rewritten stays as it was" {
	local sum

	archive "$DIR" >/dev/null
	sum=$(sha256sum "$DIR/$FILE")
	run -3 --separate-stderr full erase "$DIR" "$(keyed 3)"
	is "$output" ""
	is "$(ls -A "$DIR")" "$FILE"
	is "$(sha256sum "$DIR/$FILE")" "$sum"
	# one that is cut off, too
	head -c 900 "$DIR/$FILE" >"$DIR/cut"
	mv "$DIR/cut" "$DIR/$FILE"
	run -3 --separate-stderr erase "$DIR" "$(keyed 3)"
	[[ $stderr == *"cut off"* ]]
	is "$(stat -c %s "$DIR/$FILE")" 900
}

@test "what a hold covers is not erased from an archive either" {
	archive "$DIR" >/dev/null
	copy
	audit-purge hold add -t item -k 3 --why trial >/dev/null
	run -1 --separate-stderr erase "$DIR" "$(keyed 3)"
	[[ $stderr == *trial* ]]
	is "$(audit-log --from "$DIR/$FILE" | jq -c 'select(.redacted)' | wc -l)" 0
	drop_copy
}

@test "an actor goes from the archives, what he is called there included" {
	copy
	sql "insert into audit.event(id, at, op, actor, addr, \"schema\", \"table\", record, key, new)
		select audit.new_id(t), t, 'update', a, '10.0.0.1', 'public', 'item', audit.record(r.id, '1'), '{\"id\": 1}', '{\"v\": \"x\"}'
		from audit.relation r, unnest(array['O''Br\"ien', 'bob']) a,
		lateral (select ago(2) + interval '3 hours' + length(a) * interval '1 second') x(t)
		where r.\"table\" = 'item'"
	archive "$DIR" item "" unsealed >/dev/null
	is "$(audit-log --from "$DIR/$FILE" -a "O'Br\"ien" --count)" '{"count":1}'
	run -0 --separate-stderr erase "$DIR" "$(jq -nc '{what: "actor", actor: "O\u0027Br\"ien", why: "w"}')"
	is "$(tr -dc , <<<"${lines[0]}" | wc -c)" 0
	run -0 audit-seal verify --offline "$DIR/$FILE"
	is "$(audit-log --from "$DIR/$FILE" | jq -c 'select(.redacted) | [.actor, .addr, .new.v]')" '[null,null,"x"]'
	is "$(audit-log --from "$DIR/$FILE" -a bob --count)" '{"count":1}'
	drop_copy
}

@test "a run with --archive removes what is in the file, and the trail verifies" {
	local live

	copy
	live=$(audit-log -t item --op update)
	run -0 --separate-stderr audit-purge run -y -t item --op update \
		--before "$(sql 'select ago(0)')" --archive "$DIR"
	is "$(find "$DIR" -type f | wc -l)" 3
	is "$(audit-log -t item --op update)" ""
	is "$(audit-log --from "$DIR"/*-"$MONTH"-*.zst -t item --count)" '{"count":40}'
	# shellcheck disable=SC2046 # an option for each file
	is "$(audit-log $(printf -- '--from %s ' "$DIR"/*.zst) -t item --op update)" "$live"
	is "$(sql "select string_agg(sha256, ' ' order by file) from audit.archive")" \
		"$(sha256sum "$DIR"/*.zst | cut -c 1-64 | paste -sd ' ')"
	is "$(sql "select count(*) from audit.archive a join audit.event e
		on e.op = 'purge' and e.new -> 'archive' ->> 'sha256' = a.sha256")" 3
	seal
	run -0 audit-seal verify
	for live in "$DIR"/*.zst; do
		run -0 audit-seal verify --offline "$live"
	done
	drop_copy
}

@test "erase --archive takes a record from the trail and its archives at once" {
	copy
	audit-purge run -y -t item --op update --before "$(sql 'select ago(1)')" \
		--archive "$DIR" >/dev/null
	run -0 --separate-stderr audit-purge erase -y -t item -k 3 --why asked \
		--archive "$DIR"
	is "$(jq -c 'select(.erased) | [.erased, .archived]' <<<"$output")" '[true,8]'
	is "$(jq -c 'select(.copy == "archive") | .rewritten' <<<"$output")" 'true
true'
	is "$(sql "select string_agg(sha256, ' ' order by file) from audit.archive")" \
		"$(sha256sum "$DIR"/*.zst | cut -c 1-64 | paste -sd ' ')"
	is "$(sql "select jsonb_array_length(new -> 'archived') from audit.event where op = 'erase'")" 8
	is "$(find "$DIR" -name '.*.tmp' | wc -l)" 0
	is "$(audit-log --from "$DIR"/*-"$MONTH"-*.zst -t item -k 3 | jq -c .new.v | sort -u)" null
	seal
	run -0 audit-seal verify
	for file in "$DIR"/*.zst; do
		run -0 audit-seal verify --offline "$file"
	done
	# which hold nothing of another one, and are no copies
	is "$(audit-purge erase -y -t other -k 3 --why asked --archive "$DIR" |
		jq -c 'select(.copy == "archive")')" ''
	is "$(audit-purge erase -n -t other -k 3 --why asked | wc -l)" 0
	drop_copy
}
