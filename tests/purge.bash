# purge.bash - what the tests of audit-purge run share: "load purge" makes these
# functions known, and those of capture.bash

load capture

# purge_template - a sealed trail of three months that are over, a table each
# way; to be copied for each test. The month before the last has an act of the
# trail in it, what happens now is in this month.
purge_template() {
	trail_database
	export TEMPLATE=$PGDATABASE
	sql "create table item(id int primary key, v text)" \
		"create table other(id int primary key, v text)"
	audit-rule add item --name item
	audit-rule add other --name other
	script <<-'END'
		do $$ declare part regclass; begin
		  for part in select x.part from audit.partition x where lo is not null
		      order by lo offset 2 loop
		    execute format('drop table %s', part);
		  end loop;
		end $$;
		create function ago(int) returns timestamptz language sql as $$
		  select (date_trunc('month', now() at time zone 'UTC') - $1 * interval '1 month') at time zone 'UTC' $$;
		select audit.make_partition('event_ago_' || i, audit.month_bound(ago(i) at time zone 'UTC', ago(i - 1) at time zone 'UTC'))
		from generate_series(1, 3) i;
		create function events(at timestamptz, name text, n int, op text default 'update') returns void language sql as $$
		  insert into audit.event(id, at, op, "schema", "table", key, record, label, new, rules)
		  select audit.new_id(t), t, $4, 'public', $2, jsonb_build_object('id', i % 10), audit.record(r.id, (i % 10)::text), $2 || ' ' || i % 10,
		    jsonb_build_object('id', i % 10, 'v', 'v' || i), $2
		  from audit.relation r, generate_series(1, $3) i, lateral (select $1 + i * interval '1 minute') x(t)
		  where r."table" = $2 $$;
		select events(ago(i), t, 40) from generate_series(1, 3) i, unnest('{item,other}'::text[]) t;
		insert into audit.event(id, at, op, key, new) select audit.new_id(t), t, 'ddl', '{"k": 1}', '{"command": "TEST"}'
		  from (select ago(2) + interval '5 minutes') x(t);
		insert into item select i, 'x' from generate_series(1, 5) i;
	END
	seal
}

# seal - what was written so far
seal() {
	await covered
	audit-seal >/dev/null
}

# copy - a copy of the template
copy() {
	export PGDATABASE=${TEMPLATE}_copy
	export PGOPTIONS='-c client_min_messages=warning'
	copy_database "$TEMPLATE" "$PGDATABASE"
}

drop_copy() {
	sql_in postgres "drop database if exists ${TEMPLATE}_copy (force)"
}

# keeps TABLE INTERVAL [OP,...] - a policy
keeps() {
	audit-purge policy set -t "$1" --keep "$2" ${3:+--op "$3"} >/dev/null
}

# purge [OPTION]... - remove what may go
purge() {
	audit-purge run -y "$@"
}

# left - how many events of item and other there are, month by month: the number
# of months ago, table and count
left() {
	sql "select string_agg(m || ' ' || t || ' ' || n, ', ' order by m desc, t)
		from (select m, e.\"table\", count(*)
		  from generate_series(0, 3) m join audit.event e
		    on e.at >= ago(m) and e.at < ago(m - 1)
		  where e.op in ('insert', 'update') group by 1, 2) x(m, t, n)"
}

# lines FILTER - of the lines in $output
lines() {
	jq -rc "$1" <<<"$output"
}

# purges [FILTER] - the events of removal, the oldest first
purges() {
	sql "select new from audit.event where op = 'purge' order by id" |
		jq -rc "${1-.}"
}
