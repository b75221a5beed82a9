-- What a rule would cost: a line for each table, from what the server has
-- counted and sampled. Works without a trail.
--  $1 the oids of the tables; $2 why each is covered
--  $3 --ops, $4 --exclude, $5 --mask, $6 --label; null: not given
--  $7 --related, $8 --keep-bytes: true or false
--  $9 what plan-trail.sql says; null where there is no trail to read
with recursive cost(op, us) as (
  -- Microseconds that an event adds to its transaction: of one row, medians of
  -- tests/bench, 2026-11-22, 2 quiet cores (Xeon), PostgreSQL 15.20, a row of
  -- 14 columns and 250 bytes. A row of a TRUNCATE costs what a row of a DELETE
  -- of 100,000 costs.
  values ('insert', 78), ('update', 111), ('delete', 74), ('truncate', 51)),
size as (
  -- What an event takes on disk, in bytes.
  select 95 as fixed, -- the row's header, ids, time, transaction and op
    32 as context, -- actor, role, application and address, more or less
    60 as indexes, -- on id and, where there is a key, on record
    37 as no_key,  -- the latter's entries are all the same without one
    2032 as toasted, -- a row beyond this is compressed, then stored aside:
    0.5 as squeezed, -- what is left of names and short values,
    1000 as long,    -- and of what is as long as that already is all,
    1.15 as chunked),  -- which lies in chunks that do not fill their pages
given as (
  select string_to_array($3, ',') as ops,
    coalesce(string_to_array($4, ','), '{}') as exclude,
    coalesce(string_to_array($5, ','), '{}') as mask,
    $6::text as label, $7::bool as related, $8::bool as keep_bytes,
    coalesce('read' = all(string_to_array($3, ',')), false) as reads),
counted as (
  select coalesce(s.reset, pg_postmaster_start_time()) as since,
    case when s.reset is null then 'server_start' else 'stats_reset' end
      as since_is,
    greatest(extract(epoch from now()
      - coalesce(s.reset, pg_postmaster_start_time())), 1)::numeric / 86400
      as days,
    pg_stat_get_db_xact_rollback(d.oid)::numeric
      / greatest(pg_stat_get_db_xact_rollback(d.oid)
        + pg_stat_get_db_xact_commit(d.oid), 1) as rolled_back
  from pg_database d, pg_stat_get_db_stat_reset_time(d.oid) s(reset)
  where d.datname = current_database()),
asked as (
  select distinct on (x.relid) x.relid, x.why, x.n, ns.nspname as s,
    c.relname as t, c.relkind,
    array(
      select a.attname::text
      from pg_index i, unnest(i.indkey::int2[]) with ordinality u(num, pos),
        pg_attribute a
      where i.indrelid = x.relid and i.indisprimary and u.pos <= i.indnkeyatts
        and a.attrelid = x.relid and a.attnum = u.num
      order by u.pos) as key
  from unnest($1::oid[], $2::text[]) with ordinality x(relid, why, n)
  join pg_class c on c.oid = x.relid
  join pg_namespace ns on ns.oid = c.relnamespace
  order by x.relid, x.why <> 'named', x.n),
leaf as (
  -- what holds the rows of a table: itself, or the partitions at the ends
  select q.relid as root, c.oid as relid, n.nspname as s, c.relname as t,
    pg_stat_get_tuples_inserted(c.oid) as ins,
    pg_stat_get_tuples_updated(c.oid) as upd,
    pg_stat_get_tuples_deleted(c.oid) as del,
    pg_stat_get_live_tuples(c.oid) as live,
    case when c.reltuples > 0 then c.reltuples
      else pg_stat_get_live_tuples(c.oid) end::numeric as rows,
    case when c.reltuples > 0
      then c.relpages * current_setting('block_size')::numeric
        / c.reltuples::numeric - 28 end as width,
    -- without its dead rows, of which it may be full
    coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0)
      * coalesce(d.live::numeric / nullif(d.live + d.dead, 0), 1) as toast
  from asked q, lateral (
    select q.relid union select relid from pg_partition_tree(q.relid)) x(relid)
  join pg_class c on c.oid = x.relid and c.relkind = 'r'
  join pg_namespace n on n.oid = c.relnamespace, lateral (
    select pg_stat_get_live_tuples(c.reltoastrelid),
      pg_stat_get_dead_tuples(c.reltoastrelid)) d(live, dead)),
