#!/usr/bin/env bats
# uap - what user agents say: the rules, their file, devices, client hints

load helper

uap_core=/usr/share/uap-core

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

uap() {
	"$BUILD/tests/uap" "$@"
}

# device AGENT [HINTS] - what is told of it
device() {
	printf '%s\t%s\n' "$1" "${2-}" | uap device-of
}

# brief - browser, version, os, version, device and type of each line on stdin
brief() {
	jq -r '[.browser, .browser_version, .os, .os_version, .device,
		.device_type] | map(. // "-") | join("|")'
}

# rules - a file of rules from stdin
rules() {
	cat >rules.yaml
}

# wrong MESSAGE - the rules are refused with it
wrong() {
	run -2 uap device-of rules.yaml </dev/null
	is "$output" "uap: rules.yaml: $1"
}

windows='Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36'
android='Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36'
mac='Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36'

@test "all of uap-core's tests of browsers, systems and devices hold" {
	run -0 uap browser $uap_core/tests/test_ua.yaml
	[[ $output =~ ^([0-9]+)\ of\ ([0-9]+)$ ]]
	is "${BASH_REMATCH[1]}" "$(grep -c user_agent_string: $uap_core/tests/test_ua.yaml)"
	run -0 uap os $uap_core/tests/test_os.yaml
	[[ $output =~ ^([0-9]+)\ of\ ([0-9]+)$ ]]
	is "${BASH_REMATCH[1]}" "$(grep -c user_agent_string: $uap_core/tests/test_os.yaml)"
	run -0 uap device $uap_core/tests/test_device.yaml
	[[ $output =~ ^([0-9]+)\ of\ ([0-9]+)$ ]]
	is "${BASH_REMATCH[1]}" "$(grep -c user_agent_string: $uap_core/tests/test_device.yaml)"
}

@test "they hold with the same rules read from their file" {
	run -0 uap browser $uap_core/tests/test_ua.yaml $uap_core/regexes.yaml
	run -0 uap os $uap_core/tests/test_os.yaml $uap_core/regexes.yaml
}

@test "a test that expects something else does not hold, and is named" {
	sed "2,/minor: '0'/s/minor: '0'/minor: '7'/" \
		$uap_core/tests/test_ua.yaml >altered.yaml
	run -1 uap browser altered.yaml
	is "${lines[0]}" "uap: line 2: minor is 0"
	[[ ${lines[1]} =~ ^([0-9]+)\ of\ ([0-9]+)$ ]]
	is $((BASH_REMATCH[1] + 1)) "${BASH_REMATCH[2]}"
}

@test "the type of a device is told for known agents" {
	cut -f 2 "$ROOT/tests/agents.tsv" | uap device-of |
		jq -r .device_type >types
	cut -f 2 "$ROOT/tests/agents.tsv" | paste types - |
		diff "$ROOT/tests/agents.tsv" -
}

@test "names are as people say them, and null where nobody told" {
	is "$(device "$windows")" '{"browser":"Chrome","browser_version":"124.0.0","os":"Windows","os_version":"10","device":null,"device_type":"desktop"}'
	is "$(device 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1' | brief)" \
		'Mobile Safari|17.4.1|iOS|17.4.1|iPhone|mobile'
	is "$(device 'Mozilla/5.0 (Linux; Android 11; SM-G991B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0.4664.104 Mobile Safari/537.36' | brief)" \
		'Chrome Mobile|96.0.4664|Android|11|Samsung SM-G991B|mobile'
	is "$(device "$mac" | brief)" 'Chrome|124.0.0|Mac OS X|10.15.7|Mac|desktop'
	is "$(device "$android" | brief)" 'Chrome Mobile|124.0.0|Android|10|-|mobile'
	is "$(device 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' | brief)" \
		'Googlebot|2.1|-|-|-|bot'
	is "$(device '' | brief)" '-|-|-|-|-|unknown'
	is "$(device 'x' | brief)" '-|-|-|-|-|unknown'
}

