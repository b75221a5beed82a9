#!/usr/bin/env bats
# What every tool does alike: help, version, misuse, a dead stdout, and the
# same options in its help, its man page and its three completions.

load helper

setup_file() {
	TOOLS=$(cd "$BUILD/bin" && echo audit-*)
	# those that talk to a database
	ASKING=$(for tool in $TOOLS; do
		! "$tool" -h | grep -q -- --db || echo "$tool"
	done)
	export TOOLS ASKING
	# so that a tool that connects where it should not is seen
	export PGHOST=/nonexistent
}

# closed_pipe COMMAND... - with a stdout that nobody reads any more
closed_pipe() {
	exec 5> >(:)
	wait $!
	"$@" >&5
}

# ask TOOL [OPTION]... - the shortest call that goes to the database
ask() {
	local tool=$1

	shift
	case $tool in
	audit-rule) "$tool" list "$@" ;;
	audit-history) "$tool" "$@" t 1 ;;
	audit-diff) "$tool" --names "$@" </dev/null ;;
	audit-seal) "$tool" status "$@" ;;
	audit-session) "$tool" list "$@" ;;
	audit-purge) "$tool" policy "$@" ;;
	*) "$tool" "$@" ;;
	esac
}

# each of these prints a tool's options, -x and --long, one a line

in_help() {
	"$1" --help | awk '/^ +-/ {
		for (i = 1; $i ~ /^-/; i++) { sub(/[,=].*/, "", $i); print $i }
	}'
}

in_man() {
	awk '/^\.It Fl/ {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^[A-Z][a-z]$/)
				flag = $i == "Fl"
			else if (flag && $i != ",")
				print "-" $i
	}' "$ROOT/man/$1.1"
}

# what it completes after the tool's name, and after each verb
in_bash() {
	bash --norc -s "$1" "$ROOT/completions/bash/$1" <<-'END'
		source "$2"
		function=$(complete -p "$1" | sed 's/.*-F \([^ ]*\).*/\1/')
		offer() {
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
			COMP_LINE=$* COMP_POINT=${#COMP_LINE}
			"$function" "$1" "${!#}" "${*: -2:1}" >&2
			printf '%s\n' "${COMPREPLY[@]}"
		}
		offer "$1" -
		for verb in $(offer "$1" "" | grep -x '[a-z]*'); do
			offer "$1" "$verb" -
		done
	END
}

# an option is written '--long=[…' or '(-x --long)'{-x+,--long=}'[…'
in_zsh() {
	grep -v '^[[:space:]]*#' "$ROOT/completions/zsh/_$1" |
		grep -oP "(\{-[^}]*\}|(?<=[\"'*)])--?[A-Za-z][A-Za-z-]*(?=[+=]*\[))" |
		tr -d '{}+=*' | tr , '\n'
}

in_fish() {
	fish --no-config -c "source '$ROOT/completions/fish/$1.fish'
		complete -c $1" | sed "s/'[^']*'//g" | awk '{
		for (i = 2; i < NF; i++) {
			if ($i == "-s" || $i == "--short-option") print "-" $(i + 1)
			if ($i == "-l" || $i == "--long-option") print "--" $(i + 1)
		}
	}'
}

# same_options TOOL WHERE - fails showing what only one of them has
same_options() {
	diff -U0 --label help --label "$2" <(in_help "$1" | sort -u) \
		<("in_$2" "$1" | grep '^-' | sort -u)
}

@test "there are tools" {
	[ "$TOOLS" != "audit-*" ]
}

@test "help goes to stdout and begins with the usage" {
	for tool in $TOOLS; do
		for option in -h --help; do
			run -0 --separate-stderr "$tool" "$option"
			[[ ${lines[0]} == "usage: $tool "* ]]
			is "$stderr" ""
		done
	done
}