total as (
  select q.relid as root, coalesce(sum(ins), 0) as ins,
    coalesce(sum(upd), 0) as upd, coalesce(sum(del), 0) as del,
    coalesce(sum(rows), 0) as rows, coalesce(sum(toast), 0) as toast,
    -- what is gone and was not deleted, unless that may be a sample's error
    case when greatest(sum(ins - del - live), 0) > sum(ins) / 10
      then sum(ins - del - live) else 0 end as truncated,
    sum(width * rows) / nullif(sum(rows) filter (where width is not null), 0)
      as width
  from asked q left join leaf l on l.root = q.relid
  group by q.relid),
base(typ, base, typmod) as (
  select t.oid, t.oid, -1 from pg_type t
  where t.oid in (
    select a.atttypid from pg_attribute a join asked q on q.relid = a.attrelid)
  union all
  select b.typ, t.typbasetype, t.typtypmod
  from base b join pg_type t on t.oid = b.base
  where t.typtype = 'd'),
sampled as (
  -- null where nothing was sampled, or where we may not read it
  select l.root, s.attname, sum(s.avg_width * w) / sum(w) as width,
    sum(s.null_frac::numeric * w) / sum(w) as nulls,
    -- nothing but pointers to what is stored aside
    bool_and(s.avg_width = 18 and s.histogram_bounds is null
      and s.most_common_vals is null) as aside
  from leaf l
  join pg_stats s on s.schemaname = l.s and s.tablename = l.t
    and not s.inherited, greatest(l.rows, 1) w
  group by 1, 2),
col as (
  select q.relid as root, a.attnum, a.attname::text as name,
    y.oid as typ, y.typcategory as category, y.typtype, y.typelem,
    a.attname::text = any(q.key) as in_key,
    coalesce(s.nulls, 0) as nulls, s.width is not null as known, s.aside,
    -- a guess where nothing is known
    coalesce(s.width, nullif(y.typlen, -1), case
      when b.typmod > 4 and y.typcategory = 'S' then least(b.typmod - 3, 32)
      when y.typcategory = 'N' then 8 else 32 end)::numeric as width,
    y.typlen = -1 and y.typcategory <> 'N'
      and (b.typmod = -1 or b.typmod > 1000) as wide
  from asked q
  join pg_attribute a on a.attrelid = q.relid and a.attnum > 0
    and not a.attisdropped
  join lateral (
    select x.base, greatest(a.atttypmod, x.typmod) as typmod
    from base x join pg_type t on t.oid = x.base and t.typtype <> 'd'
    where x.typ = a.atttypid) b on true
  join pg_type y on y.oid = b.base
  left join sampled s on s.root = q.relid and s.attname = a.attname),
spread as (
  -- where nothing was sampled, what the table's pages tell of the rest; and
  -- what is stored aside, with the columns that may be its owners
  select c.*,
    case when not known and wide and t.width is not null
      then greatest(1, (t.width - sum(c.width) filter (where known or not wide)
          over w) / nullif(count(*) filter (where not known and wide)
            over w, 0))
      else c.width end as inner_width,
    t.toast::numeric / greatest(t.rows, 1) as toast,
    count(*) filter (where aside) over w as asides,
    count(*) filter (where wide) over w as wides
  from col c join total t on t.root = c.root
  window w as (partition by c.root)),
stored as (
  select s.*, case when aside and toast > 0 or wide and asides = 0 and wides = 1
      then inner_width + toast else inner_width end as whole,
    inner_width + case when aside then toast / asides
      when wide and asides = 0 then toast / wides else 0 end as bytes
  from spread s),
