-- Prepare an act, for another role to approve: its id as a line.
--  $1 what
-- What stays in the trail names nobody.
select to_json(p) from (
  select audit.prepare_act('erase', x.what,
    x.what - '{records,keys,actor}'::text[] || jsonb_build_object('tables', (
      select jsonb_agg(distinct audit.relation_text((r::bigint >> 32)::int))
      from jsonb_array_elements_text(x.what -> 'records') r))) as act
  from (select $1::jsonb) x(what)) p
