# tamper.bash - a sealed trail to be tampered with: "load tamper" makes these
# functions known, and those of capture.bash

load capture

# signed_trail - a trail, and the key that its seals are signed with
signed_trail() {
	trail_database
	export DIR=$BATS_FILE_TMPDIR TEMPLATE=$PGDATABASE
	KEYS=$DIR/keys
	audit-seal keygen "$KEYS"
	cp "$KEYS/seal.pub" "$DIR/pub"
	audit-rule init --seal-key "$DIR/pub"
}

# sealed_template - a database with events of three months in several tables
# and seven seals, to be copied for each manipulation; kept elsewhere are the
# first public key and the seals as they were printed. Some events have names,
# which findings show. Seal 3 covers nothing.
sealed_template() {
	signed_trail
	script <<-'END'
		create table known(name text primary key, id uuid);
		create function ev(text) returns uuid language sql stable as
		    'select id from public.known where name = $1';
		create table item(id int primary key, name text, price numeric,
		    more jsonb);
		create table part(id int primary key,
		    item int references item on update cascade, n int);
		create table sale(id int, area text, primary key (id, area))
		    partition by list (area);
		create table sale_n partition of sale for values in ('n');
		create table sale_s partition of sale for values in ('s');
		create table log(line text);
	END
	make_switch
	audit-rule add item --name item --label name --related
	audit-rule add sale --name sale
	audit-rule add log --name log
	older_months
	seal
	known born "insert into item values (1, 'bolt', 12.30, '{\"a\": [1, null]}')"
	sql "insert into item select i, 'item ' || i, i from generate_series(2, 30) i"
	seal
	known priced "update item set price = 13.00 where id = 1"
	known child "insert into part values (1, 1, 5)"
	known rekeyed "update item set id = 100 where id = 5"
	known unpriced "update item set price = 0 where id = 6"
	seal
	seal
	known gone "delete from item where id = 7"
	known logged "insert into log values ('x')"
	sql "truncate log"
	seal
	audit-rule disable log
	audit-rule enable log
	audit-rule add part --name part --except-actors bot
	sql "alter table item add extra text"
	known sold "insert into sale values (1, 'n')"
	seal
	sql "insert into sale select i, 's' from generate_series(2, 9) i"
	known last "insert into log values ('y')"
	seal
	known fresh "update item set price = 14.00 where id = 1"
}

# make_switch - functions that take all triggers of the trail away and bring
# them back, so that nothing tells of it
make_switch() {
	script <<-'END'
		create function triggers_off() returns void language sql as $$
		  update pg_class set relhastriggers = false
		  where relnamespace = 'audit'::regnamespace $$;
		create function triggers_on() returns void language sql as $$
		  update pg_class c set relhastriggers = true
		  where relnamespace = 'audit'::regnamespace
		    and exists (select from pg_trigger where tgrelid = c.oid) $$;
	END
}

# older_months - events of the two months before, which the first seal covers.
# The partitions of most months ahead go: a copy is sooner made. Sixty
# days before 1 March are in the third month before, 59 are not.
older_months() {
	script <<-'END'
		do $$ declare part regclass; begin
		  for part in select x.part from audit.partition x where lo is not null
		      order by lo offset 2 loop
		    execute format('drop table %s', part);
		  end loop;
		end $$;
		select audit.make_partition('event_ago_' || i,
		  audit.month_bound(m - i * interval '1 month',
		    m - (i - 1) * interval '1 month'))
		from date_trunc('month', now() at time zone 'UTC') m,
		  generate_series(1, 2) i;
		insert into audit.event(id, at, op, "schema", "table", key, new)
		select audit.new_id(t), t, 'insert', 'public', 'item', '{"id": 0}',
		  '{"id": 0}'
		from generate_series(1, 3) i, lateral (
		  select date_trunc('month', now() - least(i * 20, 59) * interval '1 day')
		    + interval '3 days' + i * interval '1 second') x(t);
		insert into known select (array['first', 'second', 'third'])[
		  row_number() over (order by id)], id
		  from audit.event order by id limit 3;
	END
}

# known NAME STATEMENT - its last event goes by this name
known() {
	PGOPTIONS="-c audit.actor=ann -c audit.reason=asked" sql "$2" \
		"insert into known select '$1', id from audit.event
			order by id desc limit 1"
}

# seal - one more, kept elsewhere
seal() {
	await covered
	audit-seal make --key "$KEYS/seal.key" --evolve >>"$DIR/anchors"
}

# copy - a copy of the template, and of the key that comes next
copy() {
	export PGDATABASE=${TEMPLATE}_copy
	export PGOPTIONS='-c client_min_messages=warning'
	copy_database "$TEMPLATE" "$PGDATABASE"
	KEYS=$BATS_TEST_TMPDIR/keys
	rm -rf "$KEYS"
	cp -a "$DIR/keys" "$KEYS"
}

drop_copy() {
	sql_in postgres "drop database if exists ${TEMPLATE}_copy (force)"
}

# tamper STATEMENT... - in a new copy, as a superuser whom no trigger stops
tamper() {
	printf 'tampering: %s\n' "$*" # shown if the test fails
	copy
	put "$@"
}

# put STATEMENT... - in the copy that there is
put() {
	sql begin "select triggers_off()" "$@" "select triggers_on()" commit \
		>/dev/null
}

# meanwhile STATEMENT... - in a new copy, between two seals
meanwhile() {
	printf 'meanwhile: %s\n' "$*"
	copy
	sql "$@" >/dev/null
	reseal
}

# reseal - one more seal of the copy
reseal() {
	await covered
	audit-seal make --key "$KEYS/seal.key" --evolve >/dev/null
}

# names - ids on stdin by their names
names() {
	sed -f <(sql "select format('s/%s/%s/', id, name) from known")
}

# found - the findings in $output, each as "what seal event", with - for none
found() {
	jq -r 'select(.finding)
			| "\(.finding) \(.seal // "-") \(.id // "-")"' <<<"$output" |
		names | sort -u
}

# given [OPTION]... - what finds tells verify from here on
given() {
	HOW=("$@")
}

# verified [OPTION]... - what verify says, the same with one process and with
# several, which then get a row of leaves each
verified() {
	local several

	run --separate-stderr audit-seal verify "$@"
	[[ " $* " != *' --offline '* ]] || return 0
	several=$status:$output
	run --separate-stderr audit-seal verify --jobs 3 "$@"
	is "$status:$output" "$several"
}

# finds [FINDING]... - verify finds these in the copy, and nothing else
finds() {
	verified "${HOW[@]}"
	is "$(found)" "$(printf '%s\n' "$@" | sort)"
	is "$(jq 'select(has("verified")).verified' <<<"$output")" false
	is "$status" 1
}

# sound - verify finds nothing, whatever it is given
sound() {
	verified --pubkey "$DIR/pub" --anchor "$DIR/anchors"
	is "$status" 0
	is "$(jq 'select(has("verified")).verified' <<<"$output")" true
}

# says TEXT - one of the findings that finds found
says() {
	grep -qF "$1" <<<"$output"
}
