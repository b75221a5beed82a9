#!/usr/bin/env bats
# theme - the colours that are built in, and a file of one's own

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# what is printed in the shape of a locale
	export LC_ALL=C.UTF-8
}

# theme [FILE] - what is printed of it
theme() {
	"$BUILD/tests/theme" "$@"
}

# wrong JSON - what is said of such a file
wrong() {
	printf '%s' "$1" >own.json
	run -1 --separate-stderr theme own.json
	is "$output" ''
	# shellcheck disable=SC2154
	printf '%s\n' "${stderr#theme: }"
}

@test "what is written in a theme's colours can be read: 4.5:1 at least" {
	theme >all
	is "$(cut -f 1 all | uniq | paste -sd ' ')" \
		'light dark blue green high-contrast colour-blind'
	is "$(awk -F '\t' '$4 < 4.5' all)" ''
}

@test "high-contrast keeps its word: 7:1 at least" {
	is "$(theme | awk -F '\t' '$1 == "high-contrast" && $4 < 7')" ''
}

@test "colour-blind: any two of what happened differ for everybody" {
	theme | python3 "$ROOT/tests/theme.py"
}

@test "a file has its own colours, and the rest of its base" {
	echo '{"base": "dark", "accent": "#FFCC00", "name": "ours"}' >own.json
	theme own.json >out
	is "$(sed -n 1p out)" 'ours, dark'
	is "$(awk '$2 == "accent" { print $3 }' out)" ffcc00
	diff <(theme | grep '^dark' | grep -v accent | cut -f 2-) \
		<(tail -n +2 out | grep -v accent | cut -f 2-)
}

@test "the base may stand anywhere, and without one it is light" {
	echo '{"accent": "#ffcc00", "base": "dark"}' >own.json
	theme own.json | grep -q ffcc00
	echo '{}' >own.json
	is "$(theme own.json | head -n 1)" 'own, light'
	diff <(theme | grep '^light' | cut -f 2-) \
		<(theme own.json | tail -n +2 | cut -f 2-)
}

@test "a page darker than its text is a dark one, whatever its base" {
	sed 's/#/"#/g; s/ /", /g; s/$/"/' >/dev/null <<<''
	theme | awk -F '\t' 'BEGIN { printf "{\"page\": \"#000000\", \"head\": \"#202020\"" }
		$1 == "dark" { printf ",\n\"%s\": \"#%s\"", $2, $3 }
		END { print "}" }' >own.json
	is "$(theme own.json | head -n 1)" 'own, dark'
}

@test "the example in the documentation is one" {
	theme "$ROOT/man/examples/theme.json"
}

@test "what is wrong with a file is said with its line" {
	is "$(wrong '{
"acent": "#ffffff"}')" 'line 2: "acent": unknown; there are base, name, page, text, faint, line, head, head-text, accent, insert, update, delete, read, other, good, warn, bad, low, high'
	is "$(wrong '{"page": "#fffff"}')" \
		'line 1: "#fffff": no colour; one is "#0a5c36"'
	is "$(wrong '{"page": "white"}')" \
		'line 1: "white": no colour; one is "#0a5c36"'
	is "$(wrong '{"page": "#12345g"}')" \
		'line 1: "#12345g": no colour; one is "#0a5c36"'
	is "$(wrong '{"page": 7}')" 'line 1: 7: no colour; one is "#0a5c36"'
	is "$(wrong '{"page": "#ffffff",
"p\u0061ge": "#ffffff"}')" 'line 2: "p\\u0061ge": it is there twice'
	is "$(wrong '{"base": "pink"}')" 'line 1: "pink": no such theme; there are light, dark, blue, green, high-contrast, colour-blind'
	is "$(wrong '{"base": null}')" \
		'line 1: null: base is the name of a theme'
	is "$(wrong '["light"]')" 'line 1: no JSON object'
	is "$(wrong '{"name": ""}')" 'line 1: "": a name is a text'
}

@test "what is no JSON, no text or too long is said" {
	wrong '{
"page": "#ffffff",
}' | grep -q '^line 3: '
	wrong '' | grep -q '^line 1: '
	is "$(wrong $'{"page":\n"\xff"}')" 'line 2: no UTF-8'
	is "$(wrong "$(printf '{"name": "%070000d"}' 0)")" \
		'too long for a theme'
}

@test "colours that cannot be read are refused, and better ones told" {
	is "$(wrong '{"base": "light",
"accent": "#ff9900"}')" 'line 2: accent #ff9900 on page #ffffff: a contrast of 2.14:1, and to be read it needs 4.5:1; #a96500 has it'
	wrong '{"head": "#202020"}' |
		grep -q '^line 1: head-text #1b1f24 on head #202020: '
	# it keeps what it promises
	printf '{"base": "light", "accent": "#a96500"}' >own.json
	theme own.json | grep -q a96500
}

@test "a file's words do no harm to a terminal" {
	wrong $'{"\u202e": 1}' >out
	wrong $'{"page": "\x9b\x1b[2J"}' >>out
	wrong $'{"\u009b": 1}' >>out
	run ! grep -q $'\x1b' out
	run ! grep -q $'[\u202e\u009b]' out
}
