-- All rules as a table shows them: name, tables, operations, whether enabled,
-- and the options that are not at their default.
select r.name, (
    select string_agg(case when t.name like '%*%' then t.name
        else regexp_replace(t.name, '^public\.', '') end, ', ' order by t.n)
    from jsonb_array_elements_text(case jsonb_typeof(l.line -> 'table')
      when 'array' then l.line -> 'table'
      else jsonb_build_array(l.line -> 'table') end) with ordinality t(name, n)),
  case when r.ops @> '{insert,update,delete,truncate}'
      then concat_ws(', ', 'all', r.ops[5])
    else array_to_string(r.ops, ', ') end,
  case when r.enabled then 'yes' else 'no' end, (
    select string_agg(o.key || case jsonb_typeof(o.value)
        when 'array' then ' ' || array_to_string(array(
          select jsonb_array_elements_text(o.value)), ',')
        when 'boolean' then ''
        else ' ' || (o.value #>> '{}') end, '; ' order by o.n)
    from jsonb_each(l.line) with ordinality o(key, value, n)
    where o.key not in ('rule', 'table', 'ops', 'enabled'))
from audit.rule r
left join audit.waits() w on w.rule = r.name
cross join lateral (select audit.rule_shown(r, w.reasons)::jsonb) l(line)
order by r.name collate "C"
