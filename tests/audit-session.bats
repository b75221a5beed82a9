#!/usr/bin/env bats
# audit-session open, use and close; policy and expire

load audit-session

setup_file() {
	session_database
}

teardown_file() {
	session_end
}

teardown() {
	sql 'delete from audit.session_policy'
}

# Opening

@test "open prints the session and its token, and nobody else does" {
	run -0 --separate-stderr session open -a alice --addr 10.0.0.7 \
		--user-agent curl/8.1 --groups sales,managers --details '{"x": 1.0}'
	is "$stderr" ""
	is "$(jq -c keys_unsorted <<<"$output")" '["session","token","refused"]'
	opened=$(jq -r .session <<<"$output") secret=$(jq -r .token <<<"$output")
	[[ $secret =~ ^[0-9a-f]{64}$ ]]
	is "$(session use <<<"$secret" | jq -c '[.session, .actor, .groups, .addr, .user_agent]')" \
		"[\"$opened\",\"alice\",[\"sales\",\"managers\"],\"10.0.0.7\",\"curl/8.1\"]"
	[[ $(session use <<<"$secret") == *'"details":{"x": 1.0}}' ]]
	{
		audit-session list
		audit-session list -f table
		audit-session show "$opened"
		audit-session show -f table "$opened"
		audit-session who
		audit-log
	} >"$BATS_TEST_TMPDIR/seen"
	[ "$(grep -c "$opened" "$BATS_TEST_TMPDIR/seen")" -gt 3 ]
	run -1 grep "$secret" "$BATS_TEST_TMPDIR/seen"
}

@test "what makes no sense is refused and opens nothing" {
	before=$(audit-session list | wc -l)
	for bad in "--addr 10.0.0" "--addr 10.0.0.0/8" "--addr x;y" "--details {" "--details [1]" \
		"--groups a,,b" "-a bob" "extra"; do
		# shellcheck disable=SC2086 # these are words
		run -2 --separate-stderr session open -a alice $bad
		is "$output" ""
		[[ $stderr == *"audit-session"* ]]
	done
	run -2 --separate-stderr session open -a ''
	is "$stderr" "audit-session: open: actor: none (22023)"
	run -2 --separate-stderr session open
	run -2 --separate-stderr session open -a bob --user-agent $'\xff'
	run -2 --separate-stderr session open -a bob --user-agent "$(printf '%09000d' 0)"
	[[ $stderr == *"longer than 8192"* ]]
	run -2 --separate-stderr session open -a alice --addr 10.0.0
	[[ $stderr == "audit-session: --addr"*'"10.0.0"'* ]]
	is "$(audit-session list | wc -l)" "$before"
}

@test "a token that nobody got opens no session" {
	run -3 --separate-stderr as session_app bash -c \
		'audit-session open -a nobody_got >/dev/full'
	is "$stderr" "audit-session: standard output: No space left on device"
	is "$(audit-session list -a nobody_got)" ""
}

@test "whoever is refused gets no token: exit 1, and the reason" {
	operator policy --max-per-actor 1 >/dev/null
	login carl
	run -1 --separate-stderr session open -a carl
	is "$output" '{"session":null,"token":null,"refused":"limit"}'
	is "$stderr" ""
	operator block -a carl
	run -1 --separate-stderr session open -a carl
	is "$output" '{"session":null,"token":null,"refused":"blocked"}'
	is "$(audit-log --op login_failed -a carl | jq -r .new.reason)" $'limit\nblocked'
}

# shellcheck disable=SC2016 # a shell's of its own
storm='audit-session open -a storm >>"$1"; [ $? -le 1 ]'

@test "a hundred at once for one actor leave one open" {
	operator policy --max-per-actor 1 --on-limit refuse >/dev/null
	seq 100 | as session_app xargs -P 20 -I{} sh -c "$storm" x "$BATS_TEST_TMPDIR/opened"
	is "$(grep -c '"refused":null' "$BATS_TEST_TMPDIR/opened")" 1
	is "$(grep -c '"refused":"limit"' "$BATS_TEST_TMPDIR/opened")" 99
	is "$(audit-session list --open -a storm | wc -l)" 1
	operator policy --on-limit replace >/dev/null
	seq 100 | as session_app xargs -P 20 -I{} sh -c "$storm" x "$BATS_TEST_TMPDIR/opened"
	is "$(audit-session list --open -a storm | wc -l)" 1
	is "$(audit-session list -a storm | jq -r .reason | sort | uniq -c | tr -s ' ')" \
		$' 1 null\n 100 replaced'
}

# The token

