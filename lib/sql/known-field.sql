-- Whether an audited table has, or had when an event happened, this column.
--  $1    the column
--  $2 $3 record between these in the tables asked for; null: any table
select 1 from audit.live l join pg_attribute a on a.attrelid = l.relid
where a.attname = $1 and a.attnum > 0 and not a.attisdropped
  and ($2::bigint is null or l.id between $2 >> 32 and $3::bigint >> 32)
union all
(select 1 from audit.event v
where ($2 is null or v.record between $2 and $3)
  and (v.old ? $1::text or v.new ? $1)
limit 1)
limit 1
