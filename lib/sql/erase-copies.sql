-- Where else there may be what was erased, a line each.
--  $1 what audit.erase_record() or audit.erase_sessions() gave
--  $2 the partitions that it was erased from
--  $3 the archives, DIR/FILE, that have been rewritten
--  $4 those that held nothing of it
select x.line
from (
  select 1, n, (
    select to_json(r) from (
      select 'record' as copy, o -> 'table' as "table", o -> 'key' as key,
        'the record had this key before or later: erase that, too' as note) r)
  from jsonb_array_elements(nullif($1::jsonb -> 'others', 'null'))
    with ordinality x(o, n)
  union all
  select 1, 1000000 + n, (
    select to_json(r) from (
      select 'column' as copy, c as "column",
        'a column was or is called so, too: erase that, too' as note) r)
  from jsonb_array_elements_text(nullif($1::jsonb -> 'columns', 'null'))
    with ordinality x(c, n)
  union all
  select 2, n, (
    select to_json(r) from (
      select 'table' as copy, t as "table",
        'the row itself, if it is there: deleting it makes an event of it'
          as note) r)
  from jsonb_array_elements_text(nullif($1::jsonb -> 'tables', 'null'))
    with ordinality x(t, n)
  union all
  select 3, n, (
    select to_json(r) from (
      select 'rule' as copy, t as rule,
        'the rule names him, and so do the events of its making' as note) r)
  from jsonb_array_elements_text(nullif($1::jsonb -> 'rules', 'null'))
    with ordinality x(t, n)
  union all
  select 4, row_number() over (order by a.dir, a.file), (
    select to_json(r) from (
      select 'archive' as copy, a.dir, a.file, a.month,
        a.dir || '/' || a.file = any($3::text[]) as rewritten) r)
  from audit.archive a
  where a.dir || '/' || a.file <> all($4::text[])
  union all
  select 4, 1000000 + row_number() over (order by s.name, s.archive), (
    select to_json(r) from (
      select 'archive_database' as copy, s.archive, s.name, s.trail,
        'audit-seal, and then audit-seal ship --erased by its owner' as "do",
        'what was shipped before' as note) r)
  from audit.shipped s
  union all
  select 5, n, (
    select to_json(r) from (
      select 'disk' as copy, p as "table", 'VACUUM ' || p as "do",
        'until then the former rows are in its files' as note) r)
  from unnest($2::text[]) with ordinality x(p, n)
  union all
  select 6, 0, to_json(r) from (
    select 'backup' as copy,
      'backups, archived WAL and replication slots from before' as note) r
  union all
  select 7, 0, to_json(r) from (
    select 'export' as copy, 'what audit-log, audit-export, audit-seal export'
      || ' and audit-seal prove wrote before' as note) r
) x(part, n, line)
order by x.part, x.n