@test "a token is one line on stdin, with or without its end" {
	login dora
	for form in '%s' '%s\n' '%s\r\n'; do
		# shellcheck disable=SC2059
		printf "$form" "$token" | session touch | grep -q "$id"
	done
}

@test "what is no token is not repeated and not sent" {
	login dora
	for bad in secret "$token$token" "$token"$'\n'"$token" "${token^^}x" "${token:1}" \
		"$token " ' '; do
		PGHOST=/nonexistent run -1 --separate-stderr session use <<<"$bad"
		is "$output" ""
		is "$stderr" "audit-session: standard input: not a token, which is one line of 64 hexadecimal digits"
	done
	PGHOST=/nonexistent run -1 --separate-stderr session close </dev/null
	is "$stderr" "audit-session: standard input: no token"
	run -3 --separate-stderr bash -c 'audit-session use <&-'
	run -2 --separate-stderr session use "$token" </dev/null
	[[ $stderr != *"$token"* ]]
	run -2 --separate-stderr operator show "$token"
	[[ $stderr != *"$token"* ]]
	run -1 --separate-stderr session use <<<"${token//[0-9]/a}"
	is "$stderr" "audit-session: no such session (UA010)"
}

@test "on a terminal it is asked for and not shown" {
	login dora
	as session_app python3 - "$token" >"$BATS_TEST_TMPDIR/screen" <<-'END'
		import os, pty, sys
		pid, fd = pty.fork()
		if pid == 0:
		    os.execvp("audit-session", ["audit-session", "use"])
		seen = b""
		while b"token: " not in seen:
		    seen += os.read(fd, 1000)
		os.write(fd, sys.argv[1].encode() + b"\n")
		try:
		    while more := os.read(fd, 1000):
		        seen += more
		except OSError:
		    pass
		sys.stdout.buffer.write(seen)
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	grep -q "$id" "$BATS_TEST_TMPDIR/screen"
	run -1 grep "$token" "$BATS_TEST_TMPDIR/screen"
}

@test "no token is in the server's log, if parameters are kept out of it" {
	: >"$BATS_TEST_TMPDIR/tokens"
	from=$(wc -c <"$SERVER_DIR/log")
	for options in '' '-c log_statement=all -c log_parameter_max_length=0' \
		'-c log_min_duration_statement=0 -c log_parameter_max_length=0'; do
		export PGOPTIONS="-c log_error_verbosity=verbose $options"
		line=$(audit-session open -a eve)
		secret=$(jq -r .token <<<"$line")
		echo "$secret" >>"$BATS_TEST_TMPDIR/tokens"
		audit-session use <<<"$secret" >/dev/null
		audit-session close <<<"$secret"
		run -1 audit-session close <<<"$secret"
		run -1 audit-session use <<<"$secret"
	done
	unset PGOPTIONS
	tail -c "+$from" "$SERVER_DIR/log" >"$BATS_TEST_TMPDIR/log"
	grep -q 'audit.use_session' "$BATS_TEST_TMPDIR/log"
	run -1 grep -f "$BATS_TEST_TMPDIR/tokens" "$BATS_TEST_TMPDIR/log"
}

# Using and closing

@test "use notes the activity, and what is done is the session's" {
	login fred
	aged "$id" '10 minutes'
	session use <<<"$token" >/dev/null
	is "$(field "$id" '.idle_seconds < 60 and .active_seconds >= 600 and .active_seconds < 660')" true
	in_session "$token" "insert into t values (1, 'x')"
	is "$(audit-log --session "$id" | jq -r '"\(.op) \(.actor)"')" $'login fred\ninsert fred'
}

@test "a session that has ended says why: exit 1" {
	login gina
	session close <<<"$token"
	run -1 --separate-stderr session close <<<"$token"
	is "$stderr" "audit-session: the session had ended before"
	run -1 --separate-stderr session use <<<"$token"
	is "$output" ""
	is "$stderr" "audit-session: session $id was closed (UA011)"
	login gina
	operator block "$id"
	run -1 --separate-stderr session use <<<"$token"
	is "$stderr" "audit-session: session $id is blocked (UA012)"
	operator policy --idle '20 min' --max-age 2h >/dev/null
	login gina
	aged "$id" '21 minutes'
	run -1 --separate-stderr session use <<<"$token"
	is "$stderr" "audit-session: session $id was idle for too long (UA013)"
	operator policy --idle none >/dev/null
	login gina
	aged "$id" '3 hours'
	run -1 --separate-stderr session use <<<"$token"
	is "$stderr" "audit-session: session $id is too old (UA014)"
}