@test "help fits a terminal" {
	for tool in $TOOLS; do
		run -0 bash -o pipefail -c "$tool -h | expand | grep -nE '.{81}'; :"
		is "$output" ""
	done
}

@test "the version names the tool and the project" {
	for tool in $TOOLS; do
		for option in -V --version; do
			run -0 --separate-stderr "$tool" "$option"
			[[ $output =~ ^$tool\ \(audit-utils\)\ [0-9.]+$ ]]
			is "$stderr" ""
		done
	done
}

@test "misuse is exit 2 with nothing on stdout and the tool's name on stderr" {
	for tool in $TOOLS; do
		for option in --nonsense -Z --db; do
			run -2 --separate-stderr "$tool" "$option"
			is "$output" ""
			[[ ${stderr_lines[0]} == "$tool: "* ]]
			[[ $stderr == *"usage: $tool "* ]]
		done
	done
}

@test "no server is exit 3 and says so" {
	for tool in $ASKING; do
		run -3 --separate-stderr ask "$tool"
		is "$output" ""
		[[ $stderr == "$tool: "*"/nonexistent"* ]]
	done
}

@test "a bad connection string is not repeated: it may hold a password" {
	for tool in $ASKING; do
		for db in "host=/x password=a secret" "postgresql://u:p@secret@/d" \
			"postgresql://u:p/secret@h/d" "host=/x password secret = y"; do
			run -3 --separate-stderr ask "$tool" -d "$db"
			is "$output" ""
			[[ $stderr == "$tool: "* ]]
			[[ $stderr != *secret* ]]
		done
	done
}

@test "a full disk is exit 3 with a message" {
	for tool in $TOOLS; do
		for option in -h -V; do
			run -3 bash -c "$tool $option >/dev/full"
			is "$output" "$tool: standard output: No space left on device"
		done
	done
}

@test "a closed stdout is exit 3 with a message" {
	for tool in $TOOLS; do
		run -3 bash -c "$tool -h >&-"
		is "$output" "$tool: standard output: Bad file descriptor"
	done
}

@test "a reader that goes away ends a tool quietly" {
	for tool in $TOOLS; do
		run -141 closed_pipe "$tool" -h
		is "$output" ""
	done
}

@test "also where the caller ignores SIGPIPE" {
	trap '' PIPE
	for tool in $TOOLS; do
		run -141 closed_pipe "$tool" -h
		is "$output" ""
	done
}

@test "each tool has a man page and three completions" {
	for tool in $TOOLS; do
		[ -s "$ROOT/man/$tool.1" ]
		[ -s "$ROOT/completions/bash/$tool" ]
		[ -s "$ROOT/completions/zsh/_$tool" ]
		[ -s "$ROOT/completions/fish/$tool.fish" ]
	done
}

@test "the man page lists the options that help lists" {
	for tool in $TOOLS; do
		same_options "$tool" man
	done
}

@test "the bash completion offers the options that help lists" {
	for tool in $TOOLS; do
		same_options "$tool" bash
	done
}

@test "the zsh completion offers the options that help lists" {
	for tool in $TOOLS; do
		zsh -n "$ROOT/completions/zsh/_$tool"
		same_options "$tool" zsh
	done
}

@test "the fish completion offers the options that help lists" {
	for tool in $TOOLS; do
		fish -n "$ROOT/completions/fish/$tool.fish"
		same_options "$tool" fish
	done
}

@test "a letter means the same in every tool" {
	for tool in $TOOLS; do
		"$tool" -h | sed -nE 's/^ +(-[A-Za-z]), (--[a-z-]+).*/\1 \2/p'
	done | sort -u >"$BATS_TEST_TMPDIR/pairs"
	run -0 bash -c "cut -d' ' -f1 '$BATS_TEST_TMPDIR/pairs' | uniq -d"
	is "$output" ""
}

@test "the man pages are sound" {
	run -0 mandoc -T lint -W warning "$ROOT"/man/*.[1-9]
	is "$output" ""
}
