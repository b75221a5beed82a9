#!/usr/bin/env bats
# audit-session device - what user agents say, in pipes; without a database

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export PGHOST=/nowhere
}

firefox='Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0'
told='"browser":"Firefox","browser_version":"125.0","os":"Ubuntu","os_version":null,"device":null,"device_type":"desktop"'
nothing='"browser":null,"browser_version":null,"os":null,"os_version":null,"device":null,"device_type":"unknown"'

@test "each agent is a line, with what it says, in order" {
	run -0 --separate-stderr audit-session device <<<"$firefox"$'\n\ncurl/8.0\r\n'"$firefox"
	is "$stderr" ''
	is "${#lines[@]}" 3
	is "${lines[0]}" "{\"user_agent\":\"$firefox\",$told}"
	is "$(jq -r '[.user_agent, .device_type] | join(" ")' <<<"${lines[1]}")" 'curl/8.0 bot'
	is "${lines[2]}" "${lines[0]}"
	run -0 audit-session device </dev/null
	is "$output" ''
}

@test "a line may be an object with the agent and its client hints" {
	cat >in <<-'END'
		{"session":"x","user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36","client_hints":{"Sec-CH-UA-Platform":"\"Windows\"","Sec-CH-UA-Platform-Version":"\"15.0.0\""}}
		{"user_agent":"x\"\u0007\\"}
		{"user_agent":null,"client_hints":null}
		{"user_agent":"curl/8\u0000Firefox/1.0"}
	END
	run -0 --separate-stderr audit-session device <in
	is "$(jq -r '[.os, .os_version, .browser] | join(" ")' <<<"${lines[0]}")" 'Windows 11 Chrome'
	is "${lines[1]}" "{\"user_agent\":\"x\\\"\\u0007\\\\\",$nothing}"
	is "${lines[2]}" "{\"user_agent\":null,$nothing}"
	is "$(jq -r .browser <<<"${lines[3]}")" curl
}

@test "files are read one after the other, - is standard input" {
	echo curl/8.0 >a
	echo Wget/1.2 >b
	run -0 audit-session device a - b <<<"$firefox"
	is "$(jq -r .browser <<<"$output" | paste -sd ' ')" 'curl Firefox Wget'
	run -3 --separate-stderr audit-session device none a
	is "$output" ''
	is "$stderr" 'audit-session: none: No such file or directory'
	run -3 --separate-stderr audit-session device .
	is "$stderr" 'audit-session: .: Is a directory'
}

@test "bad lines are named, and the good ones done" {
	printf '%s\n' '{"a":1}' $'\xff' '{"user_agent":3}' '{"user_agent"' \
		'{"user_agent":"x","client_hints":[]}' curl/8.0 >in
	run -1 --separate-stderr audit-session device in
	is "$(jq -r .browser <<<"$output")" curl
	is "$stderr" "audit-session: in: line 1: no \"user_agent\" field
audit-session: in: line 2: not UTF-8
audit-session: in: line 3: \"user_agent\" is not a string
audit-session: in: line 4: no colon after a key
audit-session: in: line 5: \"client_hints\" is not an object"
	run -1 --separate-stderr audit-session device <in
	is "${stderr_lines[0]}" 'audit-session: line 1: no "user_agent" field'
}

@test "what has come is shown before more is waited for" {
	mkfifo in
	audit-session device <in >out &
	exec 9>in
	echo curl/8.0 >&9
	await grep -q '}$' out
	is "$(jq -r .browser out)" curl
	exec 9>&-
	wait
}

@test "-f table shows a grid, fit for a terminal" {
	run -0 audit-session device -f table <<<"$firefox"$'\n\e[31mcurl/8.0'
	[[ ${lines[0]} =~ ^BROWSER\ +OS\ +DEVICE\ +TYPE\ +AGENT$ ]]
	[[ ${lines[1]} =~ ^Firefox\ 125.0\ +Ubuntu\ +desktop\ +Mozilla ]]
	[[ ${lines[2]} =~ \\x1b\[31mcurl/8.0$ ]]
	run -2 --separate-stderr audit-session device -f xml <<<"$firefox"
	is "$output" ''
}

@test "--regexes takes other rules, and refuses what is none" {
	printf 'user_agent_parsers:\n  - regex: "(curl)/(\\\\d+)"\n' >rules.yaml
	run -0 audit-session device --regexes rules.yaml <<<$'curl/8.0\nFirefox/1.0'
	is "$(jq -r '.browser // "-"' <<<"$output" | paste -sd ' ')" 'curl -'
	echo '  - regex: "("' >>rules.yaml
	run -2 --separate-stderr audit-session device --regexes rules.yaml <<<curl/8.0
	is "$output" ''
	is "$stderr" 'audit-session: --regexes: rules.yaml: line 3: not a pattern: missing closing parenthesis, at its character 2'
	run -2 --separate-stderr audit-session device --regexes none.yaml <<<curl/8.0
	is "$stderr" 'audit-session: --regexes: none.yaml: No such file or directory'
}

@test "agents of any size and number stay cheap" {
	{
		head -c 1000000 /dev/zero | tr '\0' a
		echo
		seq -f 'Mozilla/5.0 (X11; Linux x86_64) %g' 30000
	} >in
	timeout 60 time -f %M -o memory audit-session device in >out
	is "$(wc -l <out)" 30001
	# the sanitizer needs more
	grep -q __asan_init "$BUILD/bin/audit-session" ||
		[ "$(tail -n 1 memory)" -lt 100000 ]
}