@test "who has not the right is told what gives it" {
	login hugo
	run -3 --separate-stderr as session_operator audit-session use <<<"$token"
	[[ $stderr == *'role "session_operator" needs: audit-rule grant ROLE app' ]]
	for verb in list who "show $id" block "policy list"; do
		# shellcheck disable=SC2086 # these are words
		run -3 --separate-stderr session $verb
		[[ $stderr == *'role "session_app" needs: audit-rule grant ROLE operator, or auditor' ]]
		# shellcheck disable=SC2086
		as session_auditor audit-session $verb
	done
	for verb in "block $id" "unblock $id" expire "policy --idle 1h" "policy unset"; do
		# shellcheck disable=SC2086
		run -3 --separate-stderr as session_auditor audit-session $verb
		[[ $stderr == *'role "session_auditor" needs: audit-rule grant ROLE operator' ]]
	done
}

# Policies

@test "a policy is printed as it is then, and none takes a setting away" {
	run -0 --separate-stderr operator policy --idle 30m --max-age '1 day' \
		--max-per-actor 2 --on-limit replace
	is "$output$stderr" '{"group":null,"idle":"00:30:00","max_age":"1 day","max_per_actor":2,"on_limit":"replace"}'
	run -0 operator policy --group '"x,
y' --max-per-actor none --idle 90s
	is "$output" '{"group":"\"x,\ny","idle":"00:01:30","max_age":null,"max_per_actor":null,"on_limit":null}'
	is "$(operator policy)" "$(operator policy list)"
	is "$(operator policy | wc -l)" 2
	is "$(operator policy --max-age none --on-limit none)" \
		'{"group":null,"idle":"00:30:00","max_age":null,"max_per_actor":2,"on_limit":null}'
	is "$(operator policy -f table | head -n 2 | tr -s ' ')" \
		$'GROUP IDLE MAX AGE MAX PER ACTOR ON LIMIT\n(all) 00:30:00 2'
	run -0 --separate-stderr operator policy -v --idle 1800s
	is "$stderr" "audit-session: it was so already"
	run -0 operator policy unset --group '"x,
y'
	is "$(operator policy)" '{"group":null,"idle":"00:30:00","max_age":null,"max_per_actor":2,"on_limit":null}'
	run -0 --separate-stderr operator policy unset -v --group nobody
	is "$output" ""
	is "$stderr" "audit-session: there was no such policy"
}

@test "a bad policy is misuse and changes nothing" {
	operator policy --idle 5m >/dev/null
	before=$(operator policy)
	for bad in --idle=-5m --idle=0 --idle=30 --max-age=1.5 --idle=soon "--max-age 1000y" --max-per-actor=0 \
		--max-per-actor=1.5 --max-per-actor=9999999 --on-limit=ask "list --idle 5m" \
		"unset --idle 5m" off "--idle 5m -f json" --group=; do
		# shellcheck disable=SC2086 # these are words
		run -2 --separate-stderr operator policy --idle 6m $bad
		is "$output" ""
		is "$(operator policy)" "$before"
	done
	run -2 --separate-stderr operator policy --group x
	run -2 --separate-stderr operator policy --idle 30
	is "$stderr" "audit-session: --idle 30: an interval needs its unit"
	run -2 --separate-stderr operator policy --max-age soon
	[[ $stderr == 'audit-session: --max-age soon: invalid input syntax for type interval: "soon" (22007)' ]]
}

# Expiry

@test "expire closes what has ended unsaid, at its last activity" {
	operator policy --idle 30m >/dev/null
	operator expire >/dev/null
	login idle1
	aged "$id" '31 minutes'
	login idle2
	run -0 --separate-stderr operator expire -n -v
	is "$(jq -r '"\(.session) \(.actor) \(.reason)"' <<<"$output" | grep idle)" "$(
		audit-session list -a idle1 | jq -r '"\(.session) idle1 idle"')"
	is "$(audit-session list --open -a idle1 | wc -l)" 1
	run -0 --separate-stderr operator expire -v
	is "$stderr" "audit-session: $(wc -l <<<"$output") session$([ "$(wc -l <<<"$output")" = 1 ] || echo s) closed"
	is "$(audit-session list -a idle1 | jq -r '.reason, .closed == .last_activity, .idle_seconds')" \
		$'idle\ntrue\nnull'
	is "$(audit-session list --open -a idle2 | wc -l)" 1
	run -0 --separate-stderr operator expire
	is "$output$stderr" ""
}

@test "a token that is given as an argument is refused, and why is said" {
	login ann
	for verb in use touch close; do
		run -2 --separate-stderr session "$verb" "$token" </dev/null
		is "$output" ''
		is "$stderr" 'audit-session: a token is read from standard input: everybody can see an argument'
	done
	session use <<<"$token" >/dev/null
}
