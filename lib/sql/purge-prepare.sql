-- Prepare a run that another role has to approve; prints its id.
--  $1 what may go  $2 whether also what is not sealed  $3 the directory for
--  archives, or null  $4 whether only what an archive database has
select row_to_json(x)
from (
  select audit.prepare_act('run', jsonb_build_object('items', $1::jsonb,
      'unsealed', $2::bool, 'archive', $3::text, 'shipped', $4::bool),
    jsonb_build_object('unsealed', $2::bool, 'archive', $3::text is not null,
      'shipped', $4::bool, 'what', coalesce((select jsonb_agg(to_jsonb(c))
        from audit.purge_counts($1::jsonb, $2::bool, $4::bool) c), '[]')))
    as act) x
