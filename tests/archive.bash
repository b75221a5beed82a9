# archive.bash - archive databases in tests: "load archive" makes these known

# archive_database NAME - an archive database of this name in this cluster
archive_database() {
	PGOPTIONS='-c client_min_messages=warning' psql -qd postgres \
		-c "drop database if exists $1 (force)" -c "create database $1"
	audit-rule init --archive -d "$1"
}

# ship_by_hand SOURCE ARCHIVE [NAME] - take what SOURCE has sealed, as
# audit-seal ship does, but without a look at it
ship_by_hand() {
	local dir from no

	dir=$(mktemp -d)
	psql -qAtX -v ON_ERROR_STOP=1 -d "$1" -v "dir=$dir" <<-'END'
		\o :dir/trail
		select id, encode(seal_key, 'hex') from audit.trail;
		\o :dir/relations
		select json_build_object(
		  'relations', (select json_agg(r) from audit.relation r),
		  'names', (select json_agg(r) from audit.relation_name r),
		  'columns', (select json_agg(r) from audit.relation_columns r));
	END
	no=$(psql -qAtX -v ON_ERROR_STOP=1 -d "$2" \
		-v id="$(cut -d '|' -f 1 "$dir/trail")" -v name="${3-}" \
		-v key="$(cut -d '|' -f 2 "$dir/trail")" \
		-v relations="$(cat "$dir/relations")" <<-'END'
		select audit.take_trail(:'id', nullif(:'name', ''),
		  decode(nullif(:'key', ''), 'hex'), false) as no \gset
		select from audit.take_relations(:no, :'relations');
		select :no;
		END
	) || return
	from=$(psql -qAtX -d "$2" -c \
		"select coalesce((select no + 1 from audit.taken($no)), 0)")
	psql -qAtX -v ON_ERROR_STOP=1 -d "$1" -v from="$from" >"$dir/events" <<-'END'
		set search_path = pg_catalog;
		create temp view sealed as
		select e.id, e.at, e.op, e."schema", e."table", e.key, e.label,
		  e.actor, e.role, e.as_role, e.session, e.txid, e.app, e.addr,
		  e.reason, e.rules, e.old, e.new,
		  array_to_json(e.redacted)::text as redacted, e.salt, e.record,
		  e.record_to, e.parents, e.parts
		from audit.event e;
		select set_config('test.from', :'from', false) \g /dev/null
		copy (select * from sealed where id in (
		  select encode(substr(b, i * 48 + 1, 16), 'hex')::uuid
		  from (select leaves || '' as b from audit.leaf
		    where seal >= current_setting('test.from')::bigint offset 0) l,
		  generate_series(0, length(b) / 48 - 1) i)) to stdout
	END
	psql -qAtX -d "$1" -v ON_ERROR_STOP=1 -c "copy (select seal, month, n,
		leaves from audit.leaf where seal >= $from) to stdout" >"$dir/leaves"
	psql -qAtX -d "$1" -v ON_ERROR_STOP=1 -c "copy (select s.no, s.at,
		s.horizon, s.hash, s.tree, s.line, t.state from audit.seal s
		left join audit.seal_state t on t.seal = s.no
		where s.no >= $from order by s.no) to stdout" >"$dir/seals"
	psql -qAtX -v ON_ERROR_STOP=1 -d "$2" -v "no=$no" >/dev/null <<-END
		create temp table l(seal bigint, month text, n int, leaves bytea);
		create temp table s(no bigint, at timestamptz, horizon bigint,
		  hash bytea, tree bytea, line text, state text);
		\\copy l from '$dir/leaves'
		\\copy s from '$dir/seals'
		begin;
		select audit.take_begin(:no);
		\\copy pg_temp.incoming from '$dir/events'
		select audit.take_part(:no, array_agg(seal order by seal, month, n),
		  array_agg(month order by seal, month, n),
		  array_agg(n order by seal, month, n),
		  array_agg(leaves order by seal, month, n))
		from l having count(*) > 0;
		select audit.take_seal(:no, s.no, s.at, s.horizon, s.hash, s.tree,
		  s.line, s.state) from s order by s.no;
		commit;
	END
	local status=$?

	rm -rf "$dir"
	return "$status"
}