seen as (
  -- a value as jsonb has it: numbers take 8 bytes and more, dates are text
  select c.*, c.wide and c.bytes > z.long as packed,
    c.name = any(g.exclude) as excluded, c.name = any(g.mask) as masked,
    8 + octet_length(c.name) + case
      when c.name = any(g.mask) then 18
      else (1 - c.nulls) * case
        when c.typ = 'bool'::regtype then 0
        when c.typ in ('int2'::regtype, 'int4'::regtype, 'oid'::regtype) then 9
        when c.typ = 'int8'::regtype then 11
        when c.typ in ('float4'::regtype, 'float8'::regtype) then 15
        when c.typ = 'date'::regtype then 10
        when c.typ = 'timestamp'::regtype then 27
        when c.typ = 'timestamptz'::regtype then 33
        when c.typ = 'uuid'::regtype then 36
        when c.typ in ('inet'::regtype, 'cidr'::regtype) then 11
        when c.typ = 'name'::regtype then 12
        when c.typ = 'bytea'::regtype and g.keep_bytes then 2 * c.bytes
        when c.typ = 'bytea'::regtype then 108
        when c.typtype = 'e' then 8
        when c.category = 'N' then c.bytes + 4
        when c.category = 'A' and e.typlen > 0
          then greatest(c.bytes - 21, 0) / e.typlen * 14 + 4
        when c.typtype in ('c', 'r') then c.bytes * 2
        else greatest(c.bytes - 1, 0) end end as json
  from stored c
  cross join given g
  cross join size z
  left join pg_type e on e.oid = c.typelem),
looks as (
  -- Words, so that "pinned" is no pin; what its last word says is about a
  -- secret and not one, or its type cannot hold one, is none.
  select c.*, not in_key and not excluded and not masked
      and name is distinct from g.label as free,
    x.word ~ ('_(' || concat_ws('|',
        '[[:alnum:]]*(password|passwd|passwort|passphrase|token|secret)s?',
        '[[:alnum:]]*(api|private|secret|access)keys?',
        '(api|private|secret|access|encryption|signing|session|master)_keys?',
        'passcodes?|pass|pwd|pw|credentials?|pin|otp|totp|cvv|cvc|ssn',
        'social_security(_(no|num|number))?|card_(no|num|number)')
        || ')[0-9]*_')
      and x.word !~ ('_(' || concat_ws('|', 'ids?|counts?|types?|names?|hint',
        'length|len|status|state|policy|at|on|by|date|time|expires|expiry',
        'expiration|url|algorithm|kind|limit|version|title|description')
        || ')_$')
      and category not in ('B', 'D', 'T')
      and (category <> 'N'
        or x.word ~ ('_(pin|otp|cvv|cvc|ssn|passcode|card_(no|num|number))'
          '[0-9]*_'))
      as secret,
    typ = 'bytea'::regtype and (not known or whole > 64)
      or wide and whole > z.long as blob
  from seen c
  cross join given g
  cross join size z, lateral (
    select '_' || regexp_replace(lower(regexp_replace(regexp_replace(c.name,
        '([[:upper:]]+)([[:upper:]][[:lower:]])', '\1_\2', 'g'),
        '([[:lower:][:digit:]])([[:upper:]])', '\1_\2', 'g')),
      '[^[:alnum:]]+', '_', 'g') || '_') x(word)),
image as (
  -- the whole row, the key, and the columns that an update is taken to change
  select q.relid as root,
    8 + coalesce(sum(json) filter (where not excluded), 0) as row,
    coalesce(sum(json) filter (where packed and json > z.long and not excluded),
      0) as packed,
    5 + coalesce(sum(json) filter (where in_key), 0) as key,
    8 + least(2, count(*) filter (where not excluded and not in_key))
      * coalesce(percentile_cont(0.5) within group (order by json)
        filter (where not excluded and not in_key), 0)::numeric as changed,
    coalesce(array_agg(name order by attnum) filter (where free and secret),
      '{}') as mask,
    coalesce(array_agg(name order by attnum)
      filter (where free and blob and not secret), '{}') as exclude,
    array_agg(name order by attnum) filter (where secret and not free
      and not excluded and not masked) as shown,
    array_agg(name order by attnum)
      filter (where wide and not aside and asides = 0 and wides > 1) as unclear,
    coalesce(bool_and(known), true) as known, coalesce(max(toast), 0) as toast,
    coalesce(bool_or(typ = 'bytea'::regtype and not excluded and not masked),
      false) as bytes
  from asked q
  cross join size z
  left join looks l on l.root = q.relid
  group by q.relid),
