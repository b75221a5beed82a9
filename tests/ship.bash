# ship.bash - a sealed trail that is shipped: "load ship" makes these functions
# known, and those of tamper.bash

load tamper

# ship_template - a sealed trail with odd values in it, and an archive
ship_template() {
	sealed_template
	script <<-'END'
		create table odd(id text primary key, v jsonb, b bytea, n numeric,
		    "Quoted ""name" text, t text, a int[]);
	END
	audit-rule add odd --name odd --keep-bytes
	script <<-'END'
		insert into odd values
		  (E'tab\t\\ "x" ''', '{"a\"b": [1, 12.30, "\u00e9\n", null]}', '\x00ff',
		    12345678901234567890.1230, '', null, '{1,null}'),
		  ('large', null, null, 'NaN', repeat('x', 1000000), repeat(E'\n', 9), '{}');
	END
	seal
	createdb "${TEMPLATE}_arc"
	audit-rule init -d "dbname=${TEMPLATE}_arc" --archive
}

drop_ship_template() {
	drop_copy
	drop_archive
	sql_in postgres "drop database if exists ${TEMPLATE}_arc (force)"
	drop_database
}

drop_archive() {
	sql_in postgres "drop database if exists ${TEMPLATE}_there (force)"
}

# ends - a copy of the trail, and one of the archive, which has nothing yet
ends() {
	copy
	copy_database "${TEMPLATE}_arc" "${TEMPLATE}_there"
	ARCHIVE=dbname=${TEMPLATE}_there
}

# there STATEMENT... - in the archive, as its owner
there() {
	sql_in "${TEMPLATE}_there" "$@"
}

# ship [OPTION]... - to that archive
ship() {
	audit-seal ship --to "$ARCHIVE" "$@"
}

# columns of events that are the same here and there
COLUMNS='id, at, txid, record & 4294967295, record_to & 4294967295, salt, op,
	"schema", "table", key, label, actor, role, as_role, session, app, addr,
	reason, rules, old, new, redacted, parents is null, parts'

# same [TRAIL] - the archive's trail is the source's, up to its last seal, by
# what COPY says of both
same() {
	local trail=${1-1} covered

	# what no leaf has is not there
	covered="in (select encode(substr(b, i * 48 + 1, 16), 'hex')::uuid
		from (select leaves || '' as b from audit.leaf offset 0) l,
			generate_series(0, length(b) / 48 - 1) i)"
	is "$(there "copy (select $COLUMNS from audit.archived_event
			where trail = $trail order by id) to stdout" | md5sum)" \
	    "$(sql "copy (select $COLUMNS from audit.event
			where id $covered order by id) to stdout" | md5sum)"
	is "$(there "copy (select no, at, horizon, hash, tree, line
			from audit.archived_seal where trail = $trail order by no)
			to stdout" | md5sum)" \
	    "$(sql "copy (select * from audit.seal order by no) to stdout" |
		md5sum)"
	is "$(there "copy (select seal, month, n, first, last, leaves
			from audit.archived_leaf where trail = $trail
			order by seal, month, n) to stdout" | md5sum)" \
	    "$(sql "copy (select * from audit.leaf order by seal, month, n)
			to stdout" | md5sum)"
	is "$(there "copy (select seal, state from audit.archived_seal_state
			where trail = $trail order by seal) to stdout" | md5sum)" \
	    "$(sql "copy (select * from audit.seal_state order by seal) to stdout" |
		md5sum)"
	is "$(there "copy (select seal, at, reply from audit.archived_seal_stamp
			where trail = $trail order by seal, at) to stdout" | md5sum)" \
	    "$(sql "copy (select * from audit.seal_stamp order by seal, at)
			to stdout" | md5sum)"
	is "$(there "select count(*) = 0 from audit.archived_event e
		left join audit.archived_relation r
			on r.id = e.record >> 32 and r.trail = e.trail
		where e.trail = $trail and e.record is not null and r.id is null")" t
}

# archived - the seals that the archive has, and its events
archived() {
	there "select (select max(no) from audit.archived_seal where trail = ${1-1}),
		(select count(*) from audit.archived_event where trail = ${1-1})"
}
