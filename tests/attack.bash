# attack.bash - what the tests of attacks share: "load attack" makes these
# functions known, and those of capture.bash

load capture

# attack_database - a trail whose owner is no superuser, an application whose
# tables another role owns, and everybody who may try something
attack_database() {
	local role

	export PATH=$BUILD/bin:$SERVER_BIN:$PATH
	fresh_database
	for role in atk_dba atk_shop atk_web atk_eve; do
		make_role "$role" login
	done
	sql "grant atk_shop to atk_dba" \
		"alter role atk_dba createrole" \
		"alter database $PGDATABASE owner to atk_dba" \
		"grant create on database $PGDATABASE to atk_shop" \
		"grant create on schema public to atk_shop, atk_web, atk_eve"
	as atk_dba install_trail
	as atk_shop sql \
		"create table account(id int primary key, name text, money numeric, pin text)" \
		"insert into account values (1, 'ann', 10, '1234'), (2, 'bob', 20, '5678')" \
		"grant select, insert, update, delete on account to atk_web"
	as atk_dba audit-rule add account --label name
	as atk_web sql "update account set money = money + 1"
	TRIGGER=$(sql "select tgname from pg_trigger
		where tgrelid = 'account'::regclass and tgname ~ '^!audit_[0-9]'")
	export TRIGGER
	export PGOPTIONS='-c client_min_messages=error'
}

attack_end() {
	drop_database
	sql_in postgres 'drop role if exists atk_dba, atk_shop, atk_web, atk_eve'
}

# trail_now - a digest of all that is in the trail
trail_now() {
	as postgres sql "select md5(string_agg(e::text, ' ' order by id))
		from audit.event e"
}

# refused ROLE SQLSTATE STATEMENT... - in one session; the last one, and any
# before it may be, is refused with that SQLSTATE (a pattern), and the trail is
# what it was
refused() {
	local role=$1 state=$2 before

	shift 2
	before=$(trail_now)
	printf '%s;\n' "$@" | as "$role" psql -qX -v VERBOSITY=sqlstate \
		-v ON_ERROR_STOP=1 >"$BATS_TEST_TMPDIR/out" 2>&1 && {
		printf 'not refused: %s: %s\n' "$role" "$*"
		return 1
	}
	grep -qE "ERROR: +($state)" "$BATS_TEST_TMPDIR/out" || {
		printf 'refused otherwise: %s: %s\n' "$role" "$*"
		cat "$BATS_TEST_TMPDIR/out"
		return 1
	}
	is "$(trail_now)" "$before"
}

# captured ROLE STATEMENT... - all succeed, and the last change of account 1
# was recorded as it happened, by whom it was
captured() {
	local role=$1 money

	shift
	money=$((BATS_TEST_NUMBER * 1000 + ++MONEY))
	as "$role" sql "$@" "update account set money = $money where id = 1"
	is "$(as postgres sql "select role, new ->> 'money' from audit.event
		where op = 'update' and \"table\" = 'account'
		order by id desc limit 1")" "$role|$money"
}

# holes - the kinds that check finds, with their places
holes() {
	as atk_dba audit-rule check | jq -r 'select(.severity == "hole") |
		[.hole, .table] | join(" ")'
}
