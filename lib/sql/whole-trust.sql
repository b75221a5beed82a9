-- The first reason to doubt that the trail has each change of a table since a
-- time; null: none.
--  $1 the table's identity
--  $2 the first id after the time
select coalesce((
    select case op when 'gap' then 'a change could not be recorded, '
        else format('rule %s was switched, ', rule) end
      || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    from (
      select id, at, op, null as rule from audit.event
      where id >= $2::uuid and op = 'gap' and record = $1::bigint << 32
      union all
      select id, at, op, rule from audit.switched s
      where id >= $2 and exists (
        select from audit.rule_table b where b.rel = $1 and b.rule = s.rule)) x
    order by id
    limit 1),
  case when not exists (
      select from audit.rule_table b join audit.rule r on r.name = b.rule
      where b.rel = $1 and r.enabled)
    then 'no rule is in force now' end)