@test "client hints tell what the agent keeps back" {
	is "$(device "$windows" '{"Sec-CH-UA-Platform":"\"Windows\"","Sec-CH-UA-Platform-Version":"\"15.0.0\""}' | brief)" \
		'Chrome|124.0.0|Windows|11|-|desktop'
	is "$(device "$windows" '{"Sec-CH-UA-Platform":"\"Windows\"","Sec-CH-UA-Platform-Version":"\"10.0.0\""}' | brief)" \
		'Chrome|124.0.0|Windows|10|-|desktop'
	is "$(device "$windows" '{"Sec-CH-UA-Platform":"\"Windows\"","Sec-CH-UA-Platform-Version":"\"0.3.0\""}' | brief)" \
		'Chrome|124.0.0|Windows|8.1|-|desktop'
	is "$(device "$android" '{"SEC-CH-UA-PLATFORM":"\"Android\"","sec-ch-ua-platform-version":"\"14.0.0\"","Sec-Ch-Ua-Model":"\"SM-S918B\"","Sec-CH-UA-Mobile":"?1","Sec-CH-UA-Full-Version-List":"\"Not-A.Brand\";v=\"99.0.0.0\", \"Chromium\";v=\"124.0.6367.82\", \"Google Chrome\";v=\"124.0.6367.83\""}' | brief)" \
		'Chrome Mobile|124.0.6367.83|Android|14|Samsung SM-S918B|mobile'
	is "$(device "$mac" '{"Sec-CH-UA-Platform":"\"macOS\"","Sec-CH-UA-Platform-Version":"\"14.4.1\""}' | brief)" \
		'Chrome|124.0.0|Mac OS X|14.4.1|Mac|desktop'
	is "$(device "$windows" '{"Sec-CH-UA":"\"Chromium\";v=\"124\", \"Brave\";v=\"124\", \"Not(A:Brand\";v=\"8\""}' | brief)" \
		'Brave|124|Windows|10|-|desktop'
	is "$(device "$android" '{"Sec-CH-UA-Form-Factors":"\"Tablet\""}' | jq -r .device_type)" tablet
	is "$(device "$android" '{"Sec-CH-UA-Model":"\"K\u001b[31m\""}' | brief)" \
		'Chrome Mobile|124.0.0|Android|10|K [31m|mobile'
}

@test "client hints may come from JavaScript" {
	is "$(device "$android" '{"platform":"Android","platformVersion":"13.0.0","mobile":true,"model":"Pixel 7","fullVersionList":[{"brand":"Not A;Brand","version":"8"},{"brand":"Microsoft Edge","version":"124.0.2478.67"},{"brand":"Chromium","version":"124.0.6367.1"}]}' | brief)" \
		'Edge|124.0.2478.67|Android|13|Google Pixel 7|mobile'
	is "$(device '' '{"platform":"Chrome OS","mobile":false}' | brief)" \
		'-|-|Chrome OS|-|-|desktop'
}

@test "hints do not make a person of a program, nor another agent of one" {
	is "$(device 'curl/7.88.1' '{"Sec-CH-UA":"\"Google Chrome\";v=\"124\"","Sec-CH-UA-Mobile":"?1"}' | brief)" \
		'curl|7.88.1|-|-|-|bot'
	is "$(device 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0' '{"Sec-CH-UA-Platform":"\"Linux\""}' | brief)" \
		'Firefox|125.0|Ubuntu|-|-|desktop'
}

@test "hints that are none change nothing" {
	local hints

	for hints in 'x' '[]' '"Windows"' '{"Sec-CH-UA-Platform":3}' \
		'{"Sec-CH-UA-Platform":null,"platform":""}' \
		'{"Sec-CH-UA":"\"","brands":[1,{"brand":2},{}],"mobile":"no"}' \
		'{"Sec-CH-UA-Platform-Version":"\"15.0.0\""}' \
		'{"Sec-CH-UA-Platform":"\"Windows\"","platformVersion":"x"}' '{'; do
		is "$(device "$windows" "$hints" | brief)" \
			'Chrome|124.0.0|Windows|10|-|desktop'
	done
}

@test "an agent of a megabyte takes no longer than its beginning" {
	local agent

	for agent in a 'Mozilla/5.0 (Linux; Android 4.4; ' ' Build/' 'bot ' \
		'iPhone; ' '_' '1.' ';SM-' 'Mobile Safari/'; do
		yes "$agent" | tr -d '\n' | head -c 1000000
		echo
	done >agents
	timeout 20 "$BUILD/tests/uap" device-of <agents >out
	is "$(wc -l <out)" 9
	is "$({ echo -n "$windows"; head -c 1000000 /dev/zero | tr '\0' ' '; } |
		uap device-of | brief)" 'Chrome|124.0.0|Windows|10|-|desktop'
}

@test "what is no text in an agent is none in what is told of it" {
	printf 'Fire\xfffox/1.2 \xc3\n\x1b[31mFirefox/3.4\x07\n(iPhone; \xed\xa0\x80 CPU) x\xf0\x9f\x98\x80/7 CFNetwork/8\n' >agents
	run -0 --separate-stderr uap device-of <agents
	iconv -f UTF-8 -t UTF-8 <<<"$output" >/dev/null
	is "$(brief <<<"${lines[1]}")" 'Firefox|3.4|-|-|-|unknown'
	is "$(jq -r .device <<<"${lines[2]}")" iPhone
}

@test "random bytes end neither the program nor its patience" {
	head -c 300000 /dev/urandom | tr -d '\0' >junk
	timeout 20 "$BUILD/tests/uap" device-of <junk >out
	jq -es 'length > 100' <out >/dev/null
}