parts as (
  -- packed is what is compressed already
  select q.relid as root, x.op, x.json, x.packed, s.toasted, s.squeezed,
    s.chunked, s.fixed + s.context + octet_length(q.s) + 2 * octet_length(q.t)
      + case when q.key <> '{}' then i.key else 0 end as rest,
    case when q.key <> '{}' then s.indexes else s.no_key end as indexes
  from asked q
  join image i on i.root = q.relid
  cross join size s, lateral (
    values ('insert', i.row, i.packed), ('delete', i.row, i.packed),
      ('all', 2 * i.row, 2 * i.packed),
      ('update', case when q.key = '{}' then i.row + i.changed
          else 2 * i.changed end,
        case when q.key = '{}' then i.packed else 0 end
          + case when i.changed > s.long then 2 * i.changed else 0 end))
    x(op, json, packed)),
event as (
  -- on disk: half a row of each page stays empty
  select root, op, round(indexes + case when rest + x.json > toasted
      then rest + x.json * chunked
      else (rest + x.json + 8) * 8192 / (8168 - (rest + x.json + 8) / 2) end)
    as bytes
  from parts p, lateral (
    select case when rest + json > toasted
        then packed + (json - packed) * squeezed else json end) x(json)),
rate as (
  select t.root, e.op, e.bytes, c.us * 1e-6 as seconds, case op
      when 'insert' then t.ins when 'update' then t.upd else t.del end / k.days
      as changes, (g.ops is null or op = any(g.ops)) as asked
  from total t
  join event e using (root)
  join cost c using (op)
  cross join given g
  cross join counted k
  union all
  select t.root, 'truncate', e.bytes, c.us * 1e-6, t.truncated / k.days,
    g.ops is null or 'truncate' = any(g.ops)
  from total t
  join event e on e.root = t.root and e.op = 'delete'
  join cost c on c.op = 'truncate'
  cross join given g
  cross join counted k),
daily as (
  select root, max(changes) filter (where op = 'insert') as ins,
    max(changes) filter (where op = 'update') as upd,
    max(changes) filter (where op = 'delete') as del,
    max(changes) filter (where op = 'truncate') as trunc,
    coalesce(sum(changes) filter (where asked), 0) as events,
    coalesce(sum(changes * bytes) filter (where asked), 0) as bytes,
    coalesce(sum(changes * seconds) filter (where asked), 0) as seconds,
    bool_or(asked) filter (where op = 'update') as updates,
    bool_or(asked) filter (where op = 'truncate') as truncates,
    max(bytes) filter (where op = 'insert') as insert_bytes,
    max(bytes) filter (where op = 'update') as update_bytes,
    max(bytes) filter (where op = 'delete') as delete_bytes,
    (select e.bytes from event e where e.root = r.root and e.op = 'all')
      as update_all
  from rate r group by root),
audited as (
  -- who may not read the rules still sees the triggers
  select q.relid as root, array(
      select distinct r collate "C"
      from (
          select pg_partition_ancestors(q.relid)
          union select q.relid) x(relid),
        jsonb_array_elements_text($9::jsonb -> 'rules' -> x.relid::oid::text) r
      order by 1) as rules, exists (
      select from pg_trigger g
      join pg_proc p on p.oid = g.tgfoid
      join pg_namespace n on n.oid = p.pronamespace and n.nspname = 'audit'
      where g.tgrelid = q.relid and g.tgname ~ '^!audit_[0-9]+$') as hung
  from asked q),
words as (
  -- the command, word by word; what add splits at commas cannot hold one
  select q.relid as root, array['audit-rule', 'add', format('%I.%I', q.s, q.t)]
      || case when g.ops is not null then array['--ops', $3::text] end
      || case when g.label is not null then array['--label', g.label] end
      || case when x.exclude <> '{}'
        then array['--exclude', array_to_string(x.exclude, ',')] end
      || case when x.mask <> '{}'
        then array['--mask', array_to_string(x.mask, ',')] end
      || case when g.related and q.why = 'named' then array['--related'] end
      || case when g.keep_bytes then array['--keep-bytes'] end as words,
    exists (select from unnest(i.exclude || i.mask) c where c ~ ',') as comma
  from asked q
  join image i on i.root = q.relid
  cross join given g, lateral (
    -- a rule with read alone takes neither
    select case when g.reads then '{}' else g.exclude || i.exclude end,
      case when g.reads then '{}' else g.mask || i.mask end) x(exclude, mask)),
