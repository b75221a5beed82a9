-- How records were called, and when: for each key its number, a JSON array of
-- events, and the first id that what happens from now on can have. Of an event:
-- its id; whether the record came (c), went (w) or changed (u); whether it
-- tells the label before, and that label; the same of the label after. What the
-- next event tells as well is left out: of a record with 100,000 events few.
--  $1 the table's identity
--  $2 the column with the label, as it is called now; null for none
--  $3 keys, each a JSON array of texts in the order of the table's key
with asked as materialized (
  select u.n, audit.record($1::int, k.v) as record,
    (select jsonb_agg(x order by x collate "C") from unnest(k.v) x) as key
  from unnest($3::text[]) with ordinality u(t, n),
  lateral (
    select array(select e.x from jsonb_array_elements_text(u.t::jsonb)
      with ordinality e(x, i) order by e.i)) k(v)),
hit as materialized (
  -- a label that is masked, or erased since, is none; and that is known
  select e.record, e.key, e.id, case when e.op = 'insert' then 'c'
      when e.op = 'delete' or e.record_to is not null then 'w'
      else 'u' end as what,
    e.label, coalesce(e.old ? $2::text, false) as has_old,
    case when e.old ? $2 and jsonb_typeof(e.old -> $2) <> 'object'
      and ($2 = any(e.redacted)) is not true then e.old ->> $2 end as old,
    coalesce(e.new ? $2, false) as has_new,
    case when e.new ? $2 and jsonb_typeof(e.new -> $2) <> 'object'
      and ($2 = any(e.redacted)) is not true then e.new ->> $2 end as new
  from audit.event e
  where e.record = any(array(select record from asked))
    and e.op in ('insert', 'update', 'delete')),
-- a record's number is a hash: the key is compared, once for each that is there
mine as (
  select k.record, k.key, a.n
  from (select distinct h.record, h.key from hit h) k
  join asked a on a.record = k.record and a.key = (
    select jsonb_agg(v.value order by v.value collate "C")
    from jsonb_each_text(k.key) v)),
event as (
  select m.n, h.id, h.what, h.what <> 'c' and (h.has_old or h.label is not null)
      as before_known,
    case when h.what = 'c' then null when h.has_old then h.old
      else h.label end as before,
    h.has_new, h.new, h.label
  from hit h join mine m on m.record = h.record and m.key = h.key
  union all
  select a.n, e.id, 'c', false, null, coalesce(e.new ? $2, false),
    case when jsonb_typeof(e.new -> $2) <> 'object'
      and ($2 = any(e.redacted)) is not true then e.new ->> $2 end, e.label
  from audit.event e
  join asked a on a.record = e.record_to and a.key = (
    select jsonb_agg(coalesce(e.new ->> k.key, k.value)
      order by coalesce(e.new ->> k.key, k.value) collate "C")
    from jsonb_each_text(e.key) k)
  where e.record_to = any(array(select record from asked))),
run as (
  select e.*, coalesce(lead(e.before_known) over w, false) as next_known,
    lead(e.before) over w as next
  from event e
  where e.what <> 'u' or e.before_known or e.has_new
  window w as (partition by e.n order by e.id)),
told as (
  select r.n, r.id, r.what, r.before_known, left(r.before, 200) as before,
    case when r.what = 'w' then r.before_known
      when r.has_new then true
      when r.what = 'c' then r.label is not null
      -- if no event comes after: it may have changed the label under a name
      -- that the column had then
      else r.before_known and not r.next_known and $2 is not null
        and not exists (
          select from audit.event e, jsonb_each_text(e.new) f
          where e.id = r.id and e.old ->> f.key = r.before) end as after_known,
    left(case when r.what <> 'w' and r.has_new then r.new
      when r.what = 'c' then r.label
      else r.before end, 200) as after
  from run r
  where r.what <> 'u' or not r.next_known or r.next is distinct from r.before)
select a.n, json_agg(json_build_array(t.id, t.what, t.before_known, t.before,
    t.after_known, t.after) order by t.id) filter (where t.id is not null),
  audit.first_id(now())
from asked a
left join told t on t.n = a.n
group by a.n
order by a.n