@test "patterns that try endlessly are given up" {
	rules <<-'END'
		user_agent_parsers:
		  - regex: '(a+)+b'
		  - regex: '(x+x+)+y'
		  - regex: '((a*)*)*e'
		os_parsers:
		  - regex: '(!)'
	END
	{ yes a | tr -d '\n' | head -c 1500; echo '!'; } >agents
	timeout 10 "$BUILD/tests/uap" device-of rules.yaml <agents >out
	is "$(brief <out)" '-|-|!|-|-|unknown'
}

@test "a file of rules takes the place of the built-in ones" {
	rules <<-'END'
		# newer
		user_agent_parsers:
		  - regex: '(Our)App/(\d+)\.(\d+)'
		    family_replacement: '$1 App'
		    v3_replacement: '$3b'
		os_parsers:
		device_parsers:
		  - regex: '; (phone) (\S+)'
		    regex_flag: 'i'
		    device_replacement: ' $2 '
		    brand_replacement: Maker
	END
	sed -i '/^os_parsers/d' rules.yaml
	is "$(printf 'OurApp/1.2; PHONE X9 (Windows)\n' |
		uap device-of rules.yaml | brief)" \
		'Our App|1.2.2b|-|-|Maker X9|desktop'
	is "$(printf '%s\n' "$windows" | uap device-of rules.yaml | brief)" \
		'-|-|-|-|-|desktop'
}

@test "a file of rules that is none is refused with its line" {
	rules <<<''
	wrong 'line 2: here belongs "name: list"'
	rules <<<'- a'
	wrong 'line 1: here belongs "name: list"'
	rules <<<'other: []'
	wrong 'holds no rules'
	rules <<<$'other:\n  - regex: x'
	wrong 'line 2: "other" is no list of rules'
	rules <<<$'os_parsers:\n  - regex: "x"\n  - regex: "(a"'
	wrong 'line 3: not a pattern: missing closing parenthesis, at its character 3'
	rules <<<$'os_parsers:\n  - regex: "x"\n    os_replacment: "y"'
	wrong 'line 3: "os_replacment" is not a rule'"'s"
	rules <<<$'os_parsers:\n  - os_replacement: "y"'
	wrong 'line 2: a rule without a regex'
	rules <<<$'os_parsers:\n  - regex: "y"\n    regex: "z"'
	wrong 'line 3: "regex" is there twice'
	rules <<<$'os_parsers:\n  - regex: "y"\n    regex_flag: "g"'
	wrong "line 3: a regex_flag other than 'i'"
	rules <<<$'os_parsers:\n  - regex: [1, 2]'
	wrong 'line 2: here belongs a text'
	rules <<<$'os_parsers:\n  - regex: "y'
	[[ $(uap device-of rules.yaml 2>&1 </dev/null) == 'uap: rules.yaml: line '* ]]
	run -2 uap device-of none.yaml
	is "$output" "uap: none.yaml: No such file or directory"
	run -2 uap device-of .
	is "$output" "uap: .: Is a directory"
}

@test "a small file cannot make a large thing of itself" {
	rules <<<$'a: &a\n  - regex: "x"\nb: *a'
	wrong 'line 1: anchors and aliases are not taken'
	rules <<<$'os_parsers:\n  - &x\n    regex: "x"'
	wrong 'line 2: anchors and aliases are not taken'
	{
		printf 'os_parsers:\n  - regex: "'
		head -c 70000 /dev/zero | tr '\0' x
		echo '"'
	} | rules
	wrong 'line 2: the text is too long'
	rules <<<$'os_parsers:\n  - regex: "(((a{1,999}){1,999}){1,999})"'
	run -2 uap device-of rules.yaml </dev/null
	[[ $output == *'line 2: not a pattern: regular expression is too large'* ]]
	{ echo 'os_parsers:'; yes '[' | head -n 100000; } | rules
	run -2 timeout 20 "$BUILD/tests/uap" device-of rules.yaml </dev/null
	head -c 100000 /dev/urandom | rules
	run -2 timeout 20 "$BUILD/tests/uap" device-of rules.yaml </dev/null
}

@test "rules whose patterns hide what they need still match" {
	rules <<-'END'
		user_agent_parsers:
		  - regex: '(?:[Ff]oo|bar|b(?:a|u)z){2}(?!x)'
		    family_replacement: 'one'
		  - regex: 'kelvinS'
		    regex_flag: 'i'
		    family_replacement: 'two'
		  - regex: 'ab*c+d{0}e?(?:fg)?(?:hi)*\.(?:jk){0,2}$'
		    family_replacement: 'three'
		  - regex: 'é+x|y{2,3}z{'
		    family_replacement: 'four'
		  - regex: '(?i)CaSe\b'
		    family_replacement: 'five'
		  - regex: '\Qa.b\E|\x41\x42'
		    family_replacement: 'six'
	END
	printf '%s\n' foobuz Foobar $'\u212aelvin\u017f' acc. 'éx' 'yyyz{' \
		'a case' 'xa.b' 'AB' foobazx >agents
	is "$(uap device-of rules.yaml <agents | jq -r '.browser // "-"' |
		paste -sd ' ')" \
		'one one two three four four five six six -'
}