shell as (
  select root, comma, string_agg(case when w ~ '^[A-Za-z0-9_.,/-]+$' then w
      else '''' || replace(w, '''', '''\''''') || '''' end, ' ' order by n)
    as command
  from words, unnest(words) with ordinality x(w, n)
  group by root, comma),
note as (
  select q.relid as root, array(
    select x.text from (values
      (1, not current_setting('track_counts')::bool,
        'track_counts is off: the server counts nothing'),
      (2, pg_is_in_recovery(),
        'a standby does not count what the primary writes'),
      (3, t.ins + t.upd + t.del = 0,
        'no change was counted, which need not stay so'),
      (4, k.days < 1, format('the counters are %s hours old: what they say of'
        ' a day is a guess', trim_scale(round(k.days * 24, 2)))),
      (5, k.since_is = 'server_start', 'the counters were never reset: they may'
        ' be older than the server''s start, then the rates are lower'),
      (6, k.rolled_back > 0.05, format('%s %% of the transactions were rolled'
        ' back: what they did is counted, and makes no event',
        round(k.rolled_back * 100))),
      (7, q.key = '{}', 'no primary key: an update stores the whole old row,'
        ' and an event does not tell which record it is of'),
      (8, d.updates and t.upd > 0, format('an update is taken to change two'
        ' columns of middling size; one that changes all takes %s bytes, one'
        ' that changes none is counted but makes no event', d.update_all)),
      (9, d.truncates and d.trunc > 0, format('%s rows a day went without a'
        ' DELETE: a TRUNCATE records each (or their INSERT was rolled back)',
        trim_scale(round(d.trunc, 1)))),
      (10, not i.known, 'no statistics of some columns, or no right to read'
        ' them: their sizes are guesses; ANALYZE may help'),
      (11, i.toast > z.long, format('%s bytes a row are stored aside%s',
        round(i.toast), ', in which of these is not known: '
          || array_to_string(i.unclear, ', '))),
      (12, i.shown is not null, format('looks like a secret, but is in the key'
        ' or the label and cannot be hidden: %s',
        array_to_string(i.shown, ', '))),
      (13, i.bytes and not g.keep_bytes, 'of bytea only size and digest are'
        ' stored, unless --keep-bytes is given'),
      (14, a.rules <> '{}', 'audited already: a change that several rules ask'
        ' for is recorded once'),
      (15, a.hung and a.rules = '{}', 'it has our triggers: by which rules this'
        ' role may not read, or none is left'),
      (16, 'read' = any(g.ops), 'the server does not count reads: what they'
        ' cost is in the log, see Reads in audit-rule(1)'),
      (17, h.comma, 'a name with a comma does not fit the command line: write'
        ' the rule as a line for audit-rule apply'),
      (18, ($9::jsonb -> 'native')::bool, 'the time is that of the portable'
        ' engine: this trail''s native one takes less')) x(n, yes, text)
    where x.yes order by x.n) as notes
  from asked q
  join total t on t.root = q.relid
  join daily d on d.root = q.relid
  join image i on i.root = q.relid
  join audited a on a.root = q.relid
  join shell h on h.root = q.relid
  cross join given g
  cross join size z
  cross join counted k)
select to_json(r) from (
  select format('%I.%I', q.s, q.t) as "table", q.why,
    case when a.hung and a.rules = '{}' then null else a.rules end as rules,
    round(t.rows) as rows, nullif(q.key, '{}') as key,
    to_char(k.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      as since,
    k.since_is, round(k.days, 2) as days,
    trim_scale(round(d.ins, 1)) as inserts_per_day,
    trim_scale(round(d.upd, 1)) as updates_per_day,
    trim_scale(round(d.del, 1)) as deletes_per_day,
    trim_scale(round(d.trunc, 1)) as truncated_per_day,
    trim_scale(round(d.events, 1)) as events_per_day,
    (select to_json(b) from (
      select d.insert_bytes as insert, d.update_bytes as update,
        d.delete_bytes as delete) b) as bytes_per_event,
    round(d.bytes) as bytes_per_day, round(d.bytes * 30) as bytes_per_month,
    trim_scale(round(d.seconds, 3)) as write_seconds_per_day,
    i.mask, i.exclude, n.notes,
    case when not h.comma and a.rules = '{}' then h.command end as command
  from asked q
  join total t on t.root = q.relid
  join daily d on d.root = q.relid
  join image i on i.root = q.relid
  join audited a on a.root = q.relid
  join shell h on h.root = q.relid
  join note n on n.root = q.relid
  cross join counted k
  order by q.n) r
