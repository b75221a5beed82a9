-- What is to be erased, a row each: r and a record's number, a and an actor, c
-- if what belongs to it is to be, too.
--  $1 what; null: what the act says  $2 the act, or null
with w as materialized (select audit.erasure_said($1::jsonb, $2::uuid) as w)
select 'r', r from w, jsonb_array_elements_text(w -> 'records') r
union all
select 'a', to_json(w ->> 'actor')::text from w where w ? 'actor'
union all
select 'c', null from w where (w ->> 'related')::bool
