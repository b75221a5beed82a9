#!/usr/bin/env bats
# audit-watch - a month of a company's trail: month.py makes it, and plants
# fifteen incidents; watched.py says which of them no alert speaks of, and which
# alerts speak of none.

load helper

setup_file() {
	# the program's zone has to be the company's
	export TZ=Europe/Berlin
	cd "$BATS_FILE_TMPDIR" || return
	month 1
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# month SEED - events, what is planted among them, and the alerts
month() {
	python3 "$BATS_TEST_DIRNAME/month.py" --seed "$1" --planted "planted$1" \
		>"events$1"
	audit-watch -q --sensitive hr.payslip.amount <"events$1" >"alerts$1"
}

# holds SEED - all is found, and fewer than one of 10,000 events is called wrong
holds() {
	local events

	events=$(grep -c '"at":"2026-05' "events$1")
	python3 "$BATS_TEST_DIRNAME/watched.py" "planted$1" "$events" "alerts$1"
}

@test "of a month with fifteen incidents all are found, and little else" {
	holds 1
}

@test "of another month, too" {
	month 7
	holds 7
}

@test "and of one that nobody looked at before" {
	month 2026
	holds 2026
}

@test "the month is as events have to be: in order, their ids of their times" {
	jq -r .id events1 | LC_ALL=C sort -c -u
	python3 - <<-'END'
		import datetime, json
		begin = datetime.datetime(1970, 1, 1)
		keys = ("id at op schema table key label actor role as_role session "
		        "txid app addr reason rules old new redacted").split()
		for line in open("events1"):
		    e = json.loads(line)
		    assert list(e) == keys, line
		    us = (datetime.datetime.strptime(
		        e["at"], "%Y-%m-%dT%H:%M:%S.%fZ") - begin) \
		        // datetime.timedelta(microseconds=1)
		    hex = e["id"].replace("-", "")
		    assert hex[12] == "7" and hex[16] in "89ab", line
		    assert hex[:12] + hex[13:16] == "%015x" % (us * 512 // 125), line
	END
}

@test "the same seed gives the same month, another one another" {
	python3 "$BATS_TEST_DIRNAME/month.py" --history 0 --size 300 >once
	python3 "$BATS_TEST_DIRNAME/month.py" --history 0 --size 300 >twice
	cmp once twice
	run -1 cmp -s <(python3 "$BATS_TEST_DIRNAME/month.py" --seed 2 \
		--history 0 --size 300) once
}

@test "a replay gives the same alerts" {
	audit-watch -q --sensitive hr.payslip.amount <events1 >again
	cmp again alerts1
}

@test "the check sees an incident that was missed, and alerts that are false" {
	: >none
	run -1 python3 "$BATS_TEST_DIRNAME/watched.py" planted1 100000 none
	is "${lines[-1]}" "0 of 15 incidents found, 0.00 false alerts of 10,000 events: none"
	for _ in {1..20}; do
		echo '{"at":"2026-05-03T10:00:00.000000Z","alert":"gap",' \
			'"severity":"high","actor":"x","message":"nothing"}'
	done >wrong
	run -1 python3 "$BATS_TEST_DIRNAME/watched.py" planted1 100000 wrong
	[[ ${lines[-1]} == *' 2.00 false alerts of 10,000 events: gap 20' ]]
}

@test "what is found can be shown: alerts among the events, as a page" {
	grep '"at":"2026-05-1' events1 |
		audit-watch -q --sensitive hr.payslip.amount --pass |
		audit-export -o page.html
	grep -q '<h2>Alerts' page.html
}
